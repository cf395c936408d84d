"""How a table fits on a screen: what is shortened, cut or left out there.

Widths are cells of a terminal: Chinese letters and emoji take two, what combines takes none.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from domain.run.facts import counted

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

ROW_LIMIT: Final = 1000
"""How many rows of a table a terminal shows; a pipe gets them all."""

_GAP = "  "
_MOST_SPACES_OF_A_CODE = 2
_LEAST_OF_A_CODE = 40
_LEAST_OF_ALL = 4
_SHORTEST_ID = 8
_LONGEST_WORD = 20
"""A longer one is cut: it would leave too much room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells of one line each under titles, each row on a line of its own.

    What is wider than a terminal is made to fit: `ids` are shortened to ends that tell them apart,
    sentences are cut down to `least_of_a_sentence`, then columns are left out, in the order of
    `leave_out`; at the very end all but the first. A terminal gets the first rows only.
    `whole_in` says where the columns are.
    """

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Collection[int] = ()
    ids: Collection[int] = ()
    leave_out: Sequence[int] = ()
    least_of_a_sentence: int = 14
    row_limit: int = ROW_LIMIT
    whole_in: str = "-o json"

    def __rich_console__(self, _console: "Console", options: "ConsoleOptions") -> "RenderResult":
        """Yield the lines as they fit on a terminal."""
        columns = [*zip(self.titles, *self.rows[: self.row_limit], strict=True)]
        if _total([*map(_widest, columns)]) > options.max_width:
            for number in self.ids:
                columns[number] = (self.titles[number], *distinct_ends(columns[number][1:]))
        widths = self._fitted(columns, room=options.max_width)
        ellipsis = "..." if options.ascii_only else "…"
        for number, line in enumerate(self._lines(columns, widths, ellipsis)):
            yield Segment(f"{line.rstrip()}\n", None if number else Style(bold=True))
        if hidden := len(columns) - len(widths):
            yield Text(f"{counted(hidden, 'column')} hidden: {self.whole_in}", style="dim")
        if (more := len(self.rows) - self.row_limit) > 0:
            yield Text(f"and {more:,} more {'row' if more == 1 else 'rows'}: -o json", style="dim")

    def whole_lines(self) -> Iterator[str]:
        """Yield the lines of all rows, with nothing cut."""
        columns = [*zip(self.titles, *self.rows, strict=True)]
        return self._lines(columns, dict(enumerate(map(_widest, columns))), "")

    def _lines(
        self, columns: Sequence[Sequence[str]], widths: Mapping[int, int], ellipsis: str
    ) -> Iterator[str]:
        cells = [
            [_placed(cell, width, ellipsis, is_right=number in self.numeric) for cell in column]
            for number, width in widths.items()
            for column in [columns[number]]
        ]
        for row, line in enumerate(zip(*cells, strict=True)):
            yield _GAP.join(line)
            if row == 0:
                yield "-" * _total(widths.values())

    def _fitted(self, columns: Sequence[Sequence[str]], *, room: int) -> dict[int, int]:
        """Return the numbers of the columns that are shown, with their widths; see the class."""
        whole = {number: _widest(column) for number, column in enumerate(columns)}
        least = {n: min(whole[n], self._least_of(column)) for n, column in enumerate(columns)}
        _leave_out(least, self.leave_out, room=room)
        if _total(least.values()) > room:
            ids = {n: max(map(_width, columns[n][1:]), default=0) for n in self.ids}
            least = {n: min(width, ids.get(n, _LEAST_OF_ALL)) for n, width in least.items()}
            _leave_out(least, [*least][:0:-1], room=room)
        widths = {number: min(whole[number], room) for number in least}
        while _total(widths.values()) > room:
            widest = max(widths, key=lambda n: (widths[n] > least[n], widths[n]))
            widths[widest] -= 1
        return widths

    def _least_of(self, column: Sequence[str]) -> int:
        """Return how narrow a column may become: codes and times stay whole."""
        is_sentence = any(cell.count(" ") > _MOST_SPACES_OF_A_CODE for cell in column)
        return self.least_of_a_sentence if is_sentence else _LEAST_OF_A_CODE


def _leave_out(least: dict[int, int], numbers: Sequence[int], *, room: int) -> None:
    for number in numbers:
        if _total(least.values()) > room:
            least.pop(number, None)


def cut(text: str, width: int, *, ellipsis: str = "…") -> str:
    """Return the text if it is so wide at most, else its beginning, up to a word if it can be."""
    if _width(text) <= width:
        return text
    room = max(width - len(ellipsis), 0)
    start = set_cell_size(text, room).rstrip()
    words = start.rpartition(" ")[0].rstrip()
    is_within_a_word = not text[len(start) :].startswith(" ")
    if words and is_within_a_word and len(start) - len(words) <= _LONGEST_WORD:
        start = words
    return f"{start}{ellipsis[:width]}"


def distinct_ends(ids: Sequence[str]) -> list[str]:
    """Return the ends of the ids, as long as they must be to tell them apart."""
    different = set(ids)
    longest = max(map(len, different), default=0)
    for length in range(_SHORTEST_ID, longest):
        if len({each[-length:] for each in different}) == len(different):
            return [each[-length:] for each in ids]
    return list(ids)


def _total(widths: Collection[int]) -> int:
    """Return how wide columns of these widths are, with the gaps between."""
    return sum(widths) + len(_GAP) * max(len(widths) - 1, 0)


def _widest(column: Sequence[str]) -> int:
    return max(map(_width, column))


def _width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _placed(cell: str, width: int, ellipsis: str, *, is_right: bool) -> str:
    """Return the cell, cut or filled up with spaces to this width."""
    text = cut(cell, width, ellipsis=ellipsis)
    spaces = " " * (width - _width(text))
    return f"{spaces}{text}" if is_right else f"{text}{spaces}"
