"""What a plan leaves to its default is shown where another plan says it."""

import pytest

from domain.json import JsonMap
from domain.replay.compare.json_difference import differing_pointers
from domain.replay.compare.plan_values import changes_of_plans


def said(before: JsonMap, after: JsonMap) -> list[str]:
    return [
        str(each) for each in changes_of_plans(before, after, differing_pointers(before, after))
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"history": {"limit": 20}}, ["history.limit 50 -> 20"]),
        ({"history": {"enabled": True}}, {"history": {"limit": 20}}, None),
        ({"list": {"limit": 20}}, {"list": {}}, ["list.limit 20 -> 50"]),
        ({}, {"graph": {"limits": {"max_nodes": 7}}}, ["graph.limits.max_nodes 200 -> 7"]),
        ({}, {"history": {"limit": 50}}, ['history (none) -> {"limit": 50}']),
        ({"metric": {}}, {"metric": {"agg": "max"}}, ['metric.agg (none) -> "max"']),
    ],
    ids=["all", "parts", "gone", "deeper", "the default", "no plan"],
)
def test_a_default_stands_where_only_one_plan_says_it(
    before: JsonMap, after: JsonMap, told: list[str] | None
) -> None:
    expected = told or ["history.limit 50 -> 20", "history.enabled true -> false"]
    assert sorted(said({"plan": before}, {"plan": after})) == sorted(expected)


def test_a_plan_as_it_was_produced_is_shown_so_too() -> None:
    made: JsonMap = {"kind": "plan", "plan": {"steps": [_step()]}}
    now: JsonMap = {"kind": "plan", "plan": {"steps": [_step(history={"limit": 20})]}}
    assert said({"plan_output": made}, {"plan_output": now}) == ["steps[0].history.limit 50 -> 20"]


def _step(**parts: JsonMap) -> JsonMap:
    return {"step_id": "one", "name": "one", "intent": "LOOKUP", **parts}
