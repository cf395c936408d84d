from types import SimpleNamespace
from typing import get_args

import pytest
from transitions import MachineError

from domain.run.lifecycle import (
    ACTIVE_STATES,
    ENDED_STATES,
    LIFECYCLE,
    START,
    TARGETS,
    CompletedAs,
    RunState,
    Stage,
    Trigger,
    is_final,
    possible_triggers,
)

_NOT_CANCELLED = (ENDED_STATES - {RunState.FAILED}) | {RunState.NEW}


def triggered(state: RunState, trigger: Trigger) -> RunState | None:
    """Where the machine itself leads; None where it refuses."""
    run = SimpleNamespace(state=state.value)
    try:
        LIFECYCLE.machine.events[trigger.value].trigger(run)
    except MachineError:
        return None
    return RunState(run.state)


@pytest.mark.parametrize("trigger", Trigger)
def test_a_trigger_leads_to_one_state_whatever_the_source(trigger: Trigger) -> None:
    reached = {target for state in RunState if (target := triggered(state, trigger)) is not None}
    assert reached == {TARGETS[trigger]}


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("state", RunState)
def test_the_rules_and_the_machine_agree(state: RunState, trigger: Trigger) -> None:
    assert LIFECYCLE.is_allowed(state, trigger) is (triggered(state, trigger) is not None)


def test_only_rejected_and_wholly_successful_runs_are_final() -> None:
    ways: list[CompletedAs | None] = [None, "success", "partial", "degraded"]
    final = [(state, way) for state in RunState for way in ways if is_final(state, way)]
    assert [each for each in final if each[0] is not RunState.REJECTED] == [
        (RunState.COMPLETED, "success")
    ]
    assert is_final(RunState.REJECTED, None)


def test_nothing_is_possible_for_a_final_run_and_something_for_every_other() -> None:
    for state in RunState:
        for way in get_args(CompletedAs):
            assert bool(possible_triggers(state, way)) is not is_final(state, way)


@pytest.mark.parametrize("state", sorted(ENDED_STATES - {RunState.REJECTED}))
def test_a_run_that_ended_without_all_answers_can_be_resumed(state: RunState) -> None:
    assert Trigger.RESUME in possible_triggers(state, "partial")


def test_every_state_is_reachable_from_new() -> None:
    reached, seen = {RunState.NEW}, set[RunState]()
    while reached - seen:
        state = (reached - seen).pop()
        seen.add(state)
        reached |= {TARGETS[trigger] for trigger in LIFECYCLE.allowed_triggers(state)}
    assert reached == set(RunState)


def test_nothing_leads_back_to_new() -> None:
    assert RunState.NEW not in TARGETS.values()


@pytest.mark.parametrize("stage", Stage)
def test_starting_a_stage_leads_into_the_state_of_its_name(stage: Stage) -> None:
    assert TARGETS[START[stage]] == RunState(stage.value)


@pytest.mark.parametrize("state", sorted(set(RunState) - _NOT_CANCELLED))
def test_every_unfinished_run_can_be_cancelled(state: RunState) -> None:
    assert LIFECYCLE.is_allowed(state, Trigger.CANCEL)


@pytest.mark.parametrize("state", sorted(ACTIVE_STATES))
def test_a_run_in_any_stage_can_fail(state: RunState) -> None:
    assert LIFECYCLE.is_allowed(state, Trigger.FAIL)


def test_a_failed_run_can_be_resumed_or_cancelled() -> None:
    assert LIFECYCLE.allowed_triggers(RunState.FAILED) == [Trigger.CANCEL, Trigger.RESUME]


def test_a_resumed_run_can_enter_any_stage() -> None:
    assert set(START.values()) <= set(LIFECYCLE.allowed_triggers(RunState.RESUMED))


def test_nothing_is_registered_with_the_machine() -> None:
    assert LIFECYCLE.machine.models == []


def test_the_diagram_shows_every_state() -> None:
    drawn = LIFECYCLE.diagram()
    assert [state for state in RunState if state.value not in drawn] == []


def test_drawing_leaves_the_machine_alone() -> None:
    LIFECYCLE.diagram()
    assert LIFECYCLE.machine.models == []
