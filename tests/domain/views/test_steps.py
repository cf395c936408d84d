"""What each event changes in the state of its run, and ways from one event to another."""

import dataclasses
import json
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.run.call_events import ToolCallFailed, ToolCallSkipped
from domain.run.events import HistoryEntry, RunEvent
from domain.run.lifecycle import Stage
from domain.run.state import Run
from domain.views.state import run_state, state_of
from domain.views.steps import (
    Changed,
    NoSuchStep,
    StateChange,
    Step,
    first_failure,
    go_to,
    last_change,
    next_call,
    previous_call,
    run_steps,
)
from tests.domain.run.envelopes import entries
from tests.domain.run.random_events import EVENTS
from tests.domain.run.samples import (
    CALLED,
    FAILED,
    FAULT,
    PINNED,
    PLANNING,
    REQUESTED,
    call_started,
    failed,
)
from tests.domain.run.samples import call_succeeded as succeeded
from tests.domain.views.histories import BROKEN, PARTIAL, history

METRIC = replace(call_started("m"), tool="metric")
CALLS = run_steps(
    history(
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
)
HISTORIES = st.lists(EVENTS, min_size=1, max_size=10).map(entries)


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
    assert first_failure(run_steps(history(events))) == version


def test_a_run_without_failure_has_no_first_one() -> None:
    with pytest.raises(NoSuchStep, match="nothing failed in this run"):
        first_failure(run_steps(history(PLANNING)))


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
        next_call(run_steps(history([*PLANNING, succeeded("lost")])), 3)


def state_before(history: list[HistoryEntry]) -> object:
    """Return the state before the last event."""
    return run_state(history[:-1]) if history[1:] else state_of(Run(run_id="run-1"))


@given(HISTORIES)
def test_the_patch_turns_the_state_before_into_that_after(history: list[HistoryEntry]) -> None:
    patch = json.dumps(last_change(history).patch)
    assert jsonpatch.apply_patch(state_before(history), patch) == run_state(history)


@given(HISTORIES)
def test_what_changed_is_every_value_that_differs(history: list[HistoryEntry]) -> None:
    before, after = (flat(state) for state in (state_before(history), run_state(history)))
    names = [name for name in after if before.get(name) != after[name] and name != "version"]
    assert list(last_change(history).changes) == [
        Changed(name, before.get(name), after[name]) for name in names
    ]


def flat(state: Any) -> dict[str, Any]:  # noqa: ANN401 - a state, a value a name
    """Return the values of a state, those of stages and calls with the name of each."""
    return {
        f"{name}.{each}" if isinstance(value, dict) else name: inner
        for name, value in state.items()
        for each, inner in (value if isinstance(value, dict) else {"": value}).items()
    }


@given(HISTORIES)
def test_the_last_step_is_the_last_change(history: list[HistoryEntry]) -> None:
    step, change = run_steps(history)[-1], last_change(history)
    assert StateChange(**fields_of(step), patch=change.patch) == change


def fields_of(step: Step) -> dict[str, Any]:
    return {field.name: getattr(step, field.name) for field in dataclasses.fields(step)}


def test_later_events_change_nothing_of_a_step() -> None:
    whole = history(PARTIAL)
    assert run_steps(whole)[:12] == run_steps(whole[:12])


def test_before_the_first_event_a_run_is_new() -> None:
    change = last_change(history([REQUESTED]))
    assert (change.changes[0], change.since_ms) == (Changed("state", "new", "requested"), None)


def test_the_time_is_counted_from_the_event_before() -> None:
    assert last_change(history(PARTIAL[:3])).since_ms == 10


def test_a_call_that_begins_is_added() -> None:
    begun = next(number for number, event in enumerate(CALLED, 1) if "call" in event.stored_as)
    patch = last_change(history(CALLED[:begun])).patch
    added = {"op": "add", "path": "/calls/a", "value": {"status": "started", "attempt": 1}}
    assert patch == [{"op": "replace", "path": "/version", "value": begun}, added]


def test_a_pin_changes_the_golden_name() -> None:
    change = last_change(history([REQUESTED, PINNED]))
    assert {"op": "replace", "path": "/golden", "value": "daily"} in change.patch
    assert change.changes == (Changed("golden", None, "daily"),)


def test_the_event_is_there_as_it_is_stored() -> None:
    (entry,) = history([REQUESTED])
    event = last_change([entry]).event
    assert event.envelope() == entry.envelope
