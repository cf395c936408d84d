"""Forks and reruns of runs whose calls were asked more than once, failed, or were refused."""

from typing import Any

import pytest

from domain.errors import NoSuchVersion, ReplayRefused
from domain.replay.compare.compare import compare
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.record.recording import recording_of
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import PlanProduced, RunRequested
from domain.run.facts import Patches, ResultPatch
from tests.domain.replay.fork.forking import Parent
from tests.domain.replay.resume.moody import Desk, partial
from tests.domain.replay.verify.verifying import verdict
from tests.domain.stages.running import BY, METRIC, Ran

WHY = "to see"


def forked(desk: Desk, *, of: str | None = None, **fork: object) -> Ran:
    """A fork of the desk's run (or another) that was carried out."""
    desk.found.asked, desk.value.asked, desk.spare.asked = [], [], []
    order = Fork(reason=WHY, **fork)  # type: ignore[arg-type]  # the fields of a fork
    run_id = desk.running.replays.fork(of or desk.run_id, order, BY).run_id
    return carried_out(desk, run_id)


def rerun(desk: Desk, **changes: object) -> Ran:
    desk.found.asked, desk.value.asked, desk.spare.asked = [], [], []
    order = Rerun(reason=WHY, **changes)  # type: ignore[arg-type]  # the fields of a rerun
    return carried_out(desk, desk.running.replays.rerun(desk.run_id, order, BY).run_id)


def carried_out(desk: Desk, run_id: str) -> Ran:
    desk.running.carry_out(run_id)
    ran = Ran(desk.running, run_id)
    assert verdict(desk.running, ran.history).verdict == "same"
    return ran


def test_of_several_attempts_of_a_call_the_last_result_counts() -> None:
    desk = partial()
    desk.resume()
    fork = forked(desk)
    assert (desk.called, fork.response["status"], fork.all(ToolCallFailed)) == (
        (0, 0, 0),
        "success",
        [],
    )


def test_a_fork_at_an_earlier_version_has_the_result_that_counted_then() -> None:
    desk = partial()
    before = len(desk.running.history(desk.run_id))
    desk.resume()
    fork = forked(desk, at=before)
    assert (desk.called, fork.response["status"]) == ((0, 0, 0), "partial")


def test_an_attempt_that_was_cut_off_takes_the_place_of_the_one_before() -> None:
    desk = partial()
    desk.resume()
    history = desk.running.history(desk.run_id)
    begun = [e.envelope.version for e in history if isinstance(e.event, ToolCallStarted)][-1]
    fork = forked(desk, at=begun)
    assert (desk.called, fork.response["status"]) == ((0, 1, 0), "success")


def test_a_fork_can_ask_again_what_failed_and_take_the_rest_from_the_record() -> None:
    desk = partial()
    fork = forked(desk, retry_failed=True)
    assert (desk.called, fork.response["status"]) == ((0, 1, 0), "success")
    assert fork.one(RunRequested).origin.is_retrying is True


def test_calls_that_were_skipped_for_a_failure_are_made_once_that_is_asked_again() -> None:
    desk = Desk(METRIC)
    desk.found.mood = "fails"
    desk.carry_out()
    desk.found.mood = "answers"
    fork = forked(desk, retry_failed=True)
    assert (desk.called, fork.response["status"]) == ((1, 1, 0), "success")


def test_without_a_failed_call_there_is_nothing_to_ask_again() -> None:
    desk = partial()
    desk.resume()
    with pytest.raises(ReplayRefused, match="no call that went out has failed"):
        forked(desk, retry_failed=True)


def test_a_fork_from_a_call_asks_it_and_what_came_after_it() -> None:
    parent = Parent()
    fork = parent.fork(from_call="metric")
    assert parent.called() == (0, 1)
    assert [each.answered_by for each in fork.all(ToolCallSucceeded)] == ["record", "live"]
    parent.fork(from_call="primary")
    assert parent.called() == (1, 2)


def test_a_fork_from_a_call_that_another_tool_stood_in_for_asks_both_tools() -> None:
    desk = Desk()
    desk.running.let_stand_in("ci", "spare")
    desk.found.mood = "is down"
    desk.carry_out()
    forked(desk, from_call="one:primary")
    assert desk.called == (1, 1, 1)


def test_a_fork_from_a_call_that_was_asked_again_begins_at_the_last_time() -> None:
    desk = partial()
    desk.resume()
    forked(desk, from_call="two:metric")
    assert desk.called == (0, 1, 0)


@pytest.mark.parametrize(
    ("fork", "why"),
    [
        (
            {"from_call": "nobody"},
            "there is no call 'nobody' on record; calls: one:primary, two:metric",
        ),
        ({"from_call": "two:metric", "at": 5}, "at a version or at a call, not at both"),
    ],
)
def test_a_fork_that_parts_nowhere_is_refused(fork: dict[str, Any], why: str) -> None:
    with pytest.raises(ReplayRefused, match=why):
        forked(partial(), **fork)


def test_what_a_blocked_fork_refused_is_no_result_of_a_later_one() -> None:
    desk = partial()
    blocked = forked(desk, is_blocked=True, at=1 + versions(desk, PlanProduced)[0])
    assert {each.answered_by for each in blocked.all(ToolCallFailed)} == {"blocked"}
    assert recording_of(blocked.history).counted == ()
    later = forked(desk, of=blocked.run_id)
    assert (desk.called, later.response["status"]) == ((1, 1, 0), "success")


def versions(desk: Desk, kind: type) -> list[int]:
    history = desk.running.history(desk.run_id)
    return [entry.envelope.version for entry in history if isinstance(entry.event, kind)]


def test_a_fork_and_a_rerun_give_calls_more_time() -> None:
    desk = partial()
    for ran in (forked(desk, timeout_ms=777, retry_failed=True), rerun(desk, timeout_ms=777)):
        assert ran.all(ToolCallStarted)[-1].timeout_ms == 777


def test_what_a_resumption_changed_counts_for_a_fork_and_a_rerun_of_the_run() -> None:
    desk = partial()
    changed = Patches(params={"two:metric": {"agg": "max"}})
    desk.resume(Resumption(reason=WHY, patches=changed, timeout_ms=777))
    fork, again = forked(desk), rerun(desk)
    assert ([each["agg"] for each in desk.value.asked], fork.response["status"]) == (
        ["max"],
        "success",
    )
    assert [each.timeout_ms for each in again.all(ToolCallStarted)] == [777, 777]


def test_a_fork_from_before_a_resumption_does_not_have_its_changes() -> None:
    desk = partial()
    before = len(desk.running.history(desk.run_id))
    desk.resume(Resumption(reason=WHY, timeout_ms=777))
    assert forked(desk, at=before, retry_failed=True).all(ToolCallStarted)[-1].timeout_ms == 30_000


def test_a_rerun_can_have_another_plan_and_a_result_that_is_given() -> None:
    desk = partial()
    given = ResultPatch(kind="data", data={"rows": [], "total": 0})
    patches = Patches(plan={"steps.1.metric.agg": "max"}, results={"one:primary": given})
    again = rerun(desk, patches=patches)
    assert [each["agg"] for each in desk.value.asked] == ["max"]
    assert (desk.called, again.all(ToolCallSucceeded)[0].answered_by) == ((0, 1, 0), "patch")


def test_a_rerun_of_a_version_takes_the_plan_of_then() -> None:
    desk = partial()
    before = len(desk.running.history(desk.run_id))
    changed = Patches(plan={"steps.1.metric.agg": "max"})
    desk.resume(Resumption(reason=WHY, patches=changed))
    rerun(desk)
    assert [each["agg"] for each in desk.value.asked] == ["max"]
    rerun(desk, at=before)
    assert [each["agg"] for each in desk.value.asked] == ["avg"]
    with pytest.raises(NoSuchVersion):
        rerun(desk, at=99)


def test_a_refused_call_is_told_from_one_that_failed_when_runs_are_compared() -> None:
    desk = partial()
    blocked = forked(desk, is_blocked=True, at=1 + versions(desk, PlanProduced)[0])
    again = Rerun(reason=WHY)
    run_id = desk.running.replays.rerun(blocked.run_id, again, BY).run_id
    comparison = compare(blocked.history, carried_out(desk, run_id).history)
    sides = [(each.a.status, each.b.status) for each in comparison.calls if each.a and each.b]
    assert sides == [("blocked", "succeeded"), ("blocked", "succeeded")]
