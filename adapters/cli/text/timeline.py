"""The timeline of a run as text: stages as lanes, tool calls inside them, bars to scale.

Where nothing was done for long, the axis is folded; below the bars is said what for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.axis import CellAxis, axis_lines
from adapters.cli.text.layout import cut
from adapters.cli.text.waiting import setback_text, took_text, waits_text
from domain.run.clockwork import Wait
from domain.run.facts import counted
from domain.times import WORTH_TELLING_MS, duration_text, to_the_second
from domain.views.axis import Axis, Gap
from domain.views.timeline import Bar, Mark, Note, Timeline

PIPE_WIDTH: Final = 100
"""How wide a timeline is where there is no terminal."""

_SHARE_OF_NAMES = 3
_SHORTEST_NAME = 10
_MOST_CALLS = 20
_DURATION_WIDTH = 11
_NARROWEST_AXIS = 14
_INDENT = "  "


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
_GOOD: Final = frozenset({"succeeded", "reused"})
_WITHOUT_TIME: Final = frozenset({"skipped", "reused"})
_SPAN: Final = {"stage": ("█", "#"), "call": ("━", "=")}
_INSTANT: Final = {"stage": ("▏", "|"), "call": ("╸", "|")}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all lines share."""

    axis: CellAxis
    names: Mapping[Bar, str]
    name_width: int
    is_unicode: bool


def show_timeline(screen: Screen, timeline: Timeline, *, has_all: bool = False) -> None:
    """Print the timeline as wide as the terminal, which gets some of many calls only."""
    is_terminal = screen.out.is_terminal
    width = screen.out.width if is_terminal else PIPE_WIDTH
    lines = timeline_lines(
        timeline,
        width=width,
        is_unicode=screen.is_unicode,
        most_calls=_MOST_CALLS if is_terminal and not has_all else None,
    )
    screen.show(*lines)


def timeline_lines(
    timeline: Timeline, *, width: int, is_unicode: bool, most_calls: int | None = None
) -> list[Text]:
    """Return the lines of a timeline: bars and axis fit into `width`, texts are whole.

    Of many calls of a stage those are shown that tell most.
    """
    drawing = _drawing(timeline, width=width, is_unicode=is_unicode)
    labels, rule = axis_lines(drawing.axis, is_unicode=is_unicode)
    indent = " " * _margin(drawing.name_width)
    lines = [*_header(timeline), Text(f"{indent}{labels}", style="dim", no_wrap=True)]
    lines.append(Text(f"{indent}{rule}", style="dim", no_wrap=True))
    for lane in timeline.lanes:
        lines.extend(_bar_lines(lane.bar, drawing, depth=0))
        shown = _most_telling(lane.calls, most_calls)
        for call in shown:
            lines.extend(_bar_lines(call, drawing, depth=1))
        if len(shown) < len(lane.calls):
            lines.append(_left_out_line([call for call in lane.calls if call not in shown]))
    return [*lines, *_beside(timeline, is_unicode=is_unicode)]


def _most_telling(calls: Sequence[Bar], most: int | None) -> Sequence[Bar]:
    """Return so many calls in their order: those that did not succeed, then the longest."""
    if most is None or len(calls) <= most:
        return calls
    telling = sorted(calls, key=lambda call: (call.status in _GOOD, -call.duration_ms))[:most]
    return [call for call in calls if call in telling]


def _left_out_line(calls: Sequence[Bar]) -> Text:
    counts = Counter(call.status for call in calls)
    each = ", ".join(f"{count} {status}" for status, count in counts.items())
    longest = duration_text(max(call.duration_ms for call in calls))
    told = f"{counted(len(calls), 'more call')} ({each}, up to {longest}): --all"
    return Text(f"{_INDENT * 2}{told}", style="dim")


def _beside(timeline: Timeline, *, is_unicode: bool) -> Iterator[Text]:
    """Yield what is said of waits, of what people did, of the clock, and what came later."""
    axis = timeline.axis()
    told = [
        *((gap.start_ms, _gap_line(gap)) for gap in timeline.gaps),
        *((mark.at_ms, _mark_line(mark, axis, is_unicode)) for mark in timeline.marks),
    ]
    for _, line in sorted(told, key=lambda each: each[0]):
        yield line
    if timeline.summary.waited_ms >= WORTH_TELLING_MS and (
        short := waits_text(_undrawn(timeline))
    ):
        yield Text(f"/ waited {short}", style="dim")
    for setback in timeline.setbacks:
        yield Text(setback_text(setback), style="yellow")
    if timeline.notes:
        yield Text("when it had ended:", style="dim")
    for note in timeline.notes:
        yield _note_line(note, is_unicode=is_unicode)


def _undrawn(timeline: Timeline) -> Sequence[Wait]:
    """Return the waits that are too short for a gap."""
    drawn = {(gap.start_ms, gap.why) for gap in timeline.gaps}
    return [w for w in timeline.waits if (w.start_ms, f"waited {w.cause}") not in drawn]


def _gap_line(gap: Gap) -> Text:
    return Text(f"/ {duration_text(gap.duration_ms)} {gap.why}", style="dim")


def _mark_line(mark: Mark, axis: Axis, is_unicode: bool) -> Text:
    sign = "◆" if is_unicode else "*"
    at = f"+{axis.label(mark.at_ms).removeprefix('+')}"
    told = f"{sign} {at} {mark.sentence} ({mark.by}, event {mark.version})"
    return Text(printable(told), style="magenta")


def _note_line(note: Note, *, is_unicode: bool) -> Text:
    sign = "◆" if is_unicode else "*"
    at = to_the_second(note.recorded_at)
    told = f"{sign} {at} {note.sentence} ({note.by}, event {note.version})"
    return Text(printable(told), style="magenta")


def _header(timeline: Timeline) -> list[Text]:
    summary = timeline.summary
    outcome = summary.state
    if summary.status:
        outcome += f" ({summary.status})"
    calls = counted(summary.call_count, "tool call")
    took = took_text(summary) or f"{duration_text(timeline.worked_ms)} so far"
    facts = f"{summary.run_id}  {outcome}, {took}, {calls}, version {summary.version}"
    lines = [Text(printable(summary.question), style="bold"), Text(facts)]
    if summary.error:
        lines.append(Text(printable(f"{summary.error_code}: {summary.error}"), style="red"))
    return [*lines, Text("")]


def _drawing(timeline: Timeline, *, width: int, is_unicode: bool) -> _Drawing:
    names = _names(timeline)
    room = max(width - _margin(0) - _NARROWEST_AXIS, _SHORTEST_NAME)
    most = max(width // _SHARE_OF_NAMES, _SHORTEST_NAME)
    name_width = min(max(map(cell_len, names.values()), default=0), most, room)
    cells = max(width - _margin(name_width), _NARROWEST_AXIS)
    return _Drawing(CellAxis(timeline.axis(), cells), names, name_width, is_unicode)


def _bar_lines(bar: Bar, drawing: _Drawing, *, depth: int) -> Iterator[Text]:
    look, indent = _LOOKS[bar.status], _INDENT * depth
    name = _shortened(bar, drawing, indent)
    took = "" if bar.status in _WITHOUT_TIME else duration_text(bar.duration_ms)
    mark = look.mark if drawing.is_unicode else look.ascii_mark
    line = Text.assemble((f"{mark} ", look.style), no_wrap=True)
    line.append(f"{name} ", style="bold" if depth == 0 else "")
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


def _shortened(bar: Bar, drawing: _Drawing, indent: str) -> str:
    """Return the name in its width: rather the id of a call alone than both cut."""
    name, width = drawing.names[bar], drawing.name_width
    if cell_len(name) > width and "(" in name:
        name = f"{indent}{printable(bar.name)}"
    short = cut(name, width, ellipsis="…" if drawing.is_unicode else "~")
    return set_cell_size(short, width)
