"""What an answer shows, taken apart: its sentence, figures, tables, sets of items, instants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

Block = dict[str, Any]  # JSON

_STAMP: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?")
_FIGURE: Final = re.compile(
    r"(?<![\w.:/-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w:/]|-\d|\.\d)"
)
_EXAMPLES: Final = "Questions that work"


@dataclass(frozen=True, eq=False)
class Shown:
    """The JSON of one answer, with the exit code of its command and the names of the estate."""

    question: str
    exit_code: int
    answer: Block
    codes: frozenset[str]
    codes_by_name: dict[str, str]

    @property
    def is_refused(self) -> bool:
        """Whether nothing was answered."""
        return self.exit_code != 0 or self.answer.get("status") == "rejected"

    @property
    def message(self) -> str:
        """The sentence; of a refusal without the examples that every refusal has."""
        return re.sub(r"\*\*|`", "", str(self.answer.get("answer") or "")).split(_EXAMPLES)[0]

    @property
    def blocks(self) -> list[Block]:
        """All blocks in order."""
        return list(self.answer.get("blocks") or [])

    def of_type(self, *types: str) -> list[Block]:
        """Return the blocks of some types."""
        return [block for block in self.blocks if block.get("type") in types]

    @cached_property
    def prose(self) -> str:
        """The sentence and the texts."""
        texts = [str(each.get("text") or "") for each in self.of_type("text")]
        return "\n".join([self.message, *texts])

    @cached_property
    def tables(self) -> list[Block]:
        """Tables of rows; the fields of one item are in `fields`."""
        return [t for t in self.of_type("table") if t["columns"][:2] != ["field", "value"]]

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """The fields of one item, each with its value."""
        found = [t for t in self.of_type("table") if t["columns"][:2] == ["field", "value"]]
        return [(str(row[0]), str(row[1])) for table in found for row in table["rows"]]

    @cached_property
    def series(self) -> list[list[tuple[str, float]]]:
        """The lines of charts, as pairs."""
        lines = [s for block in self.of_type("chart", "timeseries") for s in block["series"]]
        points = [line.get("points") or line.get("data") or [] for line in lines]
        return [[_pair(point) for point in each] for each in points]

    @cached_property
    def figures(self) -> list[float]:
        """Figures of number blocks, of tables with one row, and of the sentence."""
        blocks = [b["value"] for b in self.of_type("number") if b.get("value") is not None]
        single = [c for t in self.tables if len(t["rows"]) == 1 for c in t["rows"][0]]
        return [*blocks, *filter(is_figure, single), *self.said_figures]

    @cached_property
    def said_figures(self) -> list[float]:
        """Figures of the sentence but for those that the question has, and those in names."""
        text = _STAMP.sub(" ", self._without_names(self.message))
        text = re.sub(r"\d{4}-\d{2}(?:-\d{2})?|\b\d{1,2}:\d{2}(?::\d{2})?", " ", text)
        text = re.sub(r"\b(?:last|past|severity|top|depth) \d+", " ", text)
        asked = {float(each.replace(",", "")) for each in _FIGURE.findall(self.question)}
        found = [float(each.replace(",", "")) for each in _FIGURE.findall(text)]
        return [each for n, each in enumerate(found) if each not in asked or n == 0]

    def _without_names(self, text: str) -> str:
        low = text.lower()
        for name in sorted(self.codes_by_name, key=len, reverse=True):
            low = low.replace(name, " ")
        return low

    def columns(self) -> Iterator[tuple[list[str], int]]:
        """Each column of each table as text, with the number of rows that there are in all."""
        for table in self.tables:
            for index in range(len(table["columns"])):
                cells = [str(row[index]) for row in table["rows"] if index < len(row)]
                yield cells, row_count(table)

    def code_of(self, cell: str) -> str | None:
        """Return the code of an item that a cell names by code or name."""
        return cell if cell in self.codes else self.codes_by_name.get(cell.lower())

    def names_of(self, code: str) -> list[str]:
        """Return the names that an item has, or nothing where the word is no code."""
        return [name for name, item in self.codes_by_name.items() if item == code]

    def item_sets(self) -> Iterator[tuple[frozenset[str], int]]:
        """Sets of items that are shown, each with how many there are in all."""
        for cells, count in self.columns():
            codes = [self.code_of(cell) for cell in cells]
            if codes and None not in codes:
                found = frozenset(filter(None, codes))
                yield found, max(len(found), count if len(found) == len(cells) else 0)
        for block in self.of_type("network"):
            nodes = [node for node in block["nodes"] if node.get("distance") != 0]
            found = frozenset(str(node.get("code")) for node in nodes)
            yield found, len(found)
        if said := self.said_items():
            yield said, len(said)

    def said_items(self) -> frozenset[str]:
        """Items that the sentence names and the question does not."""
        text, asked = self.message.lower(), self.question.lower()
        named = {**self.codes_by_name, **{code.lower(): code for code in self.codes}}
        return frozenset(
            code for name, code in named.items() if name in text and says(text, name)
            and not says(asked, name) and not says(asked, code.lower())
        )  # fmt: skip

    def instants(self) -> list[str]:
        """Instants of the sentence, to the second or minute."""
        return [each.replace(" ", "T") for each in _STAMP.findall(self.prose)]

    def time_columns(self) -> Iterator[tuple[list[str], int]]:
        """Yield columns of instants, to the minute, each with how many rows there are in all."""
        for cells, count in self.columns():
            if cells and all(_STAMP.match(cell) for cell in cells):
                yield [_minute(cell) for cell in cells], count


def says(text: str, words: str) -> bool:
    """Whether a text has these words as they are, not inside of longer ones."""
    return re.search(rf"(?<![\w-]){re.escape(words)}(?![\w-])", text, re.IGNORECASE) is not None


def is_figure(cell: object) -> bool:
    """Whether a cell is a number."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def row_count(table: Block) -> int:
    """How many rows a table would have if none were left out."""
    meta = table.get("meta") or {}
    total = meta.get("total", meta.get("total_groups"))
    return total if isinstance(total, int) else len(table["rows"])


def _minute(cell: str) -> str:
    return cell[: len("2026-11-25T22:30")].replace(" ", "T")


def _pair(point: Any) -> tuple[str, float]:  # noqa: ANN401 - JSON
    if isinstance(point, dict):
        point = [point.get("timestamp", point.get("x")), point.get("value", point.get("y"))]
    at, figure = point
    return str(at), float("nan") if figure is None else float(figure)
