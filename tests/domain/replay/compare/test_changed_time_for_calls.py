"""A time for calls that people asked for is no drift."""

from typing import Any

from msgspec.structs import replace

from domain.replay.bulk.judgement import compared as replayed
from domain.replay.compare.counted_events import CALL_EVENTS
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, RunEvent, RunResumed
from domain.run.facts import Origin, RunOptions
from domain.run.lifecycle import Stage
from domain.views.bulk_replay import RunVerdict
from tests.domain.replay.compare.comparing import call, compared, run_of
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import RANKED, REQUESTED


def on_terms(timeout_ms: int, *, of_call: int | None = None, **origin: Any) -> list[RunEvent]:  # noqa: ANN401 - fields of an origin
    run = run_of(call(data=1))
    options = RunOptions(call_timeout_ms=timeout_ms)
    run[0] = replace(REQUESTED, options=options, origin=Origin(**origin))
    return [
        replace(each, timeout_ms=of_call or timeout_ms)
        if isinstance(each, ToolCallStarted)
        else each
        for each in run
    ]


def test_a_run_is_compared_by_the_time_for_calls_that_it_ended_with() -> None:
    first = on_terms(1000)
    resumed = RunResumed(why="slow", from_stage=Stage.EXECUTE, reused_calls=["a"], timeout_ms=2000)
    tail = [each for each in first[first.index(RANKED) - 1 :] if not isinstance(each, CALL_EVENTS)]
    a = [*first, resumed, *tail]
    assert compared(a, on_terms(2000)).is_same
    (found,) = compared(a, on_terms(1000)).divergences
    assert found.told == "changed by you: the request: options.call_timeout_ms 2000 -> 1000"


def test_a_time_for_calls_that_nobody_asked_for_is_not_changed_by_you() -> None:
    (found,) = compared(on_terms(1000), on_terms(2000)).divergences
    assert found.told == "the request: options.call_timeout_ms 1000 -> 2000"


def test_a_call_that_takes_another_time_than_the_run_gives_it_differs() -> None:
    (found,) = compared(on_terms(1000), on_terms(1000, of_call=9)).divergences
    assert found.told.endswith("asks otherwise: timeout_ms 0 -> 9")


def again(timeout_ms: int, *, data: int = 1) -> list[HistoryEntry]:
    run = on_terms(timeout_ms, kind="rerun", parent_run_id="run-1")
    run = [replace(e, data=data) if isinstance(e, ToolCallSucceeded) else e for e in run]
    return entries(run, step_ms=10)


def test_what_was_asked_for_is_no_drift_of_a_run_that_is_made_again() -> None:
    before = entries(on_terms(1000), step_ms=10)
    assert replayed(before, again(2000)).verdict is RunVerdict.SAME
    drifted = replayed(before, again(2000, data=2))
    assert (drifted.verdict, drifted.sentence) == (
        RunVerdict.DATA,
        "call a (ci.search) answers otherwise: data 1 -> 2",
    )
