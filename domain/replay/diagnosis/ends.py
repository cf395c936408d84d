"""Rules about how a run ended without an answer: refused, stopped, out of time, or lost."""

from collections.abc import Iterator

from domain.replay.diagnosis.case import Case, Finding, named, versions
from domain.run.events import RunCancelled, RunRecovered, RunRejected, StageFailed
from domain.run.lifecycle import RunState

_OUT_OF_TIME = "EXECUTE_TIMEOUT"


def rejected(case: Case) -> Iterator[Finding]:
    """A policy forbade the question."""
    for version, event in case.all(RunRejected):
        policy = f" (policy {event.policy})" if event.policy else ""
        sentence = f"A policy forbade the question{policy}: {event.reason}."
        yield Finding(sentence, (version,), case.command("trace"))


def cancelled(case: Case) -> Iterator[Finding]:
    """Somebody, or the service, stopped the run."""
    for version, event in case.all(RunCancelled):
        actor = case.entries[version - 1].envelope.actor
        sentence = f"{actor.kind} {actor.id} stopped the run: {event.why}."
        yield Finding(sentence, (version,), case.command("rerun", "--reason '...'"))


def worker_lost(case: Case) -> Iterator[Finding]:
    """The process that carried the run out was gone, and another took over."""
    for version, event in case.all(RunRecovered):
        worker = event.lost_worker or "no process had begun"
        yield Finding(
            f"The run was taken over in {event.from_stage} ({worker}); calls that "
            "were under way were made again.",
            (version,),
            case.command("timeline"),
        )


def out_of_time(case: Case) -> Iterator[Finding]:
    """The calls took longer than the plan's budget."""
    for version, event in _last_stage_failure(case):
        if event.error.code == _OUT_OF_TIME:
            running = [call for call in case.calls if call.end is None]
            names = ", ".join(map(named, running)) or "no call"
            sentence = f"{event.error.message}; {names} had no answer by then."
            yield Finding(sentence, (version, *versions(*running)), case.command("timeline"))


def stage_failed(case: Case) -> Iterator[Finding]:
    """A stage failed, and no call did."""
    if any(call.status == "failed" for call in case.calls):
        return
    for version, event in _last_stage_failure(case):
        if event.error.code != _OUT_OF_TIME:
            error = event.error
            sentence = f"Stage {event.stage} failed with {error.code}: {error.message}"
            yield Finding(sentence, (version,), case.command("trace"))


def unfinished(case: Case) -> Iterator[Finding]:
    """The run has no end."""
    if case.summary.ended_at is None:
        running = [call for call in case.calls if call.end is None]
        waits = f", waiting for {', '.join(map(named, running))}" if running else ""
        sentence = f"The run is in {case.summary.state}{waits}."
        evidence = (case.summary.version, *versions(*running))
        yield Finding(sentence, evidence, "opstrail run recover --preview")


def _last_stage_failure(case: Case) -> list[tuple[int, StageFailed]]:
    """Return the failure that the run ended with: one that was resumed is mended."""
    return case.all(StageFailed)[-1:] if case.summary.state == RunState.FAILED else []
