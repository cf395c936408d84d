"""What is offered since the second edition: of steps, of what is cut, for names nobody knows."""

from dataclasses import replace

import pytest

from domain.plan.plan import Plan
from domain.response.blocks import PathBlock
from domain.response.compose.composition import compose
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, labels, only, patches
from tests.domain.response.compose.outcomes import call_result
from tests.estate_fixture import NOW

SERVER = {"keywords": ["srv-01"]}


def test_each_step_leads_to_its_own_refinements(invoker: ToolInvoker) -> None:
    item = {"step_id": "a", "name": "The item", "intent": "LOOKUP", "primary": SERVER}
    page = {"enabled": True, "limit": 4}
    some = {"step_id": "b", "name": "Some", "intent": "LIST", "list": page}
    assert patches(answered(invoker, steps=[item, some])) == {
        "The item: What srv-01 needs": {
            "steps.0.intent": "EXPAND",
            "steps.0.graph.view": "DEPENDENCY",
        },
        "The item: What is near srv-01": {
            "steps.0.intent": "EXPAND",
            "steps.0.graph.view": "NEIGHBORS",
        },
        "Some: Next page": {"steps.1.list.offset": 4},
    }


def test_the_steps_of_a_first_edition_are_not_refined() -> None:
    step = {"step_id": "a", "name": "a", "intent": "LOOKUP", "primary": SERVER}
    data = {"rows": [{"ci_code": "srv-01"}], "total": 1}
    found = compose(
        Plan.model_validate({"steps": [step]}), [call_result(call_id="a:primary", data=data)]
    )
    assert labels(found) == ["Trace details"]


def test_metrics_close_to_an_unknown_one_can_be_chosen(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="AGGREGATE", metric={"metric_name": "cpu_use"})
    assert patches(composition) == {
        "cpu_usage instead of cpu_use": {"metric.metric_name": "cpu_usage"}
    }


def test_a_rule_close_to_an_unknown_one_can_be_chosen_in_its_step(invoker: ToolInvoker) -> None:
    step = {"step_id": "a", "name": "a", "intent": "SEARCH", "cep": {"rule_id": "r-cpus"}}
    assert patches(answered(invoker, steps=[step]))["r-cpu instead of r-cpus"] == {
        "steps.0.cep.rule_id": "r-cpu"
    }


def test_more_of_a_ranking_can_be_shown(invoker: ToolInvoker) -> None:
    ranking = {
        "metric": {"metric_name": "cpu_usage"},
        "aggregate": {"scope": "metric", "top_n": 1},
    }
    assert patches(answered(invoker, intent="AGGREGATE", **ranking))["Show 3 of 3 items"] == {
        "aggregate.top_n": 3
    }


def test_more_documents_can_be_shown(invoker: ToolInvoker) -> None:
    document = {"query": "shop", "top_k": 1}
    assert patches(answered(invoker, intent="DOCUMENT", document=document)) == {
        "Show 2 of 2 documents": {"document.top_k": 2}
    }


def test_documents_can_be_found_by_fewer_words(invoker: ToolInvoker) -> None:
    document = {"query": "shop moon"}
    assert patches(answered(invoker, intent="DOCUMENT", document=document)) == {
        "Documents with shop": {"document.query": "shop"},
        "Documents with moon": {"document.query": "moon"},
    }


def test_a_path_that_is_too_long_can_be_followed_further(invoker: ToolInvoker) -> None:
    ends = {"primary": {"keywords": ["app-web"]}, "secondary": {"keywords": ["db-01"]}}
    whole = answered(invoker, intent="PATH", **ends)
    assert patches(whole) == {}
    cut = answered(invoker, intent="PATH", graph={"depth": 1}, **ends)
    hops = only(whole, PathBlock).hop_count
    assert patches(cut)[f"Follow up to {hops} hops"] == {"graph.depth": hops}


def test_what_is_no_part_of_the_plan_is_not_refined() -> None:
    data = {"rows": [{"ci_code": "a"}], "total": 9, "offset": 0, "limit": 1}
    page = call_result("ci.list_preview", call_id="mine", data=data)
    assert labels(compose(Plan(), [page], now=NOW)) == ["Trace details"]
    assert labels(compose(Plan(), [replace(page, call_id="list")], now=NOW)) == [
        "Next page",
        "Trace details",
    ]


def test_beyond_the_last_page_that_page_is_offered(invoker: ToolInvoker) -> None:
    page = {"enabled": True, "limit": 4, "offset": 999}
    offered = patches(answered(invoker, intent="LIST", list=page))
    assert offered == {"Last page": {"list.offset": 8}, "First page": {"list.offset": 0}}
    nothing = {"enabled": True, "offset": 9}
    none = answered(invoker, intent="LIST", primary={"keywords": ["moon"]}, list=nothing)
    assert patches(none) == {}


def test_as_many_groups_as_may_be_shown_lead_to_no_more() -> None:
    data = {"rows": [["a", 1]] * 200, "total_groups": 280, "total_records": 280}
    groups = call_result("history.aggregate", call_id="aggregate", data=data)
    assert not [each for each in labels(compose(Plan(), [groups], now=NOW)) if "Show" in each]


def _own(name: str, **params: object) -> list[dict[str, object]]:
    tool, operation = name.split(".")
    return [{"call_id": "m", "tool": tool, "operation": operation, "params": params}]


@pytest.mark.parametrize(
    ("call", "label", "patch"),
    [
        (_own("history.event_log", limit=2), "Show 4 of 4 records", {"limit": 4}),
        (_own("ci.search", limit=2), "Show 10 of 10 items", {"limit": 10}),
        (_own("ci.list_preview", limit=2, offset=2), "Next page", {"offset": 4}),
        (_own("ci.aggregate", group_by=["ci_subtype"], top_n=2), "Show 6 of 6", {"top_n": 6}),
        (_own("document.search", query="shop", limit=1), "Show 2 of 2", {"limit": 2}),
        (
            _own("metric.aggregate_by_ci", metric_name="cpu_usage", top_n=1),
            "Show 3 of 3",
            {"top_n": 3},
        ),
    ],
    ids=lambda each: str(each)[:60],
)
def test_a_call_that_is_cut_leads_to_the_rest(
    invoker: ToolInvoker, call: object, label: str, patch: dict[str, object]
) -> None:
    offered = patches(answered(invoker, calls=call))
    own = {f"calls.0.params.{name}": value for name, value in patch.items()}
    assert own in [offered[each] for each in offered if each.startswith(f"m: {label}")]
    step = {"step_id": "a", "name": "a", "intent": "LOOKUP", "calls": call}
    offered = patches(answered(invoker, steps=[step]))
    assert {f"steps.0.{path}": value for path, value in own.items()} in offered.values()


def test_a_call_that_shows_everything_leads_to_nothing(invoker: ToolInvoker) -> None:
    assert patches(answered(invoker, calls=_own("ci.search", limit=20))) == {}


def test_a_search_of_more_than_it_shows_leads_to_a_list_with_pages() -> None:
    plan = Plan.model_validate({"primary": {"tool_type": "ci_search", "limit": 50}})
    data = {"rows": [{"ci_code": "a"}] * 50, "total": 278}
    found = compose(plan, [call_result("ci.search", data=data)], now=NOW)
    assert patches(found) == {"All 278 items in pages": {"intent": "LIST", "list.enabled": True}}


def test_the_candidates_of_a_call_can_be_chosen(invoker: ToolInvoker) -> None:
    assert patches(answered(invoker, calls=_own("ci.resolve", text="Twin"))) == {
        f"twin-{each} (m)": {"calls.0.params.text": f"twin-{each}"} for each in "ab"
    }


def test_what_is_close_to_an_unknown_name_in_a_call_can_be_chosen(invoker: ToolInvoker) -> None:
    call = _own("metric.aggregate", metric_name="cpu_use")
    assert patches(answered(invoker, calls=call)) == {
        "cpu_usage (m)": {"calls.0.params.metric_name": "cpu_usage"}
    }


@pytest.mark.parametrize(
    ("plan", "path"),
    [
        ({"intent": "AGGREGATE", "aggregate": {"group_by": ["stat"]}}, "aggregate.group_by.0"),
        (
            {"primary": {"filters": [{"field": "stat", "value": "active"}]}},
            "primary.filters.0.field",
        ),
        ({"calls": _own("ci.aggregate", group_by=["stat"])}, "calls.0.params.group_by.0"),
    ],
)
def test_the_one_field_close_to_an_unknown_one_can_be_chosen(
    invoker: ToolInvoker, plan: dict[str, object], path: str
) -> None:
    assert patches(answered(invoker, **plan)) == {"status instead of stat": {path: "status"}}
    unlike = {"intent": "AGGREGATE", "aggregate": {"group_by": ["zzz"]}}
    assert patches(answered(invoker, **unlike)) == {}
