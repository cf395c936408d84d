"""Forks: a new run that has the record of another one up to an event, with changes."""

from typing import Any

import pytest

from domain.errors import NoSuchVersion, NotFound, ReplayRefused
from domain.replay.fork.descent import Fork
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import PlanProduced, RunRequested, StageStarted
from domain.run.facts import Origin, Patches, ResultPatch
from domain.run.lifecycle import Stage
from domain.tools.contracts import ToolErrorCode
from tests.domain.replay.fork.forking import REASON, Parent
from tests.domain.replay.verify.verifying import verdict
from tests.domain.stages.running import BY, Ran


def answers(run: Ran) -> dict[str, str]:
    """Who answered each call."""
    ended = [e for e in run.events if isinstance(e, ToolCallSucceeded | ToolCallFailed)]
    return {event.call_id: event.answered_by for event in ended}


def test_a_fork_of_a_whole_run_calls_nothing() -> None:
    parent = Parent()
    fork = parent.fork()
    assert (parent.called(), answers(fork)) == ((0, 0), {"primary": "record", "metric": "record"})


def test_a_fork_of_a_whole_run_has_its_answer() -> None:
    parent = Parent()
    assert parent.fork().response["blocks"] == parent.ran.response["blocks"]


def test_what_had_not_ended_at_the_fork_is_called() -> None:
    parent = Parent()
    fork = parent.fork(at=parent.version_of(ToolCallSucceeded))
    assert (parent.called(), answers(fork)) == ((0, 1), {"primary": "record", "metric": "live"})


def test_a_fork_before_the_plan_is_planned_anew() -> None:
    parent = Parent()
    parent.fork(at=1)
    assert (len(parent.running.planner.contexts), parent.called()) == (2, (1, 1))


def test_a_fork_after_the_plan_is_not_planned_anew() -> None:
    parent = Parent()
    parent.fork(at=parent.version_of(PlanProduced))
    assert (len(parent.running.planner.contexts), parent.called()) == (1, (1, 1))


def test_a_fork_counts_time_back_from_the_same_instant() -> None:
    parent = Parent()
    assert parent.fork().one(PlanProduced) == parent.ran.one(PlanProduced)


def test_a_fork_says_where_it_comes_from() -> None:
    parent = Parent()
    origin = parent.fork(at=5).one(RunRequested).origin
    expected = Origin(kind="fork", parent_run_id=parent.run_id, parent_version=5, reason=REASON)
    assert origin == expected


def test_a_patched_plan_is_on_the_record_and_carried_out() -> None:
    parent = Parent()
    fork = parent.fork(plan={"metric.agg": "max"})
    assert fork.one(PlanProduced).plan_output["plan"]["metric"]["agg"] == "max"
    assert (parent.called(), answers(fork)) == ((0, 1), {"primary": "record", "metric": "live"})


def test_a_patched_parameter_makes_another_call() -> None:
    parent = Parent()
    fork = parent.fork(params={"metric": {"agg": "min"}})
    (started,) = [each for each in fork.all(ToolCallStarted) if each.call_id == "metric"]
    assert (started.params["agg"], parent.called()) == ("min", (0, 1))


def test_a_patched_result_takes_the_place_of_the_recorded_one() -> None:
    parent = Parent()
    other = {"metric_name": "cpu", "agg": "avg", "value": 90.0, "sample_count": 3}
    fork = parent.fork(results={"metric": ResultPatch(kind="data", data=other)})
    assert answers(fork) == {"primary": "record", "metric": "patch"}
    assert "90" in str(fork.response["answer"])


def test_an_emptied_result_has_the_shape_of_the_recorded_one() -> None:
    parent = Parent()
    fork = parent.fork(results={"metric": ResultPatch(kind="empty")})
    (emptied,) = [each for each in fork.all(ToolCallSucceeded) if each.call_id == "metric"]
    expected = {"metric_name": "cpu", "agg": "avg", "value": None, "sample_count": 0}
    assert emptied.data == expected


def test_a_result_may_be_replaced_by_an_error() -> None:
    parent = Parent()
    patch = ResultPatch(kind="error", error_code="RATE_LIMITED")
    fork = parent.fork(results={"metric": patch})
    assert fork.one(ToolCallFailed).error.code == ToolErrorCode.RATE_LIMITED


def test_only_what_depends_on_a_patched_result_is_called() -> None:
    parent = Parent()
    other = {"rows": [{"ci_id": "c2", "ci_code": "srv-2"}], "total": 1}
    fork = parent.fork(results={"primary": ResultPatch(kind="data", data=other)})
    assert (parent.called(), answers(fork)) == ((0, 1), {"primary": "patch", "metric": "live"})


def test_a_patched_asset_goes_to_its_stage() -> None:
    fork = Parent().fork(assets={"present:prompt": "p2"})
    assets = {event.stage: event.applied_assets for event in fork.all(StageStarted)}
    assert (assets[Stage.PRESENT], assets[Stage.EXECUTE]) == ({"prompt": "p2"}, {})


def test_a_blocked_fork_calls_nothing_that_is_not_on_the_record() -> None:
    parent = Parent()
    fork = parent.fork(is_blocked=True, plan={"metric.agg": "max"})
    failed = fork.one(ToolCallFailed)
    assert parent.called() == (0, 0)
    assert (failed.answered_by, failed.error.code) == ("blocked", "POLICY_DENY")
    assert "live calls are blocked" in failed.error.message


def test_a_fork_of_a_fork_keeps_what_its_plan_does_not_hold() -> None:
    parent = Parent()
    child = parent.fork(params={"metric": {"agg": "min"}}, assets={"present:prompt": "p2"})
    again = Fork(reason=REASON, patches=Patches(params={"metric": {"time_range": "last_1h"}}))
    run_id = parent.running.replays.fork(child.run_id, again, BY).run_id
    patches = parent.carried_out(run_id).one(RunRequested).origin.patches
    assert patches.params == {"metric": {"agg": "min", "time_range": "last_1h"}}
    assert patches.assets == {"present:prompt": "p2"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"at": 5},
        {"plan": {"metric.agg": "max"}},
        {"params": {"metric": {"agg": "min"}}},
        {"results": {"primary": ResultPatch(kind="empty")}},
        {"results": {"metric": ResultPatch(kind="error")}, "is_blocked": True},
    ],
    ids=str,
)
def test_every_fork_verifies(changes: dict[str, Any]) -> None:
    parent = Parent()
    fork = parent.fork(**changes)
    assert verdict(parent.running, fork.history).divergence is None


def test_a_fork_goes_on_with_the_same_when_it_is_resumed() -> None:
    parent = Parent(intent="AGGREGATE")
    fork = parent.fork(results={"metric": ResultPatch(kind="error")})
    parent.running.service.resume(fork.run_id, Resumption(reason="again"), BY)
    again = parent.carried_out(fork.run_id)
    tries = [each.answered_by for each in again.all(ToolCallFailed)]
    assert (tries, parent.called()) == (["patch", "patch"], (0, 0))


def test_a_rerun_calls_everything_with_the_same_plan() -> None:
    parent = Parent()
    rerun = parent.rerun()
    assert (len(parent.running.planner.contexts), parent.called()) == (1, (1, 1))
    assert set(answers(rerun).values()) == {"live"}


def test_a_rerun_counts_time_back_from_its_own_request() -> None:
    parent = Parent()
    before, after = parent.ran.one(PlanProduced), parent.rerun().one(PlanProduced)
    assert (after.anchored_at or "") > (before.anchored_at or "")


def test_a_rerun_says_where_it_comes_from() -> None:
    parent = Parent()
    origin = parent.rerun().one(RunRequested).origin
    assert (origin.kind, origin.parent_run_id, origin.reason) == ("rerun", parent.run_id, REASON)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"plan": {"metric.colour": "red"}}, r"metric\.colour"),
        ({"plan": {"metric.metric_name.of": 1}}, "'of' would be inside 'cpu', which has no parts"),
        ({"plan": {"primary.keywords.3": "x"}}, "'3' is no place in the list; places: 0 to 0"),
        ({"plan": {"intent": "DANCE"}}, "intent"),
        ({"plan": {"metric": {"metric_name": "cpu", "agg": "avg", "scope": "moon"}}}, "scope"),
        ({"params": {"moon": {"agg": "avg"}}}, r"params\.moon: no call of the plan; calls: met"),
        ({"params": {"metric": {"colour": "red"}}}, "colour"),
        (
            {"results": {"moon": ResultPatch(kind="empty")}},
            "there is no call 'moon' on record; calls: metric",
        ),
        (
            {"results": {"metric": ResultPatch(kind="error", error_code="OOPS")}},
            "'OOPS' is no error code of a tool; allowed: POLICY_DENY",
        ),
        (
            {"assets": {"moon:prompt": "p"}},
            "'moon:prompt' names no asset; allowed: route_plan:<type>",
        ),
    ],
    ids=str,
)
def test_a_change_that_does_not_fit_is_refused_before_anything_is_recorded(
    changes: dict[str, Any], why: str
) -> None:
    parent = Parent()
    recorded = parent.running.memory.read_log()
    with pytest.raises(ReplayRefused, match=why):
        parent.fork(**changes)
    assert parent.running.memory.read_log() == recorded


def test_a_version_that_the_parent_does_not_have_is_refused() -> None:
    parent = Parent()
    with pytest.raises(NoSuchVersion, match="has versions 1 to"):
        parent.fork(at=99)


def test_a_run_of_another_tenant_cannot_be_forked() -> None:
    parent = Parent()
    by = type(BY)("globex", BY.actor)
    with pytest.raises(NotFound):
        parent.running.replays.fork(parent.run_id, Fork(reason=REASON), by)
