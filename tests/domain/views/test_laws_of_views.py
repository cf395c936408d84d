"""What all views of a run have in common, whatever it has been through."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from msgspec import structs

from domain.replay.compare.compare import compare
from domain.replay.compare.run_calls import run_calls
from domain.run.events import (
    HistoryEntry,
    RunEvent,
    RunFailed,
)
from domain.run.note_events import RunAnnotated, RunFlagged
from domain.run.summary import INTERRUPTED, summary_of
from domain.views.history import History
from domain.views.response import run_response
from domain.views.run import run_details
from domain.views.steps import run_steps
from domain.views.timeline import Bar, run_timeline
from domain.views.trace import run_trace
from tests.domain.run.random_histories import HISTORIES
from tests.domain.run.samples import (
    PINNED,
)

ENDS = {"run-completed", "run-rejected", "run-failed", "run-cancelled"}
TAKEN_UP = {"run-resumed", "run-recovered"}


def bars(history: list[HistoryEntry]) -> list[Bar]:
    return [bar for lane in run_timeline(history).lanes for bar in (lane.bar, *lane.calls)]


def own_bars(history: list[HistoryEntry]) -> dict[tuple[int, str], Bar]:
    """Return the bars of what began and ended, by the version at which it began."""
    ended = {"ok", "warning", "error", "succeeded", "failed"}
    return {(bar.versions[0], bar.name): bar for bar in bars(history) if bar.status in ended}


def types(history: Iterable[HistoryEntry]) -> list[str]:
    return [entry.envelope.type for entry in history]


@given(HISTORIES)
def test_every_view_has_the_error_of_the_last_end_and_of_no_other(
    history: list[HistoryEntry],
) -> None:
    kinds = types(history)
    last_taken_up = max((i for i, kind in enumerate(kinds) if kind in TAKEN_UP), default=-1)
    failed = [e.event for e in history[last_taken_up + 1 :] if isinstance(e.event, RunFailed)]
    summary, response, trace = summary_of(history), run_response(history), run_trace(history)
    told = response.get("error")
    if failed:
        assert told is not None
        assert told["code"] == failed[-1].error.code
    elif "run-rejected" in kinds:
        assert told is not None
        assert told["code"] == summary.error_code == "POLICY_DENY"
    else:
        assert told is None
        assert summary.error_code in {None, INTERRUPTED}
    assert (trace.error_code, trace.status) == (summary.error_code, summary.status)


@given(HISTORIES)
def test_a_call_counts_once_by_its_last_attempt(history: list[HistoryEntry]) -> None:
    summary, meta = summary_of(history), run_response(history)["meta"]
    last = History(history).last_calls
    tried = {
        call.call_id for call in run_trace(history).execution_steps if call.status != "skipped"
    }
    failed = [call for call in last if call.status == "failed"]
    assert summary.call_count == meta["call_count"] == len(tried)
    assert summary.failed_call_count == meta["failed_call_count"] == len(failed)
    assert summary.failed_call_count <= summary.call_count
    compared = {call.call_id: call.status for call in run_calls(history)}
    assert compared == {call.call_id: call.status for call in last}


@given(HISTORIES)
def test_what_is_added_after_the_end_changes_no_more_than_itself(
    history: list[HistoryEntry],
) -> None:
    """A remark, a flag or a pin never changes what the run was, however late it comes."""
    summary = summary_of(history)
    if summary.ended_at is None:
        return
    last = history[-1]
    notes: list[RunEvent] = [RunAnnotated(text="x"), RunFlagged(verdict="right"), PINNED]
    later = [
        structs.replace(
            last,
            event=note,
            envelope=structs.replace(
                last.envelope,
                version=len(history) + number,
                type=note.stored_as,
                recorded_at="2999-01-01T00:00:00.000000Z",
            ),
        )
        for number, note in enumerate(notes, start=1)
    ]
    noted = [*history, *later]
    names = ("state", "status", "ended_at", "duration_ms", "waited_ms", "error_code", "call_count")
    after = summary_of(noted)
    assert [getattr(after, name) for name in names] == [getattr(summary, name) for name in names]
    before, now = run_timeline(history), run_timeline(noted)
    assert (now.lanes, now.gaps, now.total_ms) == (before.lanes, before.gaps, before.total_ms)
    old, new = run_response(history), run_response(noted)
    assert {**new, "meta": None} == {**old, "meta": None}


@given(HISTORIES)
def test_a_call_and_a_stage_took_the_same_time_in_every_view(history: list[HistoryEntry]) -> None:
    trace, drawn = run_trace(history), own_bars(history)
    for call in trace.execution_steps:
        if call.status in {"succeeded", "failed"}:
            bar = drawn.get((call.started_version, call.call_id))
            assert bar is None or bar.duration_ms == call.duration_ms
    for stage in trace.stages:
        if stage.status in {"ok", "error"}:
            bar = drawn[stage.started_version, stage.name]
            assert bar.duration_ms == stage.duration_ms
    spans = [bar.end_ms - bar.start_ms - bar.duration_ms for bar in drawn.values()]
    assert spans == pytest.approx([0] * len(spans), abs=0.01)
    last = {call.call_id: call.duration_ms for call in History(history).last_calls}
    assert {call.call_id: call.duration_ms for call in run_calls(history)} == last


@given(HISTORIES)
def test_compared_with_itself_a_run_took_no_more_and_no_less(history: list[HistoryEntry]) -> None:
    comparison = compare(history, history)
    deltas = [stage.duration for stage in comparison.stages]
    deltas += (call.duration for call in comparison.calls)
    assert {delta.delta_ms for delta in (*deltas, comparison.duration)} <= {None, 0}
    last = {stage.name: stage.duration_ms for stage in run_trace(history).stages}
    assert {stage.name: stage.duration.a_ms for stage in comparison.stages} == last


@given(HISTORIES)
def test_no_view_has_a_negative_time(history: list[HistoryEntry]) -> None:
    timeline, details = run_timeline(history), run_details(history)
    spans = [bar.duration_ms for bar in bars(history)]
    gaps = [gap.duration_ms for gap in timeline.gaps]
    steps = [step.since_ms or 0 for step in run_steps(history)]
    waits = [wait.duration_ms for wait in details.waits]
    assert min((*spans, *gaps, *steps, *waits, details.waited_ms, details.duration_ms or 0)) >= 0
    ordered = sorted(timeline.gaps, key=lambda gap: gap.start_ms)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(ordered))


@given(HISTORIES)
def test_the_ends_of_a_run_are_those_that_nothing_followed(history: list[HistoryEntry]) -> None:
    kinds = types(history)
    last_taken_up = max((i for i, kind in enumerate(kinds) if kind in TAKEN_UP), default=-1)
    expected = [
        version
        for version, kind in enumerate(kinds, start=1)
        if kind in ENDS and version > last_taken_up + 1
    ]
    assert [end.version for end in run_details(history).ends] == expected
    assert (summary_of(history).ended_at is not None) == bool(expected)
