"""From the outcomes of calls to the status of a run."""

import pytest

from domain.response.compose.call_result import CallResult, CallStatus
from domain.stages.outcome import overall_status
from domain.stages.stage import OrchestrationStatus
from tests.domain.plan.planning import LOOKUP, calls, step


def result(
    status: CallStatus = "succeeded", *, is_answer: bool = True, is_fallback: bool = False
) -> CallResult:
    return CallResult(
        call_id="call",
        tool="ci",
        operation="search",
        params={},
        status=status,
        is_answer=is_answer,
        is_fallback=is_fallback,
    )


FOUND = result(is_answer=False)


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([], OrchestrationStatus.SUCCESS),
        ([result()], OrchestrationStatus.SUCCESS),
        ([FOUND, result()], OrchestrationStatus.SUCCESS),
        ([result(), result("failed")], OrchestrationStatus.PARTIAL),
        ([result(), result("skipped")], OrchestrationStatus.PARTIAL),
        ([result(is_fallback=True)], OrchestrationStatus.DEGRADED),
        ([result(is_fallback=True), result("failed")], OrchestrationStatus.PARTIAL),
        ([result("failed")], OrchestrationStatus.FAILED),
        ([FOUND, result("failed")], OrchestrationStatus.FAILED),
        ([FOUND, result("skipped")], OrchestrationStatus.FAILED),
    ],
)
def test_a_run_goes_as_well_as_its_calls(
    outcomes: list[CallResult], status: OrchestrationStatus
) -> None:
    assert overall_status(outcomes) is status


def test_finding_the_item_that_others_look_at_is_no_answer() -> None:
    found = calls(intent="EXPAND", primary=LOOKUP, graph={"view": "IMPACT"})
    assert {name: call.is_answer for name, call in found.items()} == {
        "primary": False,
        "graph": True,
    }


def test_looking_an_item_up_is_an_answer_beside_others() -> None:
    found = calls(intent="LOOKUP", primary=LOOKUP, history={"enabled": True})
    assert all(call.is_answer for call in found.values())


def test_each_step_is_judged_by_its_own_intent() -> None:
    found = calls(enable_multistep=True, steps=[step("who", intent="EXPAND", primary=LOOKUP)])
    assert not found["who:primary"].is_answer
    assert found["who:graph"].is_answer
