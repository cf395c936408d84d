"""Runs that changed their plan go on: taken over anywhere, resumed, forked, rerun, compared."""

import pytest

from domain.errors import ReplayRefused
from domain.replay.compare.compare import compare
from domain.replay.diagnosis.case import Case
from domain.replay.diagnosis.diagnose import diagnose
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.fork.run_sources import sources_of
from domain.replay.record.driver import drive
from domain.replay.resume.continuation import recovery_of
from domain.replay.resume.resumption import Resumption, resume_command
from domain.run.call_events import ToolCallStarted
from domain.run.commands import CancelRun, RecoverRun
from domain.run.events import HistoryEntry, ResponseComposed, RunCompleted, RunEvent
from domain.run.facts import Patches, RunOptions
from domain.run.fold import fold
from domain.run.lifecycle import ENDED_STATES, Stage
from domain.run.replanning import ReplanDecided
from domain.run.run import decide
from domain.views.timeline import run_timeline
from domain.views.verdict import DivergenceClass
from tests.domain.replay.resume.moody import AGAIN, Moody
from tests.domain.replay.verify import replanned
from tests.domain.replay.verify.verifying import Kind, verdict
from tests.domain.stages.running import BY, Ran, Running, ci, finish, plan_output
from tests.domain.views.histories import history as history_of
from tests.fakes import FrozenClock, ScriptedTool, answering

ONCE = (replanned.narrower, replanned.without_metric, replanned.fewer_steps)
of_once = pytest.mark.parametrize("kind", ONCE, ids=lambda kind: kind.__name__)


def events_of(history: list[HistoryEntry]) -> list[RunEvent]:
    return [entry.event for entry in history]


def ends_of_appends(events: list[RunEvent]) -> list[int]:
    """The lengths that a record may have: what leads to a decision is written together with it."""
    decided = {place for place, each in enumerate(events) if isinstance(each, ReplanDecided)}
    return [n for n in range(1, len(events) - 1) if decided.isdisjoint({n, n + 1})]


def last_answer(events: list[RunEvent]) -> str:
    return [event.answer for event in events if isinstance(event, ResponseComposed)][-1]


def driven_on(running: Running, events: list[RunEvent]) -> list[HistoryEntry]:
    """The whole history of a run that goes on after these events, with live tools."""
    before = history_of(events)
    sources, _ = sources_of(before, [], running.workshop, FrozenClock().now)
    driven = finish(drive(before, sources))
    assert (driven.refused, driven.missing) == (None, None)
    return history_of([*events, *driven.events])


@of_once
def test_a_run_that_lost_its_worker_anywhere_comes_to_its_answer(kind: Kind) -> None:
    running, recorded = kind()
    events = events_of(recorded)
    for length in ends_of_appends(events):
        going_on = recovery_of(history_of(events[:length]))
        command = RecoverRun(
            lost_worker="w", from_stage=going_on.from_stage, reused_calls=going_on.reused_calls
        )
        lost = [*events[:length], *decide(fold("run-1", events[:length]), command)]
        after = driven_on(running, lost)
        assert last_answer(events_of(after)) == last_answer(events), f"lost after {length} events"
        assert verdict(running, after).is_same, f"lost after {length} events"


@of_once
def test_a_run_that_was_cancelled_anywhere_comes_to_its_answer(kind: Kind) -> None:
    running, recorded = kind()
    events = events_of(recorded)
    for length in ends_of_appends(events):
        stopped = [*events[:length], *decide(fold("run-1", events[:length]), CancelRun("enough"))]
        command = resume_command(history_of(stopped), AGAIN, running.registry)
        after = driven_on(running, [*stopped, *decide(fold("run-1", stopped), command)])
        assert last_answer(events_of(after)) == last_answer(events), f"stopped after {length}"
        assert fold("run-1", events_of(after)).state in ENDED_STATES
        assert verdict(running, after).is_same, f"stopped after {length} events"


class Slow:
    """A run whose history was down, and is up when it goes on."""

    def __init__(self) -> None:
        self.history = Moody(answering(replanned.RECORDS), mood="is down")
        plan = {**replanned.EVENTS, "cep": {"rule_id": "rule-1"}}
        tool = ScriptedTool("history", event_log=self.history.answer)
        self.running = Running(ci(), tool, replanned.cep(), planned=plan_output(**plan))
        options = RunOptions(replanning=replanned.POLICY)
        self.run_id = self.running.request(options=options)
        self.running.carry_out(self.run_id)
        self.history.mood = "answers"

    def ran(self, run_id: str | None = None) -> Ran:
        return Ran(self.running, run_id or self.run_id)


def test_a_resumed_run_asks_again_what_its_plan_had_left_out() -> None:
    slow = Slow()
    assert slow.ran().one(RunCompleted).status == "partial"
    slow.running.service.resume(slow.run_id, AGAIN, BY)
    slow.running.carry_out(slow.run_id)
    ran = slow.ran()
    asked = [each.call_id for each in ran.all(ToolCallStarted)]
    assert (asked.count("history"), asked.count("primary"), asked.count("cep")) == (2, 1, 2)
    assert ran.all(RunCompleted)[-1].status == "success"
    assert verdict(slow.running, ran.history).is_same


def test_a_run_that_answered_with_its_last_plan_has_nothing_to_ask_again() -> None:
    running, history = replanned.wider()
    with pytest.raises(ReplayRefused, match="nothing is left to ask again"):
        resume_command(history, AGAIN, running.registry)


def test_a_fork_of_the_record_changes_the_plan_alike() -> None:
    slow = Slow()
    fork = slow.running.replays.fork(slow.run_id, Fork(reason="what if", is_blocked=True), BY)
    slow.running.carry_out(fork.run_id)
    ran = slow.ran(fork.run_id)
    assert [e.patch for e in ran.all(ReplanDecided)] == [
        e.patch for e in slow.ran().all(ReplanDecided)
    ]
    assert ran.response["answer"] == slow.ran().response["answer"]
    assert verdict(slow.running, ran.history).is_same


def test_a_rerun_that_need_not_change_its_plan_differs_and_says_where() -> None:
    slow = Slow()
    rerun = slow.running.replays.rerun(slow.run_id, Rerun(reason="again"), BY)
    slow.running.carry_out(rerun.run_id)
    ran = slow.ran(rerun.run_id)
    assert (ran.all(ReplanDecided), ran.one(RunCompleted).status) == ([], "success")
    compared = compare(slow.ran().history, ran.history)
    (history,) = (each for each in compared.calls if each.b and each.b.call_id == "history")
    assert history.a is not None
    assert (history.a.status, compared.divergence is None) == ("failed", False)
    assert compare(slow.ran().history, slow.ran().history).divergence is None


def test_a_rerun_that_changes_its_plan_alike_at_another_time_is_the_same() -> None:
    running, history = replanned.fewer_steps()
    rerun = running.replays.rerun(history[0].envelope.stream_id, Rerun(reason="again"), BY)
    running.carry_out(rerun.run_id)
    compared = compare(history, running.history(rerun.run_id))
    assert {each.kind for each in compared.divergences} <= {DivergenceClass.TIMING}


LIMITED = Patches(plan={"steps.1.primary.limit": 3})


def test_a_fork_may_have_too_many_steps_as_its_parent_had() -> None:
    running, history = replanned.fewer_steps()
    forked = Fork(reason="fewer", patches=LIMITED)
    fork = running.replays.fork(history[0].envelope.stream_id, forked, BY)
    running.carry_out(fork.run_id)
    ran = Ran(running, fork.run_id)
    assert (ran.one(ReplanDecided).is_approved, ran.one(RunCompleted).status) == (True, "partial")


def test_a_resumed_run_may_have_too_many_steps_as_it_had() -> None:
    running, history = replanned.fewer_steps()
    again = Resumption(reason="fewer", patches=LIMITED)
    assert resume_command(history, again, running.registry).patches == LIMITED


def test_a_change_is_refused_where_no_first_steps_would_do_either() -> None:
    running, history = replanned.fewer_steps()
    wrong = Patches(plan={"steps.0.step_id": "two"})
    with pytest.raises(ReplayRefused, match="step ids must be unique"):
        running.replays.fork(
            history[0].envelope.stream_id, Fork(reason="wrong", patches=wrong), BY
        )


def test_a_timeline_marks_the_change_between_the_attempts_of_the_stages() -> None:
    timeline = run_timeline(replanned.narrower()[1])
    marks = [mark.type for mark in timeline.marks]
    assert [each for each in marks if "replan" in each] == ["replan-requested", "replan-decided"]
    again = [(lane.bar.name, len(lane.calls)) for lane in timeline.lanes if lane.bar.attempt > 1]
    assert again == [(Stage.VALIDATE, 0), (Stage.EXECUTE, 1)]


@pytest.mark.parametrize("kind", replanned.EVERY_REPLAN, ids=lambda kind: kind.__name__)
def test_a_diagnosis_can_be_made(kind: Kind) -> None:
    _, history = kind()
    found = diagnose(Case(history, since_last_good=None, last_good=[], changes=()))
    assert found.run.run_id == history[0].envelope.stream_id
