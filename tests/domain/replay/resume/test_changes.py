"""A run goes on with more time, other parameters, another plan or a given result."""

import pytest

from domain.errors import ErasedResult, ReplayRefused
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallFailed, ToolCallStarted
from domain.run.events import PlanProduced, RunResumed
from domain.run.facts import Patches, ResultPatch
from domain.run.lifecycle import Stage
from domain.services.taking_over import take_over
from tests.domain.replay.resume.moody import Desk, partial
from tests.domain.stages.running import (
    BY,
    TENANT,
)


def test_a_call_that_timed_out_is_asked_again_with_more_time() -> None:
    desk = Desk(timeout_ms=10)
    desk.value.mood = "is slow"
    assert [e.error.code for e in desk.carry_out().all(ToolCallFailed)] == ["TOOL_TIMEOUT"]
    ran = desk.resume(Resumption(reason="it is slow", timeout_ms=20_000))
    assert (desk.called, ran.response["status"], desk.verifies()) == ((0, 1, 0), "success", True)
    assert (ran.one(RunResumed).timeout_ms, ran.all(ToolCallStarted)[-1].timeout_ms) == (
        20_000,
        20_000,
    )


def test_an_erased_result_is_missed_before_a_run_is_resumed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = partial()
    monkeypatch.setattr("domain.replay.resume.resumption.is_erased", lambda _: True)
    with pytest.raises(ErasedResult, match="one:primary"):
        desk.resume()
    assert desk.ran.all(RunResumed) == []


def test_a_patched_parameter_is_asked_with_when_the_run_goes_on() -> None:
    desk = partial()
    changed = Patches(params={"two:metric": {"agg": "max"}})
    ran = desk.resume(Resumption(reason="the worst", patches=changed))
    assert ([each["agg"] for each in desk.value.asked], desk.called) == (["max"], (0, 1, 0))
    assert (ran.response["status"], desk.verifies()) == ("success", True)


def test_a_patched_plan_is_made_routed_and_validated_again() -> None:
    desk = partial()
    plan = {"steps.1.metric.agg": "max"}
    ran = desk.resume(Resumption(reason="the worst", patches=Patches(plan=plan)))
    assert [each["agg"] for each in desk.value.asked] == ["max"]
    planned = ran.all(PlanProduced)[-1].plan_output["plan"]
    assert (len(ran.all(PlanProduced)), planned["steps"][1]["metric"]["agg"]) == (2, "max")
    assert (ran.response["status"], desk.called, desk.verifies()) == ("success", (0, 1, 0), True)


def test_a_patched_call_that_had_succeeded_is_asked_again() -> None:
    desk = partial()
    changed = Patches(params={"one:primary": {"limit": 3}})
    desk.resume(Resumption(reason="fewer", patches=changed))
    assert (desk.called, desk.verifies()) == ((1, 1, 0), True)


def test_a_result_can_be_given_in_place_of_one_that_failed() -> None:
    desk = partial()
    desk.value.mood = "fails"
    given = ResultPatch(kind="data", data={"value": 7.0, "metric_name": "cpu", "agg": "avg"})
    changed = Patches(results={"two:metric": given})
    ran = desk.resume(Resumption(reason="read it myself", patches=changed))
    assert (desk.called, ran.response["status"], desk.verifies()) == ((0, 0, 0), "success", True)


@pytest.mark.parametrize(
    ("patches", "why"),
    [
        (Patches(plan={"steps.7.metric": {}}), "'7' is no place in the list"),
        (Patches(params={"nobody": {"agg": "max"}}), "nobody"),
        (Patches(results={"nobody": ResultPatch(kind="error")}), "there is no call 'nobody'"),
        (Patches(assets={"cooking:style": "s1"}), "'cooking:style' names no asset"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_before_anything_is_recorded(
    patches: Patches, why: str
) -> None:
    desk = partial()
    with pytest.raises(ReplayRefused, match=why):
        desk.resume(Resumption(reason="try", patches=patches))
    assert desk.ran.all(RunResumed) == []


def test_a_run_that_loses_its_worker_after_a_change_goes_on_with_the_change() -> None:
    desk = partial()
    plan = {"steps.1.metric.agg": "max"}
    changed = Resumption(reason="try", patches=Patches(plan=plan), timeout_ms=777)
    service = desk.running.service
    service.resume(desk.run_id, changed, BY)
    history = service.history(TENANT, desk.run_id)
    take_over(service, history)
    ran = desk.carry_out()
    assert [each["agg"] for each in desk.value.asked][-1] == "max"
    assert (ran.all(ToolCallStarted)[-1].timeout_ms, desk.verifies()) == (777, True)
    assert ran.one(RunResumed).from_stage is Stage.ROUTE_PLAN
