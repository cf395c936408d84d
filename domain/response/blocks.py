"""The blocks that answers are made of: text, numbers, tables, graphs, charts.

Builders make them, they are stored as they are, and every face shows them.
"""

import json
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from domain.json import Cell, JsonMap
from domain.values.arguments import WrongArgument, listed, parsed


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class _Block(_Part):
    title: str | None = None
    id: str | None = None
    reference_ids: list[str] = Field(default_factory=list)
    """The references (by id) that the content of the block rests on."""


class TextBlock(_Block):
    """A sentence or a few."""

    type: Literal["text"] = "text"
    text: str


class NumberBlock(_Block):
    """One value with what it is and its unit; None says that there is no value."""

    type: Literal["number"] = "number"
    label: str
    value: int | float | None
    unit: str | None = None


class TableBlock(_Block):
    """Rows of cells. `meta` holds what the table does not show: true totals, truncation."""

    type: Literal["table"] = "table"
    columns: list[str]
    rows: list[list[Cell]]
    meta: JsonMap = Field(default_factory=dict)


class ListBlock(_Block):
    """Sentences or names, one below the other."""

    type: Literal["list"] = "list"
    items: list[str]


class NetworkBlock(_Block):
    """Nodes and edges of a part of the topology."""

    type: Literal["network"] = "network"
    nodes: list[JsonMap]
    edges: list[JsonMap]
    meta: JsonMap = Field(default_factory=dict)


class PathBlock(_Block):
    """A chain of nodes and the edges between them."""

    type: Literal["path"] = "path"
    nodes: list[JsonMap]
    edges: list[JsonMap]
    hop_count: int
    meta: JsonMap = Field(default_factory=dict)


class ChartSeries(_Part):
    """One line of a chart: a name and its [x, y] points."""

    name: str
    points: list[tuple[str | float, float | None]]


class ChartBlock(_Block):
    """Lines over a common x axis: how series were shown before there were time series."""

    type: Literal["chart"] = "chart"
    chart_type: Literal["line", "bar", "scatter"] = "line"
    x: str
    series: list[ChartSeries]
    meta: JsonMap = Field(default_factory=dict)


class MarkdownBlock(_Block):
    """Text with Markdown."""

    type: Literal["markdown"] = "markdown"
    content: str


class TimeseriesPoint(_Part):
    """A value at an instant (ISO 8601, UTC)."""

    timestamp: str
    value: float | None


class TimeseriesSeries(_Part):
    """One named line of a time series."""

    name: str | None = None
    data: list[TimeseriesPoint]


class TimeseriesBlock(_Block):
    """Values over time. `meta` says of what: the item, the metric, its unit."""

    type: Literal["timeseries"] = "timeseries"
    series: list[TimeseriesSeries]
    meta: JsonMap = Field(default_factory=dict)


class ReferencesBlock(_Block):
    """References shown as part of an answer."""

    type: Literal["references"] = "references"
    items: list[JsonMap]


class UiPanelBlock(_Block):
    """A form: what to choose or fill in, and what can be done with it.

    An input has an id, a label, a kind and, to choose from, `options` of value and label. An
    action has an id, a label and a `payload_template`, in which `{id}` stands for an input.
    """

    type: Literal["ui_panel"] = "ui_panel"
    inputs: list[JsonMap]
    actions: list[JsonMap]


NOTES_ID: Final = "notes"
"""The id of the list of what an answer notes; its sentences say it, too."""

Block = Annotated[
    TextBlock
    | NumberBlock
    | TableBlock
    | ListBlock
    | NetworkBlock
    | PathBlock
    | ChartBlock
    | MarkdownBlock
    | TimeseriesBlock
    | ReferencesBlock
    | UiPanelBlock,
    Field(discriminator="type"),
]

_KINDS: Final = get_args(get_args(Block)[0])

BLOCKS: TypeAdapter[list[Block]] = TypeAdapter(list[Block], config=ConfigDict(defer_build=True))
"""Reads and writes lists of blocks as JSON."""


def parse_blocks(blocks: object) -> list[Block]:
    """Return typed blocks from their JSON form. Raises pydantic's ValidationError."""
    return BLOCKS.validate_python(blocks)


def typed_blocks(blocks: object) -> list[Block]:
    """Return typed blocks. Raises `WrongArgument` for what is none, as are tables with gaps."""
    typed = listed("blocks", blocks)
    if not all(isinstance(each, _KINDS) for each in typed):
        typed = parsed("blocks", typed, parse_blocks)
    for table in (block for block in typed if isinstance(block, TableBlock)):
        if {*map(len, table.rows)} - {len(table.columns)}:
            wrong = next(row for row in table.rows if len(row) != len(table.columns))
            allowed = f"as long as the columns {', '.join(table.columns)}"
            raise WrongArgument(wrong, name="each row of a table", allowed=allowed)
    return typed


def dump_blocks(blocks: list[Block]) -> list[JsonMap]:
    """Return the JSON form of typed blocks; what is absent is left out."""
    dumped: list[JsonMap] = BLOCKS.dump_python(blocks, mode="json", exclude_none=False)
    return dumped


def as_cell(value: JsonValue) -> Cell:
    """Return the value as a table shows it: lists and objects as JSON text."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return value
