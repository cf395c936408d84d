"""What readers see of a run that was taken up again."""

from msgspec.structs import replace

from domain.run.events import RunEvent, RunRecovered, RunResumed
from domain.run.lifecycle import Stage
from domain.views.calls import CallView, call_views
from domain.views.stages import stage_views
from domain.views.timeline import run_timeline
from tests.domain.run.samples import (
    EXECUTING,
    FAILED,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    failed,
    started,
)
from tests.domain.views.histories import history

BEGUN: list[RunEvent] = [*EXECUTING, call_started(), call_succeeded(), call_started("b")]
RECOVERED: list[RunEvent] = [
    *BEGUN,
    RunRecovered(lost_worker="w", from_stage=Stage.EXECUTE, reused_calls=["a"]),
    started(Stage.EXECUTE, 2),
    call_started("b", 2),
    call_succeeded("b", 2),
]
RESUMED: list[RunEvent] = [
    *BEGUN,
    call_failed("b"),
    call_skipped("c"),
    failed(Stage.EXECUTE),
    FAILED,
    RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["a"]),
    started(Stage.EXECUTE, 2),
    call_started("b", 2),
    call_succeeded("b", 2),
    call_started("c"),
]


def shown(events: list[RunEvent]) -> list[tuple[str, int, str]]:
    return [(c.call_id, c.attempt, c.status) for c in call_views(history(events))]


def call(events: list[RunEvent], call_id: str) -> CallView:
    return next(each for each in call_views(history(events)) if each.call_id == call_id)


def test_a_call_whose_worker_was_lost_was_interrupted() -> None:
    assert shown(RECOVERED) == [
        ("a", 1, "succeeded"),
        ("b", 1, "interrupted"),
        ("b", 2, "succeeded"),
    ]


def test_a_stage_whose_worker_was_lost_was_interrupted() -> None:
    stages = [(s.name, s.attempt, s.status) for s in stage_views(history(RECOVERED))]
    assert stages[-2:] == [("execute", 1, "interrupted"), ("execute", 2, "running")]


def test_a_result_that_counts_on_says_since_when() -> None:
    version = RECOVERED.index(RECOVERED[len(BEGUN)]) + 1
    assert (call(RECOVERED, "a").reused_at, call(RECOVERED, "b").reused_at) == ([version], [])


def test_a_call_that_was_skipped_and_then_made_is_shown_as_both() -> None:
    found = [each for each in shown(RESUMED) if each[0] == "c"]
    assert found == [("c", 1, "skipped"), ("c", 1, "running")]


def test_the_second_lane_begins_with_what_is_reused() -> None:
    first, second = [
        lane for lane in run_timeline(history(RESUMED)).lanes if lane.bar.name == "execute"
    ]
    assert [(bar.name, bar.status) for bar in first.calls] == [
        ("a", "succeeded"),
        ("b", "failed"),
        ("c", "skipped"),
    ]
    assert [(bar.name, bar.status) for bar in second.calls] == [
        ("a", "reused"),
        ("b", "succeeded"),
        ("c", "running"),
    ]


def test_a_reused_result_takes_no_time() -> None:
    *_, second = run_timeline(history(RESUMED)).lanes
    reused = second.calls[0]
    assert reused.start_ms == reused.end_ms == second.bar.start_ms


def test_an_answer_from_the_record_is_shown_as_such() -> None:
    answered = replace(call_succeeded(), answered_by="record")
    events = [*EXECUTING, call_started(), answered]
    lane = run_timeline(history(events)).lanes[-1]
    assert (call(events, "a").answered_by, lane.calls[0].note) == (
        "record",
        "answered from the record",
    )
