"""Patches of plans and of the calls that they stand for."""

import pytest
from pydantic import JsonValue, ValidationError

from domain.plan.calls import planned_calls
from domain.plan.patch import WrongPatch, merged, patched_calls, patched_plan
from domain.plan.plan import Plan, PlanOutput

PLAN = PlanOutput.model_validate(
    {
        "kind": "plan",
        "plan": {
            "primary": {"keywords": ["srv-1"], "limit": 5},
            "metric": {"metric_name": "cpu"},
        },
    }
)


def patched(path: str, value: JsonValue) -> Plan:
    plan = patched_plan(PLAN, {path: value}).plan
    assert plan is not None
    return plan


def test_a_path_leads_to_a_value() -> None:
    assert (
        patched("metric.agg", "max").metric
        == Plan.model_validate({"metric": {"metric_name": "cpu", "agg": "max"}}).metric
    )


def test_a_path_may_lead_into_a_list() -> None:
    assert patched("primary.keywords.0", "srv-2").primary.keywords == ["srv-2"]


def test_a_path_may_lead_to_what_the_plan_does_not_say_yet() -> None:
    assert patched("graph.depth", 2).graph.depth == 2


def test_an_object_is_merged_into_what_is_there() -> None:
    primary = patched("primary", {"limit": 7}).primary
    assert (primary.keywords, primary.limit) == (["srv-1"], 7)


def test_null_brings_the_default_back() -> None:
    assert patched("primary.limit", None).primary.limit == Plan().primary.limit


def test_the_plan_that_is_patched_stays_as_it_was() -> None:
    before = PLAN.model_dump()
    patched("primary.keywords.0", "srv-2")
    assert PLAN.model_dump() == before


def test_without_a_patch_a_plan_is_the_same() -> None:
    assert patched_plan(PLAN, {}) is PLAN


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("metric.metric_name.of", "'of' would be inside 'cpu', which has no parts"),
        ("primary.keywords.1", "'1' is no place in the list; places: 0 to 0"),
        ("primary.keywords.x", "'x' is no place in the list; places: 0 to 0"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, why: str) -> None:
    with pytest.raises(WrongPatch) as caught:
        patched(path, 1)
    assert str(caught.value) == f"patch {path!r}: {why}"


def test_a_patched_plan_must_still_be_one() -> None:
    with pytest.raises(ValidationError, match="colour"):
        patched("graph.colour", "red")


def test_a_direct_answer_has_no_plan_to_patch() -> None:
    direct = PlanOutput.model_validate({"kind": "direct", "direct_answer": {"answer": "Hello."}})
    with pytest.raises(WrongPatch, match="there is no plan to change"):
        patched_plan(direct, {"graph.depth": 1})


def test_a_patched_parameter_is_not_filled_from_earlier_results() -> None:
    assert PLAN.plan is not None
    calls = planned_calls(PLAN.plan)
    (metric,) = [
        call
        for call in patched_calls(calls, {"metric": {"ci_id": "c9"}})
        if call.call_id == "metric"
    ]
    assert (metric.params["ci_id"], "ci_id" in metric.output_mapping) == ("c9", False)


def test_calls_without_a_patch_are_the_same() -> None:
    assert PLAN.plan is not None
    calls = planned_calls(PLAN.plan)
    assert patched_calls(calls, {}) == calls


@pytest.mark.parametrize(
    ("value", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "foo"}, None, None),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_objects_merge_as_rfc_7396_says(
    value: JsonValue, patch: JsonValue, result: JsonValue
) -> None:
    assert merged(value, patch) == result
