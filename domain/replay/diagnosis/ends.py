"""Rules about how a run ended without an answer: refused, stopped, out of time, or lost."""

from collections.abc import Iterator

from domain.replay.diagnosis.case import Case, named, versions
from domain.run.events import RunCancelled, RunRejected, StageFailed
from domain.run.lifecycle import RunState
from domain.run.resumption_events import RunRecovered
from domain.views.diagnosis import Confidence, Hypothesis

_OUT_OF_TIME = "EXECUTE_TIMEOUT"


def rejected(case: Case) -> Iterator[Hypothesis]:
    """A policy forbade the question."""
    for version, event in case.events():
        if isinstance(event, RunRejected):
            policy = f" (policy {event.policy})" if event.policy else ""
            yield Hypothesis(
                rule="rejected",
                confidence=Confidence.CERTAIN,
                sentence=f"A policy forbade the question{policy}: {event.reason}.",
                evidence=(version,),
                next_step=f"opstrail run trace {case.name}",
            )


def cancelled(case: Case) -> Iterator[Hypothesis]:
    """Somebody, or the service, stopped the run."""
    for entry in case.entries:
        if isinstance(entry.event, RunCancelled):
            actor = entry.envelope.actor
            yield Hypothesis(
                rule="cancelled",
                confidence=Confidence.CERTAIN,
                sentence=f"{actor.kind} {actor.id} stopped the run: {entry.event.why}.",
                evidence=(entry.envelope.version,),
                next_step=f"opstrail run rerun {case.name} --reason '...'",
            )


def worker_lost(case: Case) -> Iterator[Hypothesis]:
    """The process that carried the run out was gone, and another took over."""
    for version, event in case.events():
        if isinstance(event, RunRecovered):
            worker = event.lost_worker or "no process had begun"
            yield Hypothesis(
                rule="worker-lost",
                confidence=Confidence.CERTAIN,
                sentence=f"The run was taken over in {event.from_stage} ({worker}); calls that "
                "were under way were made again.",
                evidence=(version,),
                next_step=f"opstrail run timeline {case.name}",
            )


def out_of_time(case: Case) -> Iterator[Hypothesis]:
    """The calls took longer than the plan's budget."""
    for version, event in _last_stage_failure(case):
        if event.error.code == _OUT_OF_TIME:
            running = [call for call in case.calls if call.end is None]
            names = ", ".join(map(named, running)) or "no call"
            yield Hypothesis(
                rule="out-of-time",
                confidence=Confidence.CERTAIN,
                sentence=f"{event.error.message}; {names} had no answer by then.",
                evidence=(version, *versions(*running)),
                next_step=f"opstrail run timeline {case.name}",
            )


def stage_failed(case: Case) -> Iterator[Hypothesis]:
    """A stage failed, and no call did."""
    if any(call.status == "failed" for call in case.calls):
        return
    for version, event in _last_stage_failure(case):
        if event.error.code != _OUT_OF_TIME:
            error = event.error
            yield Hypothesis(
                rule="stage-failed",
                confidence=Confidence.CERTAIN,
                sentence=f"Stage {event.stage} failed with {error.code}: {error.message}",
                evidence=(version,),
                next_step=f"opstrail run trace {case.name}",
            )


def unfinished(case: Case) -> Iterator[Hypothesis]:
    """The run has no end."""
    if case.summary.ended_at is None:
        running = [call for call in case.calls if call.end is None]
        waits = f", waiting for {', '.join(map(named, running))}" if running else ""
        yield Hypothesis(
            rule="unfinished",
            confidence=Confidence.CERTAIN,
            sentence=f"The run is in {case.summary.state}{waits}.",
            evidence=(case.summary.version, *versions(*running)),
            next_step="opstrail run recover --preview",
        )


def _last_stage_failure(case: Case) -> Iterator[tuple[int, StageFailed]]:
    """Yield the failure that the run ended with: one that was resumed is mended."""
    if case.summary.state != RunState.FAILED:
        return
    failures = [
        (version, event) for version, event in case.events() if isinstance(event, StageFailed)
    ]
    yield from failures[-1:]
