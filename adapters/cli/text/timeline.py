"""The timeline of a run as text: stages as lanes, tool calls inside them, bars to scale."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from domain.times import duration_text
from domain.views.timeline import Bar, Mark, Timeline

PIPE_WIDTH: Final = 100
"""How wide a timeline is where there is no terminal."""

_NAME_LIMIT = 34
_DURATION_WIDTH = 9
_NARROWEST_AXIS = 20
_INDENT = "  "
_TICK_CELLS = 14
_GAP = 2
_SHORTEST_MS = 0.001
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Axis:
    """Milliseconds on cells of text: `total_ms` on `width` cells."""

    total_ms: float
    width: int

    def cells(self, start_ms: float, end_ms: float) -> tuple[int, int]:
        """Return the first cell of a span and the cell after its last: one at least."""
        first = min(math.floor(start_ms * self._cells_per_ms), self.width - 1)
        after = min(math.ceil(end_ms * self._cells_per_ms), self.width)
        return first, max(after, first + 1)

    def ticks(self) -> list[tuple[int, str]]:
        """Return the cells of the round instants from 0 on, with their labels."""
        step = _round_step(self.total_ms * _TICK_CELLS / self.width)
        count = int(self.total_ms / step)
        return [(self._cell(number * step), _label(number * step)) for number in range(count + 1)]

    def _cell(self, at_ms: float) -> int:
        return min(round(at_ms * self._cells_per_ms), self.width - 1)

    @property
    def _cells_per_ms(self) -> float:
        return self.width / max(self.total_ms, _SHORTEST_MS)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a status is shown: its mark, the bar it draws, its colour; each also in ASCII."""

    mark: str
    ascii_mark: str
    style: str
    bar: str = ""
    ascii_bar: str = ""


_OK = _Look("✓", "+", "green")
_FAILED = _Look("✗", "x", "red")
_CUT = _Look("■", "!", "magenta", "▒", "%")
_LOOKS: Final[Mapping[str, _Look]] = {
    "ok": _OK,
    "succeeded": _OK,
    "warning": _Look("!", "!", "yellow"),
    "error": _FAILED,
    "failed": _FAILED,
    "reused": _Look("↺", "r", "green", "·", "."),
    "skipped": _Look("-", "-", "dim", "·", "."),
    "interrupted": _CUT,
    "running": _Look("▶", ">", "cyan", "░", ":"),
}
_SPAN: Final = {"stage": ("█", "#"), "call": ("━", "=")}
_INSTANT: Final = {"stage": ("▏", "|"), "call": ("╸", "|")}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all lines share."""

    axis: Axis
    names: Mapping[Bar, str]
    name_width: int
    is_unicode: bool


def show_timeline(screen: Screen, timeline: Timeline) -> None:
    """Print the timeline as wide as the terminal."""
    width = screen.out.width if screen.out.is_terminal else PIPE_WIDTH
    lines = timeline_lines(timeline, width=width, is_unicode=screen.is_unicode)
    for line in lines:
        screen.out.print(line, soft_wrap=True)


def timeline_lines(timeline: Timeline, *, width: int, is_unicode: bool) -> list[Text]:
    """Return the lines of a timeline, none wider than `width` but for names, ids and reasons."""
    drawing = _drawing(timeline, width=width, is_unicode=is_unicode)
    labels, rule = axis_lines(drawing.axis, is_unicode=is_unicode)
    indent = " " * _margin(drawing.name_width)
    lines = [*_header(timeline), Text(f"{indent}{labels}", style="dim")]
    lines.append(Text(f"{indent}{rule}", style="dim"))
    for lane in timeline.lanes:
        lines.extend(_bar_lines(lane.bar, drawing, depth=0))
        for call in lane.calls:
            lines.extend(_bar_lines(call, drawing, depth=1))
    lines.extend(_mark_line(mark, is_unicode=is_unicode) for mark in timeline.marks)
    return lines


def _mark_line(mark: Mark, *, is_unicode: bool) -> Text:
    sign = "◆" if is_unicode else "*"
    told = f"{sign} +{duration_text(mark.at_ms)} {mark.sentence} ({mark.by}, event {mark.version})"
    return Text(printable(told), style="magenta")


def _header(timeline: Timeline) -> list[Text]:
    summary = timeline.summary
    outcome = summary.state
    if summary.status:
        outcome += f" ({summary.status})"
    calls = f"{summary.call_count} tool call{'' if summary.call_count == 1 else 's'}"
    took = duration_text(timeline.total_ms)
    facts = f"{summary.run_id}  {outcome}, {took}, {calls}, version {summary.version}"
    lines = [Text(printable(summary.question), style="bold"), Text(facts)]
    if summary.error:
        lines.append(Text(printable(f"{summary.error_code}: {summary.error}"), style="red"))
    return [*lines, Text("")]


def _drawing(timeline: Timeline, *, width: int, is_unicode: bool) -> _Drawing:
    names = _names(timeline)
    name_width = min(max(map(len, names.values()), default=0), _NAME_LIMIT)
    cells = max(width - _margin(name_width), _NARROWEST_AXIS)
    return _Drawing(Axis(timeline.total_ms, cells), names, name_width, is_unicode)


def _bar_lines(bar: Bar, drawing: _Drawing, *, depth: int) -> Iterator[Text]:
    look, indent = _LOOKS[bar.status], _INDENT * depth
    name = _shortened(drawing.names[bar], drawing.name_width)
    took = "" if bar.status == "skipped" else duration_text(bar.end_ms - bar.start_ms)
    line = Text(f"{look.mark if drawing.is_unicode else look.ascii_mark} ", style=look.style)
    line.append(f"{name:<{drawing.name_width}} ", style="bold" if depth == 0 else "")
    line.append(f"{took:>{_DURATION_WIDTH}}  ", style="dim")
    line.append(_drawn(bar, look, drawing), style=look.style)
    yield line
    if bar.note:
        tip = "└ " if drawing.is_unicode else "` "
        noted = f"{_INDENT}{indent}{tip}{bar.status}: {bar.note}"
        yield Text(printable(noted), style=look.style)


def _drawn(bar: Bar, look: _Look, drawing: _Drawing) -> str:
    first, after = drawing.axis.cells(bar.start_ms, bar.end_ms)
    unicode_bar, ascii_bar = (_SPAN if after - first > 1 else _INSTANT)[bar.kind]
    cell = look.bar or unicode_bar if drawing.is_unicode else look.ascii_bar or ascii_bar
    return " " * first + cell * (after - first)


def _names(timeline: Timeline) -> dict[Bar, str]:
    """The titles, indented; a call's with its id when another call has the same title."""
    calls = [call for lane in timeline.lanes for call in lane.calls]
    ids_by_title: dict[str, set[str]] = {}
    for call in calls:
        ids_by_title.setdefault(call.title, set()).add(call.name)
    names = {lane.bar: _name(lane.bar, is_unique=True) for lane in timeline.lanes}
    return names | {
        call: f"{_INDENT}{_name(call, is_unique=len(ids_by_title[call.title]) == 1)}"
        for call in calls
    }


def _name(bar: Bar, *, is_unique: bool) -> str:
    name = printable(bar.title if is_unique else f"{bar.title} ({bar.name})")
    return name if bar.attempt == 1 else f"{name} #{bar.attempt}"


def _margin(name_width: int) -> int:
    """The cells left of the axis: mark, name, duration, and the spaces between."""
    return 2 + name_width + 1 + _DURATION_WIDTH + 2


def _shortened(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}~"


def axis_lines(axis: Axis, *, is_unicode: bool) -> tuple[str, str]:
    """Return the labels and the line below them, each at most as wide as the axis."""
    rule, mark = ("─", "┬") if is_unicode else ("-", "+")
    line, labels = [rule] * axis.width, ""
    for cell, label in axis.ticks():
        fits = (not labels or cell >= len(labels) + _GAP) and cell + len(label) <= axis.width
        if fits:
            line[cell] = mark
            labels = f"{labels:<{cell}}{label}"
    return labels, "".join(line)


def _round_step(at_least_ms: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(at_least_ms, _SHORTEST_MS)))
    return next(
        step * power for step in _STEPS if step * power >= at_least_ms or step == _STEPS[-1]
    )


def _label(at_ms: float) -> str:
    return duration_text(at_ms) if at_ms else "0"
