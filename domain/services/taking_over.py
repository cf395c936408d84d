"""Taking over a run whose worker is lost, and giving it up after too many tries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.ports import Lease
from domain.replay.resume.continuation import recovery_of, tries_of
from domain.run.commands import RecoverRun
from domain.run.events import HistoryEntry, RunFailed
from domain.run.facts import Fault, counted
from domain.run.summary import summary_of
from domain.services.runs import RunService

MOST_TRIES: Final = 3
"""So often a run is taken over before it is given up: it may be what its workers die of."""

RECOVERY_LIMIT: Final = "RECOVERY_LIMIT"

_BACK_OFF: Final = (0.0, 1 / 3, 2.0)
"""How long the next try waits after so many, in terms of the lease: 10 s, then 60 s."""


def seconds_to_next_try(lease: Lease, *, tries: int, term: float) -> float:
    """Return in how many seconds the run may be taken over, less than 0 once it may be.

    That is when its lease has run out and it has waited for its next try. What was tried too often
    is given up at once.
    """
    back_off = _BACK_OFF[tries] if tries < MOST_TRIES else 0.0
    return back_off * term + lease.seconds_left


def recover_command(history: Sequence[HistoryEntry], lost_worker: str | None) -> RecoverRun:
    """Return the command that lets a run with this history go on at another worker."""
    going_on = recovery_of(history)
    return RecoverRun(
        lost_worker=lost_worker,
        from_stage=going_on.from_stage,
        reused_calls=going_on.reused_calls,
        calls_in_flight=going_on.calls_in_flight,
        in_doubt=going_on.in_doubt,
    )


def take_over(
    service: RunService, history: Sequence[HistoryEntry], *, was_set_down: bool = False
) -> None:
    """Record that this worker goes on with a run whose worker is lost; `carry_out` does it.

    Or with one that its worker set down when it stopped. Raises `IllegalTransition` when the run
    has ended, `Conflict` when somebody else was first, or the lease of its worker has not run out.
    """
    taken = recover_command(history, summary_of(history).worker)
    command = replace(taken, was_set_down=was_set_down)
    service.record(history, command, service.own(history), lease=service.holder.taking)


def give_up(service: RunService, history: Sequence[HistoryEntry]) -> None:
    """Record that a run has failed which its workers do not survive. Raises like `take_over`.

    It is taken over to be given up, so that nobody takes the time without a worker for work.
    """
    going_on, times = recovery_of(history), counted(tries_of(history), "time")
    flying = (*going_on.calls_in_flight, *going_on.in_doubt)
    in_flight = ", ".join(flying) or "none"
    message = (
        f"its worker was lost, and so were those that took it over, {times}; calls in flight at"
        f" the last: {in_flight}; `opstrail run resume` lets it go on"
    )
    details = {"tries": tries_of(history), "calls_in_flight": [*flying]}
    fault = Fault(code=RECOVERY_LIMIT, message=message, details=details, can_retry=True)
    writer = service.continued(history, service.own(history), lease=service.holder.taking)
    taken = recover_command(history, summary_of(history).worker)
    writer.handle(replace(taken, calls_in_flight=()))  # nothing is made again
    writer.report(RunFailed(error=fault, stage=going_on.from_stage))
    writer.append()
