"""From one event of a run to another."""

import pytest

from domain.run.call_events import ToolCallFailed, ToolCallSkipped
from domain.run.events import RunEvent
from domain.run.lifecycle import Stage
from domain.views.steps import (
    NoSuchStep,
    first_failure,
    go_to,
    next_call,
    previous_call,
)
from tests.domain.run.samples import FAILED, FAULT, PLANNING, call_started, failed
from tests.domain.run.samples import call_succeeded as succeeded
from tests.domain.views.histories import BROKEN, PARTIAL, history

METRIC = call_started("m").model_copy(update={"tool": "metric"})
CALLS = history(
    [
        *PLANNING,  # 1, 2
        call_started("a"),  # 3
        METRIC,  # 4
        succeeded("m"),  # 5
        succeeded("a"),  # 6
        call_started("b"),  # 7
        ToolCallFailed(call_id="b", attempt=1, error=FAULT, duration_ms=1),  # 8
        call_started("b", attempt=2),  # 9
        ToolCallSkipped(call_id="c", tool="metric", operation="series", reason="no"),  # 10
    ]
)


@pytest.mark.parametrize("version", [1, 10])
def test_one_can_go_to_every_version(version: int) -> None:
    assert go_to(CALLS, version) == version


@pytest.mark.parametrize("version", [0, 11])
def test_one_cannot_go_beyond_the_run(version: int) -> None:
    with pytest.raises(NoSuchStep, match=f"the run has versions 1 to 10, not {version}"):
        go_to(CALLS, version)


@pytest.mark.parametrize(
    ("events", "version"),
    [
        (PARTIAL, 14),
        ([*PLANNING, failed(Stage.ROUTE_PLAN), FAILED], 3),
        ([*PLANNING, FAILED], 3),
        (BROKEN, len(BROKEN) - 2),
    ],
    ids=["a call", "a stage", "the run", "the call before its stage"],
)
def test_the_first_failure_is_that_of_a_call_a_stage_or_the_run(
    events: list[RunEvent], version: int
) -> None:
    assert first_failure(history(events)) == version


def test_a_run_without_failure_has_no_first_one() -> None:
    with pytest.raises(NoSuchStep, match="nothing failed in this run"):
        first_failure(history(PLANNING))


@pytest.mark.parametrize(("here", "there"), [(3, 7), (6, 7), (7, 9), (4, 10), (5, 10)])
def test_the_next_call_is_of_the_same_tool(here: int, there: int) -> None:
    assert next_call(CALLS, here) == there


@pytest.mark.parametrize(("here", "there"), [(9, 7), (8, 7), (7, 3), (6, 3), (10, 4)])
def test_the_previous_call_is_of_the_same_tool(here: int, there: int) -> None:
    assert previous_call(CALLS, here) == there


def test_after_the_last_call_of_a_tool_there_is_none() -> None:
    with pytest.raises(NoSuchStep, match="there is no later call of ci"):
        next_call(CALLS, 9)


def test_before_the_first_call_of_a_tool_there_is_none() -> None:
    with pytest.raises(NoSuchStep, match="there is no earlier call of metric"):
        previous_call(CALLS, 4)


@pytest.mark.parametrize("jump", [next_call, previous_call])
def test_an_event_that_is_of_no_call_has_no_other_call(jump: object) -> None:
    assert callable(jump)
    with pytest.raises(NoSuchStep, match="event 2 is of no tool call"):
        jump(CALLS, 2)


def test_a_call_that_never_began_has_no_tool() -> None:
    with pytest.raises(NoSuchStep, match="event 3 is of no tool call"):
        next_call(history([*PLANNING, succeeded("lost")]), 3)
