"""The lifecycle of a run: the one table that says what may follow what.

Everything else is derived from it: `decide` asks whether a trigger is allowed, `evolve` uses
`TARGETS`, faces show the allowed triggers, the documentation draws the diagram.
"""

from enum import StrEnum
from typing import Final, Literal

from domain.aggregate.lifecycle import Lifecycle


class RunState(StrEnum):
    """Where a run is."""

    NEW = "new"
    REQUESTED = "requested"
    WAITING = "waiting"
    ROUTE_PLAN = "route_plan"
    VALIDATE = "validate"
    EXECUTE = "execute"
    COMPOSE = "compose"
    PRESENT = "present"
    RESUMED = "resumed"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """The five stages, in their order."""

    ROUTE_PLAN = "route_plan"
    VALIDATE = "validate"
    EXECUTE = "execute"
    COMPOSE = "compose"
    PRESENT = "present"


class Trigger(StrEnum):
    """What moves a run from state to state."""

    REQUEST = "request"
    START_ROUTE_PLAN = "start_route_plan"
    START_VALIDATE = "start_validate"
    START_EXECUTE = "start_execute"
    START_COMPOSE = "start_compose"
    START_PRESENT = "start_present"
    WAIT = "wait"
    COMPLETE = "complete"
    REJECT = "reject"
    FAIL = "fail"
    CANCEL = "cancel"
    RESUME = "resume"
    RECOVER = "recover"


CompletedAs = Literal["success", "partial", "degraded"]
"""How a run was completed: all was answered, some calls failed, or only a fallback answered."""
ENDED_STATES: Final = frozenset(
    {RunState.COMPLETED, RunState.REJECTED, RunState.FAILED, RunState.CANCELLED}
)
"""Where nothing happens to a run any more, unless somebody asks for it."""
STAGE_ORDER: Final = {stage: place for place, stage in enumerate(Stage)}
STATE_OF: Final = {stage: RunState(stage.value) for stage in Stage}
"""The state of a run while a stage of it is under way."""
ACTIVE_STATES: Final = frozenset(STATE_OF.values())

_S = RunState
_UNFINISHED: Final[list[RunState]] = [
    state for state in RunState if state not in {_S.NEW, _S.COMPLETED, _S.REJECTED, _S.CANCELLED}
]

_TABLE: Final[list[tuple[Trigger, list[RunState], RunState]]] = [
    (Trigger.REQUEST, [_S.NEW], _S.REQUESTED),
    (Trigger.START_ROUTE_PLAN, [_S.REQUESTED, _S.RESUMED], _S.ROUTE_PLAN),
    # A changed plan is validated again, wherever the change was asked for.
    (
        Trigger.START_VALIDATE,
        [_S.ROUTE_PLAN, _S.VALIDATE, _S.EXECUTE, _S.COMPOSE, _S.PRESENT, _S.RESUMED],
        _S.VALIDATE,
    ),
    (Trigger.START_EXECUTE, [_S.VALIDATE, _S.RESUMED], _S.EXECUTE),
    (Trigger.START_COMPOSE, [_S.EXECUTE, _S.RESUMED], _S.COMPOSE),
    # From route_plan: a direct answer or a refusal skips the three stages between.
    (Trigger.START_PRESENT, [_S.COMPOSE, _S.ROUTE_PLAN, _S.RESUMED], _S.PRESENT),
    # A person must allow what is left to call.
    (Trigger.WAIT, [_S.EXECUTE], _S.WAITING),
    (Trigger.COMPLETE, [_S.PRESENT], _S.COMPLETED),
    (Trigger.REJECT, [_S.PRESENT], _S.REJECTED),
    (Trigger.FAIL, [_S.REQUESTED, _S.RESUMED, *sorted(ACTIVE_STATES)], _S.FAILED),
    (Trigger.CANCEL, _UNFINISHED, _S.CANCELLED),
    # Of completed runs only those that lack an answer: see `is_final`.
    (Trigger.RESUME, [_S.WAITING, _S.FAILED, _S.CANCELLED, _S.COMPLETED], _S.RESUMED),
    # The worker was lost, and another takes over.
    (Trigger.RECOVER, [_S.REQUESTED, _S.RESUMED, *sorted(ACTIVE_STATES)], _S.RESUMED),
]


LIFECYCLE: Final = Lifecycle(RunState, Trigger, _TABLE, initial=RunState.NEW)
TARGETS: Final = LIFECYCLE.targets
"""Where each trigger leads, whatever the state."""

START: Final[dict[Stage, Trigger]] = {stage: Trigger(f"start_{stage.value}") for stage in Stage}


def is_final(state: RunState, completed_as: CompletedAs | None) -> bool:
    """Return whether the run can never go on: it was rejected, or has answered all there was."""
    return state is RunState.REJECTED or (
        state is RunState.COMPLETED and completed_as == "success"
    )


def possible_triggers(state: RunState, completed_as: CompletedAs | None) -> list[Trigger]:
    """Return what may happen to a run next, in the order in which triggers are declared."""
    return [] if is_final(state, completed_as) else LIFECYCLE.allowed_triggers(state)
