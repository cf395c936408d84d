"""How gaps, clocks and what came later are drawn on a timeline, and on narrow terminals."""

import dataclasses
import re

from hypothesis import given
from hypothesis import strategies as st

from domain.run.clockwork import Setback, Wait, WaitCause
from domain.run.events import HistoryEntry
from domain.views.axis import Gap
from domain.views.timeline import Lane, Mark, Note, Timeline, run_timeline
from tests.adapters.cli.test_timelines import SUMMARY, WHOLE, bar, drawn
from tests.domain.run.random_histories import HISTORIES

RESUMED = dataclasses.replace(
    WHOLE,
    total_ms=8100,
    lanes=(
        Lane(bar("execute", 0, 50, status="error"), ()),
        Lane(bar("execute", 8050, 8100, status="interrupted", attempt=2), ()),
    ),
    gaps=(Gap(50, 8050, "waited to be resumed"),),
    waits=(Wait(WaitCause.RESUMPTION, 50, 8000, (4, 5)),),
    marks=(Mark(version=5, type="run-resumed", at_ms=8050, sentence="it is resumed", by="ada"),),
    setbacks=(Setback(7, 90_000),),
    notes=(
        Note(
            version=9,
            type="run-annotated",
            recorded_at="2026-04-01T12:00:00.000000Z",
            sentence="a remark: ok",
            by="ada",
        ),
    ),
)


def test_a_gap_is_folded_and_said_with_what_was_done_and_came_later() -> None:
    lines = drawn(RESUMED)
    assert lines[4].count("/") == 4
    assert lines[5].count("█") == lines[6].count("▒") == 26
    assert lines[7:] == [
        "/ 8.00 s waited to be resumed",
        "◆ +0 it is resumed (ada, event 5)",
        "! the clock went back by 1 min 30 s at event 7",
        "when it had ended:",
        "◆ 2026-04-01T12:00:00Z a remark: ok (ada, event 9)",
    ]


def test_ticks_after_a_gap_count_from_its_end() -> None:
    assert drawn(RESUMED)[3].split() == ["0", "50", "ms"]


def test_what_a_run_waited_is_told_beside_what_it_worked() -> None:
    waited = dataclasses.replace(SUMMARY, waited_ms=8000)
    assert "100 ms (and waited 8.00 s), 3" in drawn(Timeline(waited, 8100, ()))[1]


def test_waits_that_are_too_short_for_a_gap_are_told_with_their_causes() -> None:
    waits = (
        Wait(WaitCause.WORKER, 0, 20, (1, 2)),
        *RESUMED.waits,
        Wait(WaitCause.WORKER, 8050, 130, (5, 6)),
    )
    summary = dataclasses.replace(SUMMARY, waited_ms=8150)
    lines = drawn(dataclasses.replace(RESUMED, summary=summary, waits=waits))
    assert "waited 8.15 s" in lines[1]
    assert [line for line in lines if line.startswith("/ ")] == [
        "/ 8.00 s waited to be resumed",
        "/ waited 150 ms for a worker",
    ]


def test_a_run_that_waited_for_a_moment_says_nothing_of_it() -> None:
    summary = dataclasses.replace(SUMMARY, waited_ms=20)
    wait = Wait(WaitCause.WORKER, 0, 20, (1, 2))
    lines = drawn(dataclasses.replace(WHOLE, summary=summary, waits=(wait,)))
    assert not [line for line in lines if "waited" in line]


def test_a_run_under_way_tells_how_long_it_has_worked() -> None:
    running = dataclasses.replace(SUMMARY, state="execute", status=None, duration_ms=None)
    wait = Wait(WaitCause.WORKER, 0, 40, (1, 2))
    assert "execute, 60 ms so far" in drawn(Timeline(running, 100, (), waits=(wait,)))[1]


@given(HISTORIES, st.sampled_from([40, 57, 80, 300]))
def test_whatever_the_clocks_did_no_time_is_negative_or_wider_than_the_screen(
    history: list[HistoryEntry], width: int
) -> None:
    lines = drawn(run_timeline(history), width=width)
    bars = [line for line in lines[3:] if not re.match(r" *[└`◆*/!] |after", line)]
    assert [line for line in bars if len(line) > width] == []
    assert [line for line in lines if re.search(r"-\d+(\.\d+)? (ms|s|min|h|d)\b", line)] == []
