"""No walk goes further than the budget of its plan allows, however its depth is given."""

from typing import Any

import pytest

from domain.assets.applied import AppliedAsset
from domain.plan.plan import Plan
from domain.stages.faults import StageFault
from domain.stages.validation import validate_plan
from tests.domain.stages.validating import LOOKUP, problems, registry, validated
from tests.fakes import NOON

Json = dict[str, Any]
BUDGET = {"max_depth": 2}
SAID = "budget.max_depth allows 2 relations, this may be more"
ENDS: Json = {
    "expand": {"ci_id": "a", "view": "IMPACT"},
    "path": {"source_id": "a", "target_id": "b"},
}


def own(operation: str, mapping: Json, params: Json) -> Json:
    given = {name: each for name, each in {**ENDS[operation], **params}.items() if each}
    call = {"call_id": "w", "tool": "graph", "operation": operation, "params": given}
    return {"budget": BUDGET, "primary": LOOKUP, "calls": [{**call, "output_mapping": mapping}]}


@pytest.mark.parametrize("depth", [4, "4", 4.0], ids=repr)
@pytest.mark.parametrize(("operation", "name"), [("expand", "depth"), ("path", "hops")])
def test_a_depth_counts_as_the_tool_reads_it(
    operation: str, name: str, depth: float | str
) -> None:
    done = validated(**own(operation, {}, {name: depth}))
    assert done.calls[-1].params[name] == 2
    assert [each.rule for each in done.decisions] == ["max_depth"]


@pytest.mark.parametrize(
    ("mapping", "params", "field"),
    [
        ({"depth": "{primary.rows.length}"}, {}, "w.depth"),
        ({"view": "{primary.rows[0].view}"}, {"view": None}, "w.view"),
    ],
)
def test_a_depth_that_is_not_known_beforehand_is_refused_where_it_may_be_more(
    mapping: Json, params: Json, field: str
) -> None:
    plan = own("expand", mapping, params)
    assert problems(**plan) == [{"field": field, "message": SAID}]
    assert validated(**{**plan, "budget": {"max_depth": 6}}).decisions == ()


def test_a_depth_of_a_part_that_is_mapped_or_patched_is_refused_too() -> None:
    plan: Json = {"budget": BUDGET, "primary": LOOKUP, "graph": {"view": "IMPACT", "depth": 2}}
    fed = {"tool_id": "graph", "output_mapping": {"depth": "{primary.rows.length}"}}
    assert problems(**plan, tool_dependencies=[fed]) == [{"field": "graph.depth", "message": SAID}]
    known = Plan.model_validate(plan)
    with pytest.raises(StageFault, match=f"graph.depth: {SAID}"):
        validate_plan(known, tools=registry(), now=NOON, params={"graph": {"depth": 5}})


def test_runs_of_earlier_editions_walk_as_they_did() -> None:
    plan = Plan.model_validate(own("expand", {}, {"depth": "4"}))
    done = validate_plan(plan, tools=registry(), now=NOON, edition=2)
    assert (done.calls[-1].params["depth"], done.decisions) == ("4", ())


OWN: Json = {"rel_types": ["DEPENDS_ON"], "direction": "out", "default_depth": 4, "max_depth": 8}
PUBLISHED = AppliedAsset("view:IMPACT", 1, "d", OWN)


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"graph": {"view": "IMPACT"}}, "graph.depth"),
        ({"mode": "auto", "auto": {"views": ["IMPACT"]}}, "auto.depth_hint"),
        ({"calls": [{"call_id": "w", "tool": "graph", "operation": "expand",
                     "params": {"ci_id": "a", "view": "IMPACT"}}]}, "calls.0.params.depth"),
    ],
)  # fmt: skip
def test_the_usual_depth_is_that_of_a_published_view(plan: Json, field: str) -> None:
    asked = Plan.model_validate({"budget": BUDGET, "primary": {"keywords": ["srv"]}, **plan})
    assets = {PUBLISHED.key: PUBLISHED}
    done = validate_plan(asked, tools=None, now=NOON, assets=assets)
    limited = [(each.field, each.effective) for each in done.decisions if each.rule == "max_depth"]
    assert limited == [(field, 2)]


def test_a_depth_that_another_call_gives_is_refused_where_the_published_view_reaches_further() -> (
    None
):
    mapping = {"depth": "{primary.rows.length}"}
    asked = Plan.model_validate({**own("expand", mapping, {}), "budget": {"max_depth": 6}})
    assert validate_plan(asked, tools=None, now=NOON).decisions == ()
    with pytest.raises(StageFault, match=r"w.depth: budget.max_depth allows 6 relations"):
        validate_plan(asked, tools=None, now=NOON, assets={PUBLISHED.key: PUBLISHED})


def test_a_walk_that_is_none_is_refused_by_name() -> None:
    plan = own("expand", {}, {"walk": {"name": "mine"}})
    assert [each["field"] for each in problems(**plan)] == ["w.walk"]
