"""What may be done beside a run, once it has ended: remarks, judgements, names, erasures."""

from typing import Final, assert_never

from msgspec import UNSET

from domain.errors import (
    CannotBeGolden,
    IllegalTransition,
    NotEnded,
    NotFlaggedWrong,
    NotGolden,
    NothingToErase,
)
from domain.run.commands import (
    AnnotateRun,
    BreakGolden,
    EraseResult,
    FlagRun,
    PinGolden,
    UnpinGolden,
)
from domain.run.events import RunEvent
from domain.run.lifecycle import ENDED_STATES, RunState, possible_triggers
from domain.run.note_events import (
    GoldenBroke,
    GoldenPinned,
    GoldenUnpinned,
    ResultErased,
    RunAnnotated,
    RunFlagged,
)
from domain.run.state import Run

_CAN_BE_GOLDEN: Final = frozenset({RunState.COMPLETED, RunState.REJECTED})
NoteCommand = AnnotateRun | FlagRun | PinGolden | UnpinGolden | BreakGolden | EraseResult


def noted(run: Run, command: NoteCommand) -> RunEvent:
    """Return the fact beside the run. Raises what `decide` raises of these commands."""
    _require_possible(run, command)
    match command:
        case AnnotateRun(text=text):
            return RunAnnotated(text=text)
        case FlagRun(verdict=verdict, note=note):
            return RunFlagged(verdict=verdict, note=note)
        case PinGolden():
            return _pinned(run, command)
        case UnpinGolden():
            _require_name(run, command.name)
            return GoldenUnpinned(name=command.name, reason=command.reason)
        case BreakGolden(name=name, candidate_run_id=candidate, rules=rules):
            _require_name(run, name)
            return GoldenBroke(name=name, candidate_run_id=candidate, rules=[*rules])
        case EraseResult():
            return _erased(run, command)
        case _:
            assert_never(command)


def _require_possible(run: Run, command: NoteCommand) -> None:
    if not run.version:
        allowed = possible_triggers(run.state, run.completed_as)
        raise IllegalTransition(run.run_id, state=run.state, trigger="annotate", allowed=allowed)
    # Its worker counts versions.
    is_later = isinstance(command, AnnotateRun | FlagRun | EraseResult)
    if is_later and run.state not in ENDED_STATES:
        raise NotEnded(run.run_id, state=run.state)


def _pinned(run: Run, command: PinGolden) -> GoldenPinned:
    if run.state not in _CAN_BE_GOLDEN:
        raise CannotBeGolden(run.run_id, state=run.state)
    if command.is_wrong and run.flag != "wrong":
        raise NotFlaggedWrong(run.run_id, flag=run.flag)
    return GoldenPinned(
        name=command.name, thresholds=command.thresholds, is_wrong=command.is_wrong or UNSET
    )


def _require_name(run: Run, name: str) -> None:
    if name != run.golden:
        raise NotGolden(run.run_id, name=name, golden=run.golden)


def _erased(run: Run, command: EraseResult) -> ResultErased:
    if command.call_id not in run.calls:
        raise NothingToErase(run.run_id, command.call_id, why="it has no such call")
    return ResultErased(
        call_id=command.call_id,
        digest=command.digest,
        size=command.size,
        reason=command.reason,
        was_missing=command.was_missing or UNSET,
    )
