"""Reading the values of an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from domain.json import Cell, JsonMap
from domain.response.blocks import (
    Block,
    NetworkBlock,
    NumberBlock,
    PathBlock,
    TableBlock,
    parse_blocks,
)

Edge = tuple[str, str, str]
Shown = TypeVar("Shown", bound=Block)

_NUMBER = re.compile(r"(?<![\w.:-])\d+(?:\.\d+)?(?![\w:-]|\.\d)")
_ROUNDING = 0.005
"""Sentences round to three digits."""


@dataclass(frozen=True)
class Answer:
    """The response of a run."""

    response: JsonMap

    @property
    def text(self) -> str:
        return cast("str", self.response["answer"])

    @property
    def status(self) -> str:
        return cast("str", self.response["status"])

    @property
    def error(self) -> JsonMap:
        """The code, the message and the details of what failed."""
        return cast("JsonMap", self.response["error"])

    @property
    def references(self) -> list[JsonMap]:
        return cast("list[JsonMap]", self.response["references"])

    @cached_property
    def blocks(self) -> list[Block]:
        return parse_blocks(self.response["blocks"])

    def says(self, value: int | float) -> bool:
        """Tell whether the sentence names this number; "No ..." names 0."""
        said = [float(text) for text in _NUMBER.findall(self.text)]
        if self.text.startswith("No "):
            said.append(0)
        rounding = abs(value) * _ROUNDING if isinstance(value, float) else 0
        return any(abs(number - value) <= rounding for number in said)

    def number(self, titled: str = "", *, label: str = "") -> float | None:
        """Return the value of the only number block whose title and label contain this."""
        (block,) = [block for block in self._shown(NumberBlock, titled) if label in block.label]
        return block.value

    def numbers(self) -> list[float | None]:
        """Return the values of all number blocks, in their order."""
        return [block.value for block in self._shown(NumberBlock)]

    def table(self, *columns: str, titled: str = "") -> list[list[Cell]]:
        """Return these columns of the only table that has them all."""
        block = self._table(columns, titled)
        places = [block.columns.index(column) for column in columns]
        return [[row[place] for place in places] for row in block.rows]

    def table_meta(self, *columns: str, titled: str = "") -> JsonMap:
        """Return what that table does not show: totals, truncation."""
        return self._table(columns, titled).meta

    def fields(self, titled: str) -> dict[str, Cell]:
        """Return the names and values of the only two-column table of this title."""
        return {str(name): value for name, value in self.table("field", "value", titled=titled)}

    def network(self, titled: str = "") -> tuple[set[str], set[Edge]]:
        """Return the codes of the nodes of the only network, and its edges."""
        (block,) = self._shown(NetworkBlock, titled)
        return {_text(node, "code") for node in block.nodes}, _edges(block)

    def path(self) -> tuple[list[str], set[Edge]]:
        """Return the codes along the only path, and its edges."""
        (block,) = self._shown(PathBlock)
        return [_text(node, "code") for node in block.nodes], _edges(block)

    def _table(self, columns: Sequence[str], titled: str) -> TableBlock:
        (block,) = [
            block
            for block in self._shown(TableBlock, titled)
            if set(columns) <= set(block.columns)
        ]
        return block

    def _shown(self, kind: type[Shown], titled: str = "") -> list[Shown]:
        return [
            block
            for block in self.blocks
            if isinstance(block, kind) and titled in (block.title or "")
        ]


def _edges(block: NetworkBlock | PathBlock) -> set[Edge]:
    codes = {_text(node, "id"): _text(node, "code") for node in block.nodes}
    return {
        (codes[_text(edge, "source")], codes[_text(edge, "target")], _text(edge, "type"))
        for edge in block.edges
    }


def _text(record: JsonMap, key: str) -> str:
    return cast("str", record[key])
