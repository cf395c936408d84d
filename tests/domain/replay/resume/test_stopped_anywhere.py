"""Law: a run that was cancelled after any of its events goes on to the answer that it has."""

import pytest

from domain.replay.fork.run_sources import sources_of
from domain.replay.record.driver import drive
from domain.replay.resume.resumption import resume_command
from domain.run.commands import CancelRun
from domain.run.events import ResponseComposed, RunEvent
from domain.run.fold import fold
from domain.run.lifecycle import ENDED_STATES
from domain.run.run import decide
from tests.domain.replay.resume.moody import AGAIN
from tests.domain.replay.verify import verifying
from tests.domain.replay.verify.verifying import Kind
from tests.domain.stages.running import Running, finish
from tests.domain.views.histories import history

KINDS = [
    verifying.answered,
    verifying.in_two_steps,
    verifying.answered_directly,
    verifying.rejected,
    verifying.of_a_caller,
    verifying.clamped,
    verifying.partial,
    verifying.degraded,
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_was_cancelled_anywhere_comes_to_its_answer(kind: Kind) -> None:
    running, recorded = kind()
    events = [entry.event for entry in recorded]
    answer = [event.answer for event in events if isinstance(event, ResponseComposed)][-1]
    for length in range(1, len(events)):
        after = gone_on(running, events[:length])
        assert answers(after)[-1:] == [answer], f"cancelled after {length} events"
        assert fold("run-1", after).state in ENDED_STATES


def gone_on(running: Running, events: list[RunEvent]) -> list[RunEvent]:
    """The events of a run that was cancelled after these, resumed, and carried to its end."""
    stopped = [*events, *decide(fold("run-1", events), CancelRun("enough"))]
    command = resume_command(history(stopped), AGAIN, running.registry)
    resumed = [*stopped, *decide(fold("run-1", stopped), command)]
    sources, _ = sources_of(history(resumed), [], running.workshop)
    driven = finish(drive(history(resumed), sources))
    assert (driven.refused, driven.missing) == (None, None)
    return [*resumed, *driven.events]


def answers(events: list[RunEvent]) -> list[str]:
    return [event.answer for event in events if isinstance(event, ResponseComposed)]
