"""The planner is asked again, by its record, wherever that can be done."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec import UNSET, structs

from adapters.planners.reader import planner
from adapters.planners.reader.planner import ReaderPlanner
from domain.aggregate.aggregate import StreamEntry
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.replay.verify.planning import DrivenPlanning
from domain.replay.verify.verifier import Verifier
from domain.replay.verify.verify import verify
from domain.run.events import HistoryEntry, PlanProduced, RunRequested, StageFailed
from domain.run.facts import Patches, RunOptions
from domain.stages import call_facts, call_making
from domain.views.verdict import DivergenceClass
from tests.adapters.planners.vocabularies import demo
from tests.domain.replay.verify.planning import VERIFIER, asked, driven, running, the_one
from tests.domain.stages.running import BY, finish
from tests.fakes import NOON

LIST = "Tell me about srv-erp-01."
SAME = DrivenPlanning()


class Other(ReaderPlanner):
    name = "other"


def without_look_ups(history: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """The history as an older opstrail recorded it."""
    return [
        StreamEntry(entry.position, entry.envelope, structs.replace(entry.event, looked_up=UNSET))
        if isinstance(entry.event, PlanProduced)
        else entry
        for entry in history
    ]


def forked(patches: Patches, *, at: int | None = None) -> list[HistoryEntry]:
    service = running()
    parent = service.request(question=LIST)
    service.carry_out(parent)
    fork = service.replays.fork(parent, Fork(reason="r", at=at, patches=patches), BY).run_id
    service.carry_out(fork)
    return service.history(fork)


@pytest.mark.parametrize(
    "question", [LIST, "hello", "Show the passwords", "Show the moon", "", "servers of prodction"]
)
def test_the_same_planner_makes_the_same_plan_answer_refusal_or_error(question: str) -> None:
    assert driven(asked(question)) == SAME


def test_what_is_looked_up_is_recorded_with_a_question_that_was_not_understood() -> None:
    (failed,) = [e.event for e in asked("Show the moon") if isinstance(e.event, StageFailed)]
    assert failed.asked is not UNSET
    assert set(failed.asked.looked_up.near) == {"moon"}


def test_the_time_is_that_of_the_run() -> None:
    history = asked("events last week")
    planned = next(e.event for e in history if isinstance(e.event, PlanProduced))
    assert planned.anchored_at == NOON.isoformat()
    later = structs.replace(planned, anchored_at=(NOON + timedelta(days=7)).isoformat())
    changed = [e if e.event is not planned else StreamEntry(0, e.envelope, later) for e in history]
    assert "2026-02-23..2026-03-01" in the_one(driven(changed)).sentence


def test_the_days_are_those_of_the_zone_on_record() -> None:
    history = asked("events last week", options=RunOptions(time_zone="Pacific/Kiritimati"))
    planned = next(e.event for e in history if isinstance(e.event, PlanProduced))
    assert "2026-02-23..2026-03-01" in str(planned.plan_output)
    assert planned.anchored_at == NOON.isoformat()
    assert driven(history) == SAME
    request = history[0].event
    assert isinstance(request, RunRequested)
    elsewhere = structs.replace(request, options=RunOptions())
    moved = [StreamEntry(0, history[0].envelope, elsewhere), *history[1:]]
    assert "2026-02-16..2026-02-22" in the_one(driven(moved)).sentence


def test_a_question_that_was_not_understood_is_asked_at_its_own_instant() -> None:
    history = asked("Show the moon since yesterday", options=RunOptions(anchor="data"))
    assert driven(history) == SAME


def test_no_estate_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    history = asked(LIST)

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(type(demo().names), "named", refuse)
    assert driven(history) == SAME


def test_the_plan_of_a_fork_is_driven_with_its_patch() -> None:
    assert driven(forked(Patches(plan={"primary.limit": 7}))) == SAME
    assert driven(forked(Patches(plan={"primary.limit": 7}), at=1)) == SAME


def test_the_plan_of_a_fork_of_a_patched_fork_is_taken_over() -> None:
    service = running()
    parent = service.request(question=LIST)
    service.carry_out(parent)
    patched = Fork(reason="r", patches=Patches(plan={"primary.limit": 7}))
    first = service.replays.fork(parent, patched, BY).run_id
    service.carry_out(first)
    second = service.replays.fork(first, Fork(reason="r"), BY).run_id
    service.carry_out(second)
    assert driven(service.history(second)).why_not == f"the plan was taken over from {first}"


def test_the_plan_of_a_rerun_is_taken_over() -> None:
    service = running()
    parent = service.request(question="events last week")
    service.carry_out(parent)
    rerun = service.replays.rerun(parent, Rerun(reason="r"), BY).run_id
    service.carry_out(rerun)
    found = driven(service.history(rerun))
    assert found == DrivenPlanning(why_not=f"the plan was taken over from {parent}")


def test_what_follows_is_verified_by_the_recorded_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    service = running()
    run_id = service.request(question=LIST)
    service.carry_out(run_id)
    monkeypatch.setattr(planner, "_SURE", 0.5)
    monkeypatch.setattr(call_facts, "call_label", lambda *_: "other")
    monkeypatch.setattr(call_making, "call_label", lambda *_: "other")
    found = finish(verify(service.history(run_id), service.registry, VERIFIER))
    kinds = [each.kind for each in found.divergences]
    assert kinds == [DivergenceClass.PLAN, DivergenceClass.PATH]
    assert found.divergence is found.divergences[0]
    assert (found.verdict, found.planning) == ("diverged", "driven")


def test_a_planner_that_crashed_and_no_longer_does_is_another_one() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "refusal", None)
        history = asked(LIST)
    said = the_one(driven(history)).sentence
    assert "now looks up" in said


def test_every_attempt_at_a_plan_is_driven_and_a_plan_made_once() -> None:
    service = running()
    run_id = service.request(question=LIST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "refusal", None)
        service.carry_out(run_id)
    service.service.resume(run_id, Resumption(reason="mended"), BY)
    service.carry_out(run_id)
    assert driven(service.history(run_id)).why_not is None
    (divergence,) = driven(service.history(run_id)).divergences
    assert divergence.version == 3


def test_a_plan_that_is_patched_when_the_run_goes_on_is_driven_with_the_patch() -> None:
    service = running()
    run_id = service.request(question=LIST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "refusal", None)
        service.carry_out(run_id)
    patched = Resumption(reason="fewer", patches=Patches(plan={"primary.limit": 2}))
    service.service.resume(run_id, patched, BY)
    service.carry_out(run_id)
    found = driven(service.history(run_id))
    assert found.why_not is None
    assert [each.version for each in found.divergences] == [3]


VERSION = ReaderPlanner().version
GIVEN = {"kind": "direct", "direct_answer": {"answer": "Hello."}}
NOT_DRIVEN = {
    "no planner is given here": (asked(LIST), Verifier()),
    f"it was planned by reader {VERSION}, and here plans other {VERSION}": (
        asked(LIST),
        Verifier(planner=Other()),
    ),
    "the plan came with the request": (asked(LIST, plan_output=GIVEN), VERIFIER),
    "the record ends before there is a plan": (asked(LIST)[:2], VERIFIER),
    "an older opstrail made the plan, and did not record what it looked up": (
        without_look_ups(asked(LIST)),
        VERIFIER,
    ),
}


@pytest.mark.parametrize("why", NOT_DRIVEN)
def test_a_plan_that_cannot_be_driven_is_no_divergence(why: str) -> None:
    assert driven(*NOT_DRIVEN[why]) == DrivenPlanning(why_not=why)
