"""Planted runs without an answer: what stopped them comes first, with its evidence."""

import asyncio
from collections.abc import Callable

import pytest

from domain.aggregate.envelope import Actor
from domain.run.facts import Patches, ResultPatch
from domain.tools.contracts import ToolErrorCode
from tests.acceptance.diagnosis.planting import (
    METRIC_OF_SRV_01,
    Site,
    failing,
    in_turn,
    raising,
    slow,
)
from tests.estate_fixture import TENANT

Plant = Callable[..., Site]
IMPACT = "What is affected if srv-01 fails?"


def test_a_tool_that_did_not_answer_in_time(planted: Plant) -> None:
    site = planted({"graph": slow(9)})
    run_id = site.ask(IMPACT, call_timeout_ms=1500)
    cause = site.cause(run_id)
    assert "graph.expand" in cause.sentence
    assert "TOOL_TIMEOUT" in cause.sentence
    assert "1500 ms" in cause.sentence
    assert site.types(run_id, cause.evidence) == ["tool-call-started", "tool-call-failed"]
    assert cause.next_step
    assert cause.next_step.startswith("opstrail run resume ")


def test_a_plan_whose_budget_was_too_short(planted: Plant) -> None:
    site = planted({"metric": slow(9)})
    plan = {**METRIC_OF_SRV_01, "history": {"enabled": True}, "budget": {"timeout_seconds": 1.5}}
    run_id = site.run(plan)
    cause = site.cause(run_id)
    assert "1.5 s" in cause.sentence
    assert "metric.aggregate" in cause.sentence
    assert "history" not in cause.sentence
    assert site.types(run_id, cause.evidence) == ["tool-call-started", "stage-failed"]


def test_an_item_that_is_not_there(planted: Plant) -> None:
    site = planted()
    cause = site.cause(site.ask("What is affected if srv-99 fails?"))
    assert "'srv-99'" in cause.sentence
    assert "srv-01" in cause.sentence, "what is close to it"
    assert cause.next_step
    assert "opstrail run fork" in cause.next_step


def test_a_name_that_several_items_have(planted: Plant) -> None:
    site = planted()
    cause = site.cause(site.run({"primary": {"keywords": ["Twin"]}}))
    assert all(code in cause.sentence for code in ("'Twin'", "twin-a", "twin-b"))


def test_a_question_that_a_policy_forbids(planted: Plant) -> None:
    site = planted()
    run_id = site.ask("Delete srv-01")
    cause = site.cause(run_id)
    assert (cause.rule, "read_only" in cause.sentence) == ("rejected", True)
    assert site.types(run_id, cause.evidence) == ["run-rejected"]


def test_a_question_that_is_not_understood(planted: Plant) -> None:
    site = planted()
    cause = site.cause(site.ask("Frobnicate the gizmo of srv-01"))
    assert "'frobnicate'" in cause.sentence.lower()
    assert cause.next_step
    assert "opstrail ask" in cause.next_step


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (ToolErrorCode.SQL_BLOCKED, "DROP TABLE is no SELECT"),
        (ToolErrorCode.AUTH_FAILED, "401 of the source"),
        (ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused"),
        (ToolErrorCode.RATE_LIMITED, "60 calls a minute"),
        (ToolErrorCode.CIRCUIT_OPEN, "5 failures in a row"),
    ],
)
def test_a_tool_that_refuses_or_cannot_be_reached(
    code: ToolErrorCode, message: str, planted: Plant
) -> None:
    site = planted({"metric": failing(code, message)})
    cause = site.cause(site.run(METRIC_OF_SRV_01))
    assert (cause.rule, cause.confidence) == ("call-failed", "certain")
    assert f"{code}: {message}" in cause.sentence


def test_a_tool_that_breaks(planted: Plant) -> None:
    site = planted({"metric": raising(ZeroDivisionError("division by zero"))})
    cause = site.cause(site.run(METRIC_OF_SRV_01))
    assert "metric.aggregate" in cause.sentence
    assert "ZeroDivisionError: division by zero" in cause.sentence


def test_a_tool_that_is_missing(planted: Plant) -> None:
    site = planted(without="metric")
    run_id = site.run(METRIC_OF_SRV_01)
    cause = site.cause(run_id)
    assert "tool 'metric' is not installed" in cause.sentence
    assert site.types(run_id, cause.evidence) == ["stage-failed"]


def test_a_plan_of_the_caller_that_is_not_valid(planted: Plant) -> None:
    site = planted()
    plan = {**METRIC_OF_SRV_01, "metric": {"metric_name": "cpu_usage", "time_range": "yesterweek"}}
    cause = site.cause(site.run(plan))
    assert "'yesterweek'" in cause.sentence
    assert cause.next_step
    assert "resume" not in cause.next_step, "the same plan would fail again"


def test_calls_that_waited_for_one_that_failed(planted: Plant) -> None:
    site = planted({"ci": failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")})
    found = site.diagnosis(site.ask(IMPACT)).hypotheses
    assert "ci.resolve" in found[0].sentence
    assert "connection refused" in found[0].sentence
    assert "graph.expand" in found[1].sentence
    assert "skipped" in found[1].sentence


def test_a_run_that_failed_and_was_cancelled_then(planted: Plant) -> None:
    site = planted({"graph": failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")})
    run_id = site.cancel(site.ask(IMPACT), "not needed any more")
    found = site.diagnosis(run_id).hypotheses
    assert "connection refused" in found[0].sentence
    assert "not needed any more" in found[1].sentence


def test_a_run_that_a_person_cancelled(planted: Plant) -> None:
    site = planted()
    run_id = site.cancel(site.request(IMPACT), "asked by mistake")
    cause = site.cause(run_id)
    assert all(words in cause.sentence for words in ("ada", "asked by mistake"))
    assert site.types(run_id, cause.evidence) == ["run-cancelled"]


def test_a_run_that_was_interrupted(planted: Plant) -> None:
    site = planted({"graph": slow(9)})
    run_id = site.request(IMPACT)

    async def interrupted() -> None:
        work = site.opstrail.runs.carry_out(TENANT, run_id, canceller=Actor("person", "ada"))
        await asyncio.wait_for(work, timeout=0.3)

    with pytest.raises(TimeoutError):
        asyncio.run(interrupted())
    cause = site.cause(run_id)
    assert cause.rule == "cancelled"
    assert "interrupted" in cause.sentence
    assert "graph.expand" in cause.sentence, "what it was doing"


def test_a_run_that_nobody_carried_out(planted: Plant) -> None:
    site = planted()
    run_id = site.request(IMPACT)
    site.clock.let_pass(hours=2)
    cause = site.cause(run_id)
    assert cause.rule == "unfinished"
    assert cause.next_step == "opstrail run recover --dry-run"


def test_a_resumed_run_that_fails_for_the_same_reason(planted: Plant) -> None:
    site = planted({"graph": failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")})
    run_id = site.resume(site.ask(IMPACT))
    cause = site.cause(run_id)
    assert "connection refused" in cause.sentence
    assert "as before" in cause.sentence
    assert max(cause.evidence) > 20, "the last failure, and not the first"


def test_a_resumed_run_that_fails_for_another_reason(planted: Plant) -> None:
    first = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")
    then = failing(ToolErrorCode.AUTH_FAILED, "401 of the source")
    site = planted({"graph": in_turn(first, then)})
    cause = site.cause(site.resume(site.ask(IMPACT)))
    assert "AUTH_FAILED: 401 of the source" in cause.sentence
    assert "before it was UPSTREAM_UNAVAILABLE" in cause.sentence


def test_a_fork_that_may_call_nothing(planted: Plant) -> None:
    site = planted()
    parent = site.run(METRIC_OF_SRV_01)
    fork = site.fork(parent, is_blocked=True, patches=_params(time_range="last_1h"))
    cause = site.cause(fork)
    assert "blocked" in cause.sentence
    assert "metric.aggregate" in cause.sentence
    assert cause.next_step
    assert f"opstrail run fork {parent[-8:]}" in cause.next_step


def test_a_fork_whose_result_was_replaced_by_an_error(planted: Plant) -> None:
    site = planted()
    patches = Patches(results={"metric": ResultPatch(kind="error", error_code="AUTH_FAILED")})
    cause = site.cause(site.fork(site.run(METRIC_OF_SRV_01), patches=patches))
    assert "AUTH_FAILED" in cause.sentence
    assert "patch" in cause.sentence, "it did not happen outside"


def _params(**params: object) -> Patches:
    return Patches(params={"metric": params})
