from typing import Any

import pytest
from pydantic import ValidationError

from domain.estate.view_policy import View
from domain.plan.intent import Intent
from domain.plan.plan import Plan, PlanOutput, PlanStep
from tests.domain.plan.planning import plan, step

DIRECT = {"answer": "Hello."}
REJECT = {"reason": "not allowed"}


def test_a_plan_may_leave_out_everything() -> None:
    assert (Plan().intent, Plan().view, Plan().steps) == (Intent.LOOKUP, View.SUMMARY, [])


def test_a_field_that_plans_do_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"primery\n\s+Extra inputs are not permitted"):
        plan(primery={"keywords": ["srv-1"]})


@pytest.mark.parametrize("view", ["impact", "Impact", "IMPACT"])
def test_views_are_known_in_any_case(view: str) -> None:
    assert plan(view=view).view is View.IMPACT


def test_an_unknown_view_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValidationError, match="'SUMMARY', 'COMPOSITION'"):
        plan(view="sideways")


@pytest.mark.parametrize(
    ("alias", "scope"),
    [
        ("s1", "ci"),
        ("graph", "ci"),
        ("event", "event_log"),
        ("work", "work_history"),
        ("maintenance", "maintenance_history"),
        ("metric_value", "metric"),
        ("event_log", "event_log"),
    ],
)
def test_scopes_of_aggregates_have_other_names(alias: str, scope: str) -> None:
    assert plan(aggregate={"scope": alias}).aggregate.scope == scope


@pytest.mark.parametrize("step_id", ["one", "a-b_2", "A"])
def test_steps_are_named_by_words(step_id: str) -> None:
    assert PlanStep.model_validate(step(step_id)).step_id == step_id


@pytest.mark.parametrize("step_id", ["", "1st", "a:b", "a b", "{a}"])
def test_other_step_names_are_refused(step_id: str) -> None:
    with pytest.raises(ValidationError, match="step_id"):
        PlanStep.model_validate(step(step_id))


@pytest.mark.parametrize(
    ("budget", "field"),
    [
        ({"max_steps": 0}, "max_steps"),
        ({"max_steps": 101}, "max_steps"),
        ({"max_depth": 11}, "max_depth"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": 3601}, "timeout_seconds"),
    ],
)
def test_a_budget_has_limits(budget: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=f"budget.{field}"):
        plan(budget=budget)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("direct", {"direct_answer": DIRECT}),
        ("plan", {"plan": {}}),
        ("reject", {"reject_payload": REJECT}),
    ],
)
def test_an_output_has_what_its_kind_names(kind: str, payload: dict[str, Any]) -> None:
    assert PlanOutput.model_validate({"kind": kind, **payload}).kind == kind


NEEDS = {"direct": "direct_answer", "plan": "plan", "reject": "reject_payload"}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("direct", {}),
        ("direct", {"plan": {}}),
        ("plan", {}),
        ("plan", {"plan": {}, "direct_answer": DIRECT}),
        ("reject", {"reject_payload": REJECT, "plan": {}}),
        ("reject", {"direct_answer": DIRECT}),
    ],
)
def test_an_output_has_nothing_else(kind: str, payload: dict[str, Any]) -> None:
    message = f"kind {kind} needs {NEEDS[kind]} and no other payload"
    with pytest.raises(ValidationError, match=message):
        PlanOutput.model_validate({"kind": kind, **payload})


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_confidence_is_from_0_to_1(confidence: float) -> None:
    with pytest.raises(ValidationError, match="confidence"):
        PlanOutput.model_validate(
            {"kind": "direct", "direct_answer": DIRECT, "confidence": confidence}
        )


def test_a_plan_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Plan().intent = Intent.PATH  # type: ignore[misc]  # the claim of the test
