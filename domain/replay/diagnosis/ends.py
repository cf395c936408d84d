"""Rules about how a run ended without an answer: refused, stopped, out of time, or lost."""

from collections.abc import Iterator, Sequence
from math import fsum

from domain.replay.diagnosis.case import Case, Finding, named, versions
from domain.replay.diagnosis.next_steps import again, from_the_start, look, with_more_time
from domain.run.approval_events import RunWaiting
from domain.run.call_events import ToolCallFailed
from domain.run.events import (
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRecovered,
    RunRejected,
    RunResumed,
    StageFailed,
)
from domain.run.lifecycle import RunState, Stage
from domain.stages.faults import FaultCode
from domain.views.calls import CallView

_AGAIN = "was made again"
_EXAMPLE = "opstrail ask 'How many configuration items are there?'"


def rejected(case: Case) -> Iterator[Finding]:
    """A policy forbade the question."""
    for version, event in case.all(RunRejected):
        policy = f" (policy {event.policy})" if event.policy else ""
        sentence = f"A policy forbade the question{policy}: {event.reason.rstrip('.')}."
        yield Finding(sentence, (version,), look(case, "trace"))


def cancelled(case: Case) -> Iterator[Finding]:
    """Somebody, or the service, stopped the run, which went on until then."""
    return iter(()) if case.failures_now else _cancelled(case)


def cancelled_then(case: Case) -> Iterator[Finding]:
    """Somebody gave up a run that had failed."""
    return _cancelled(case) if case.failures_now else iter(())


def worker_lost(case: Case) -> Iterator[Finding]:
    """The process that carried the run out was gone, and another took over."""
    for version, event in case.all(RunRecovered):
        worker = event.lost_worker or "no process had begun"
        worker += ", which had stopped in order" if event.was_set_down else ""
        waits = [wait for wait in case.time.waits if wait.versions[1] == version]
        seconds = fsum(wait.duration_ms for wait in waits) / 1000
        yield Finding(
            f"The run was taken over in {event.from_stage} ({worker}), {seconds:.0f} s after its "
            f"last event; {_since_lost(case, version)}.",
            (version - 1, version),
            look(case, "timeline"),
        )


def out_of_time(case: Case) -> Iterator[Finding]:
    """The calls took longer than the plan's budget."""
    for version, event in _failure(case):
        if event.error.code == FaultCode.EXECUTE_TIMEOUT:
            running = [call for call in case.calls if call.end is None]
            names = ", ".join(map(named, running)) or "no call"
            said = f"{_capital(event.error.message)}; {names} had no answer by then"
            evidence = (*versions(*running), version)
            step = with_more_time(case, event.error.details.get("timeout_seconds"))
            yield Finding(f"{said}{since_before(case)}.", evidence, step)


def stage_failed(case: Case) -> Iterator[Finding]:
    """A stage failed, and no call did."""
    if any(isinstance(call.end, ToolCallFailed) for call in case.calls):
        return
    for version, event in _failure(case):
        error = event.error
        if error.code != FaultCode.EXECUTE_TIMEOUT:
            where = f"Stage {event.stage}" if event.stage else "The run"
            said = f"{where} failed with {error.code}: {error.message.rstrip('.')}"
            yield Finding(f"{said}{since_before(case)}.", (version,), _mended(case, event))


def unfinished(case: Case) -> Iterator[Finding]:
    """The run has no end."""
    if case.summary.ended_at is None:
        running = [call for call in case.calls if call.end is None]
        waits = f", waiting for {', '.join(map(named, running))}" if running else ""
        state = case.summary.state
        sentence = f"The run is in {state}{waits}."
        if state in {RunState.REQUESTED, RunState.RESUMED}:
            sentence = f"The run was {state}, and no worker has begun it since."
        evidence = (*versions(*running), case.summary.version)
        then = "opstrail run recover --dry-run"
        if state == RunState.WAITING:
            sentence = f"The run waits for approval of {case.summary.error}."
            then = case.command("approve", "CALL --reason '...'")
        yield Finding(sentence, evidence, then)


def resumed_since(case: Case) -> Iterator[Finding]:
    """The run had ended without all answers and was resumed: how it ended then is history."""
    for resumed_at, resumed in case.all(RunResumed)[-1:]:
        if case.failures_now:
            return
        actor = case.entries[resumed_at - 1].envelope.actor
        before = [entry for entry in case.entries[:resumed_at] if _had_ended(entry.event)][-1:]
        ends = "; ".join(_had_ended(entry.event) for entry in before)
        sentence = f"The run {ends} and was resumed by {actor.id}: {resumed.why}."
        evidence = (*(entry.envelope.version for entry in before), resumed_at)
        yield Finding(sentence, evidence, look(case, "timeline"), is_note=True)


def _since_lost(case: Case, version: int) -> str:
    """Say what came of the calls that were under way when the run was taken over."""
    fates = dict[str, list[str]]()
    for attempts in case.attempts.values():
        if any(
            each.status == "interrupted" and each.ended_version == version for each in attempts
        ):
            later = next((each for each in attempts if each.started_version > version), None)
            fate = _fate(later, is_waiting=case.summary.state == RunState.WAITING)
            fates.setdefault(fate, []).append(named(attempts[0]))
    if fates.keys() == {_AGAIN}:
        return "calls that were under way were made again"
    told = [f"{', '.join(calls)} {fate}" for fate, calls in fates.items()]
    return f"of what was under way {'; '.join(told)}" if told else "no call was under way"


def _fate(later: CallView | None, *, is_waiting: bool) -> str:
    """Say what came of a call, by its next attempt after its worker was lost."""
    decision = later.decision or "" if later else ""
    if later is None:
        return "waits for a person" if is_waiting else "was not made again"
    if decision.startswith("denied"):
        return "waited for a person and was denied"
    if decision:
        return "waited for a person and was made again"
    return "was skipped" if later.status == "skipped" else _AGAIN


def _had_ended(event: RunEvent) -> str:
    """Say how the run ended with this event; nothing when it did not."""
    match event:
        case RunFailed(error=error):
            return f"had failed ({error.code}: {error.message})"
        case RunCancelled(why=why):
            return f"had been cancelled ({why})"
        case RunCompleted(status=status):
            return f"had been {status}"
        case RunWaiting():
            return "had waited for approval"
        case _:
            return ""


def since_before(case: Case) -> str:
    """Return how the last failure compares with the one before it; nothing for the first."""
    if len(case.failures_now) != 1 or len(case.failures) < 2:  # noqa: PLR2004 - one and another
        return ""
    (before_at, before), (_, now) = case.failures[-2:]
    if (before.error.code, before.error.message) == (now.error.code, now.error.message):
        return f", as before (version {before_at})"
    return f"; before it was {before.error.code}: {before.error.message} (version {before_at})"


def _cancelled(case: Case) -> Iterator[Finding]:
    for version, event in case.all(RunCancelled)[-1:]:
        if case.summary.state != RunState.CANCELLED:
            return
        actor = case.entries[version - 1].envelope.actor
        running = [call for call in case.calls if call.end is None]
        meanwhile = f"; {', '.join(map(named, running))} had no answer yet" if running else ""
        sentence = f"{actor.kind} {actor.id} stopped the run: {event.why}{meanwhile}."
        yield Finding(sentence, (*versions(*running), version), again(case))


def _mended(case: Case, failed: StageFailed | RunFailed) -> str:
    """Return what to do about a stage that failed: the same again only where that may help."""
    match failed.error.code:
        case FaultCode.QUESTION_NOT_UNDERSTOOD:
            return _EXAMPLE
        case FaultCode.PLAN_INVALID:
            return look(case, "trace")
        case _ if failed.stage is Stage.EXECUTE:
            return again(case)
        case _:
            return from_the_start(case)


def _failure(case: Case) -> Sequence[tuple[int, StageFailed | RunFailed]]:
    """Return the failure that the run ended with, of its stage: one that was resumed is mended."""
    if not case.failures_now:
        return []
    resumed_at = max((version for version, _ in case.all(RunResumed)), default=0)
    stages = [failed for failed in case.all(StageFailed) if failed[0] > resumed_at]
    return stages[-1:] or case.failures_now


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
