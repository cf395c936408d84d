"""Blocks of an answer as text; charts are one line of bars."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, assert_never

from rich.console import RenderableType
from rich.text import Text

from adapters.cli.screen import printable
from adapters.cli.text.networks import NODE_LIMIT, network_lines, path_line
from adapters.cli.text.tables import cell_text, number_text, table_of
from domain.json import JsonMap, as_maps, as_text
from domain.response.blocks import (
    Block,
    ChartBlock,
    ListBlock,
    MarkdownBlock,
    NetworkBlock,
    NumberBlock,
    PathBlock,
    ReferencesBlock,
    TableBlock,
    TextBlock,
    TimeseriesBlock,
    UiPanelBlock,
)

_InSentence = TextBlock | MarkdownBlock | NumberBlock
_InLines = _InSentence | PathBlock | ListBlock | ReferencesBlock | UiPanelBlock

ROW_LIMIT = 50
"""How many rows of a table a terminal shows."""

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS: Final = "_.-=+*%#"
_GAP: Final = " "
_CHART_WIDTH: Final = 60


def block_parts(
    block: Block, *, is_unicode: bool, is_whole: bool = False
) -> Iterator[RenderableType]:
    """Yield the title of a block and what it shows: all of it, or as much as fits a terminal."""
    if block.title:
        yield Text(printable(block.title), style="bold")
    match block:
        case TableBlock():
            yield replace(table_of(block.columns, block.rows), row_limit=ROW_LIMIT)
        case NetworkBlock():
            lines = network_lines(block, most=None if is_whole else NODE_LIMIT)
            yield Text(printable("\n".join(lines)))
        case ChartBlock() | TimeseriesBlock():
            yield from _chart_parts(block, is_unicode=is_unicode)
        case _:
            yield Text(printable("\n".join(_lines(block))))


def _lines(block: _InLines) -> Sequence[str]:
    match block:
        case PathBlock():
            return [path_line(block)]
        case ListBlock():
            return [f"- {item}" for item in block.items]
        case UiPanelBlock():
            return [_input_line(each) for each in block.inputs]
        case ReferencesBlock():
            return [f"- {item.get('title') or item.get('id')}" for item in block.items]
        case _:
            return [_sentence(block)]


def _sentence(block: _InSentence) -> str:
    match block:
        case TextBlock():
            return block.text
        case MarkdownBlock():
            return block.content
        case NumberBlock():
            return f"{block.label}: {cell_text(block.value)} {block.unit or ''}".rstrip()
        case _:
            assert_never(block)


def _input_line(given: JsonMap) -> str:
    options = [as_text(each.get("label")) for each in as_maps(given.get("options"))]
    return f"{as_text(given.get('label'))} {'; '.join(options)}".rstrip()


def _chart_parts(block: ChartBlock | TimeseriesBlock, *, is_unicode: bool) -> Iterator[Text]:
    for name, points in _series(block):
        values = [value for _, value in points]
        if len(list(_series(block))) > 1:
            yield Text(printable(name))
        yield Text(sparkline(values, is_unicode=is_unicode), style="cyan")
        span = f"  {points[0][0]} .. {points[-1][0]}" if points else ""
        yield Text(printable(f"{range_text(values)}{span}"), style="dim")


def _series(
    block: ChartBlock | TimeseriesBlock,
) -> Iterator[tuple[str, Sequence[tuple[str | float, float | None]]]]:
    if isinstance(block, ChartBlock):
        yield from ((series.name, series.points) for series in block.series)
        return
    for line in block.series:
        yield line.name or "", [(point.timestamp, point.value) for point in line.data]


def sparkline(values: Sequence[float | None], *, is_unicode: bool) -> str:
    """Return the values as a line of bars; of many values each bar shows the average of a few.

    A value that is not there is a gap.
    """
    levels = _LEVELS if is_unicode else _ASCII_LEVELS
    numbers = _averages(values, min(_CHART_WIDTH, len(values)))
    known = [number for number in numbers if number is not None]
    if not known:
        return ""
    low, span = min(known), max(known) - min(known)
    top = len(levels) - 1
    return "".join(
        _GAP
        if number is None
        else levels[round((number - low) / span * top) if span else top // 2]
        for number in numbers
    )


def range_text(values: Sequence[float | None]) -> str:
    """Return the lowest, the highest and the last value in words."""
    known = [value for value in values if value is not None]
    if not known:
        return "no values"
    return (
        f"min {number_text(min(known))}  max {number_text(max(known))}"
        f"  last {number_text(known[-1])}"
    )


def _averages(values: Sequence[float | None], count: int) -> list[float | None]:
    bounds = [len(values) * number // count for number in range(count + 1)] if count else [0]
    return [
        _average([value for value in values[start:end] if value is not None])
        for start, end in pairwise(bounds)
    ]


def _average(known: Sequence[float]) -> float | None:
    return sum(known) / len(known) if known else None
