"""Resuming: a run that ended without all answers goes on, and asks again what did not succeed."""

from collections.abc import Collection, Sequence

from domain.errors import ErasedResult, ReplayRefused
from domain.replay.record.changes import Changes, fitting_patches
from domain.replay.record.recorded_call import is_erased
from domain.replay.record.recording import recording_of
from domain.replay.resume.continuation import stage_to_do
from domain.run.call_events import ToolCallFailed, ToolCallSkipped, ToolCallStarted
from domain.run.commands import ResumeRun
from domain.run.events import HistoryEntry, RunFailed, RunResumed
from domain.run.facts import Patches
from domain.run.fold import fold
from domain.run.lifecycle import STAGE_ORDER, RunState, Stage, Trigger
from domain.run.run import require
from domain.run.state import Run
from domain.stages.past import replans_after
from domain.tools.catalogue import KnownTools

_ANSWERED = frozenset({"succeeded", "reused"})


class Resumption(Changes):
    """Why a run is resumed, and what is to be otherwise from there on."""


def resume_command(
    entries: Sequence[HistoryEntry], resumption: Resumption, tools: KnownTools
) -> ResumeRun:
    """Return the command that lets the run with this history go on.

    Raises `IllegalTransition` when it cannot go on, `ReplayRefused` for a change that does not fit
    it or when nothing is left to ask, `ErasedResult` when a result is needed that was erased.
    """
    run = fold(entries[0].envelope.stream_id, (entry.event for entry in entries))
    require(run, Trigger.RESUME)
    planned = recording_of(entries).planned
    patches = fitting_patches(entries, resumption.patches, planned=planned, tools=tools)
    asked_again = _asked_again(entries, run)
    if patches == Patches():
        _check_something_is_left(entries, run, asked_again)
    from_stage = _from_stage(
        run, resumption, is_asked_again=bool(asked_again), is_replanned=_is_replanned(entries)
    )
    if STAGE_ORDER[from_stage] > STAGE_ORDER[Stage.EXECUTE]:
        asked_again = set()
    reused = [each for each in run.calls if each not in asked_again | patches.results.keys()]
    _check_is_there(entries, reused)
    return ResumeRun(
        from_stage=from_stage,
        why=resumption.reason,
        reused_calls=tuple(reused),
        timeout_ms=resumption.timeout_ms,
        patches=patches,
    )


def _asked_again(entries: Sequence[HistoryEntry], run: Run) -> set[str]:
    """Return the calls that have no answer, and those that only a fallback has answered.

    Where the plan was changed, also those that had failed until then: the run goes on with the
    plan that it had.
    """
    unanswered = {id_ for id_, tries in run.calls.items() if tries.status not in _ANSWERED}
    events = [entry.event for entry in entries if _is_replanned(entries)]
    failed = {event.call_id for event in events if isinstance(event, ToolCallFailed)}
    return unanswered | failed | _by_fallback(entries)


def _is_replanned(entries: Sequence[HistoryEntry]) -> bool:
    return bool(replans_after((), (entry.event for entry in entries)))


def _by_fallback(entries: Sequence[HistoryEntry]) -> set[str]:
    """Return the calls that another tool was asked last than the one that was asked first."""
    first, last = dict[str, str](), dict[str, str]()
    for entry in entries:
        match entry.event:
            case ToolCallStarted(call_id=call_id, tool=tool):
                first.setdefault(call_id, tool)
                last[call_id] = tool
            case RunResumed(reused_calls=reused):
                first = {call_id: first[call_id] for call_id in reused if call_id in first}
            case _:
                pass
    return {call_id for call_id, tool in first.items() if last[call_id] != tool}


def _from_stage(
    run: Run, resumption: Resumption, *, is_asked_again: bool, is_replanned: bool
) -> Stage:
    """Return the stage where the run stopped, or an earlier one that what changes begins at."""
    patches = resumption.patches
    stages = [Stage.EXECUTE if run.state is RunState.COMPLETED else stage_to_do(run)]
    stages += [Stage(asset.partition(":")[0]) for asset in patches.assets]
    if patches.plan:
        stages.append(Stage.ROUTE_PLAN)
    if patches.params or is_replanned:
        stages.append(Stage.VALIDATE)
    if patches.results or (resumption.timeout_ms is not None and is_asked_again):
        stages.append(Stage.EXECUTE)
    return min(stages, key=STAGE_ORDER.__getitem__)


def _check_something_is_left(
    entries: Sequence[HistoryEntry], run: Run, asked_again: Collection[str]
) -> None:
    """Raise `ReplayRefused` when the calls decided how the run ended, and none is left to ask.

    A call that was skipped though all that it waits for has answered is skipped again.
    """
    if not _calls_decided(entries, run):
        return
    is_replanned = _is_replanned(entries)
    tries = [run.calls[call_id] for call_id in asked_again]
    # What was under way when another plan left it out may still answer.
    if any(each.status != "skipped" or (is_replanned and each.attempt) for each in tries):
        return
    skips = {e.event.call_id: e.event for e in entries if isinstance(e.event, ToolCallSkipped)}
    skipped = [f"{each} was skipped: {skips[each].reason}" for each in run.calls if each in skips]
    told = "; ".join(["every call that could be made has answered", *skipped])
    raise ReplayRefused(run.run_id, why=f"nothing is left to ask again; {told}", field="run")


def _calls_decided(entries: Sequence[HistoryEntry], run: Run) -> bool:
    """Return whether the run ended as it did because of what its calls answered."""
    if run.state is not RunState.FAILED:
        return run.state is RunState.COMPLETED
    failures = [entry.event for entry in entries if isinstance(entry.event, RunFailed)]
    return "call_id" in failures[-1].error.details


def _check_is_there(entries: Sequence[HistoryEntry], reused: Collection[str]) -> None:
    ended = {call.started.call_id: call.ended for call in recording_of(entries).calls}
    for call_id in reused:
        last = ended.get(call_id)
        if last is not None and is_erased(last):
            raise ErasedResult(call_id)
