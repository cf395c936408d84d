"""The log over time, as text."""

from collections.abc import Iterator

from adapters.cli.screen import Screen
from adapters.cli.text.tables import table_of
from domain.json import Cell
from domain.times import to_the_second
from domain.views.log_timeline import LogTimeline


def show_log_timeline(screen: Screen, timeline: LogTimeline) -> None:
    """Print runs and landmarks in order of time; a run has the number of its lane."""
    lines = sorted((*_runs(timeline), *_landmarks(timeline)), key=lambda line: str(line[0]))
    titles = ("at", "until", "lane", "what", "about", "id")
    shown = [[to_the_second(str(at)), *rest] for at, *rest in lines]
    screen.show(f"{timeline.since} to {timeline.until}: {len(timeline.runs)} runs")
    if shown:
        screen.show(table_of(titles, shown, leave_out=("about", "until"), ids=("id",)))


def _runs(timeline: LogTimeline) -> Iterator[list[Cell]]:
    for each in timeline.runs:
        run = each.run
        until = run.ended_at and to_the_second(run.ended_at)
        how = run.status or run.state
        yield [run.requested_at, until, each.lane, how, run.question, run.run_id]


def _landmarks(timeline: LogTimeline) -> Iterator[list[Cell]]:
    for mark in timeline.landmarks:
        yield [mark.at, None, None, mark.kind, mark.what, mark.stream_id]
