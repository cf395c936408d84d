"""What is offered since the third edition: for calls of any tool, loops, words in vain."""

from typing import Any

import pytest
from pydantic import JsonValue

from domain.plan.plan import Plan
from domain.response.compose.composition import Remarks, compose
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, labels, patches
from tests.domain.response.compose.outcomes import call_result
from tests.estate_fixture import NOW

Json = dict[str, Any]
WALKED = {"beyond_depth": 3, "meta": {"depth": 1, "max_depth": 3}}
CUT = {"truncated": True, "meta": {"limits": {"max_nodes": 2, "max_edges": 3}}}
FAR = {"reason": "too_far", "hop_count": 4, "meta": {"max_hops": 1}}
NO_POINTS = {"rows": [], "sample_count": 0}


def _own(name: str, **params: JsonValue) -> Json:
    tool, operation = name.split(".")
    return {"call_id": "m", "tool": tool, "operation": operation, "params": params}


def offered(plan: Json, name: str, edition: int = 3, **call: object) -> dict[str, JsonValue]:
    made = call_result(name, **call)
    return patches(compose(Plan.model_validate(plan), [made], now=NOW, edition=edition))


@pytest.mark.parametrize(
    ("name", "facts", "label", "patch"),
    [
        ("graph.expand", WALKED, "Expand to depth 2", {"depth": 2}),
        ("graph.expand", CUT, "Show twice as many", {"limits": {"max_nodes": 4, "max_edges": 6}}),
        ("graph.path", FAR, "Follow up to 4 hops", {"hops": 4}),
        ("metric.series", NO_POINTS, "cpu over the last 7 days", {"time_range": "last_7d"}),
    ],
)
def test_a_call_of_its_own_can_be_made_further(
    name: str, facts: Json, label: str, patch: Json
) -> None:
    own = _own(name, metric_name="cpu", hops=1)
    found = offered({"calls": [own]}, name, call_id="m", data=facts, params=own["params"])
    wanted = {f"calls.0.params.{key}": value for key, value in patch.items()}
    assert found[f"m: {label}"] == wanted
    before = offered({"calls": [own]}, name, 2, call_id="m", data=facts, params=own["params"])
    assert before == {}


def test_a_parameter_that_comes_from_another_call_is_not_offered_otherwise() -> None:
    own = {**_own("graph.expand"), "output_mapping": {"depth": "{primary.rows.length}"}}
    assert offered({"calls": [own]}, "graph.expand", call_id="m", data=WALKED) == {}
    fed = {"tool_id": "list", "output_mapping": {"offset": "{primary.rows.length}"}}
    page = {"rows": [{"ci_code": "a"}], "total": 9, "offset": 0, "limit": 1}
    plan = {"list": {"enabled": True}, "tool_dependencies": [fed]}
    assert offered(plan, "ci.list_preview", call_id="list", data=page) == {}


def test_an_id_that_is_not_known_leads_to_the_items_close_to_it(invoker: ToolInvoker) -> None:
    offer = patches(answered(invoker, calls=[_own("ci.get", ci_id="srv-09")]))
    assert offer
    for label, patch in offer.items():
        assert isinstance(patch, dict)
        again = answered(invoker, **patch)
        assert again.answer.startswith(label.partition(" ")[0])


def test_of_a_loop_only_the_last_repetition_leads_on() -> None:
    step = {"step_id": "a", "name": "A", "intent": "LIST", "list": {"enabled": True}}
    loops = [{"loop_id": "l", "name": "L", "max_iterations": 2, "steps": [step]}]
    plan = Plan.model_validate({"enable_multistep": True, "loops": loops})
    page: Json = {"rows": [{"ci_code": "a"}], "total": 9, "limit": 1}
    turns = [
        call_result("ci.list_preview", call_id=f"a:list@{n}", data={**page, "offset": n})
        for n in (1, 2)
    ]
    path = "loops.0.steps.0.list.offset"
    found = compose(plan, turns, now=NOW)
    assert patches(found)["A: Next page"] == {path: 3}
    assert labels(found).count("A: Next page") == 1


def test_steps_of_one_name_lead_on_each_for_itself() -> None:
    steps = [
        {"step_id": each, "name": "A", "intent": "LIST", "list": {"enabled": True}}
        for each in ("a", "b")
    ]
    plan = Plan.model_validate({"enable_multistep": True, "steps": steps})
    page = {"rows": [{"ci_code": "a"}], "total": 2, "offset": 0, "limit": 1}
    calls = [call_result("ci.list_preview", call_id=f"{e}:list", data=page) for e in ("a", "b")]
    assert labels(compose(plan, calls, now=NOW)) == [*["A: Next page"] * 2, "Trace details"]


def test_one_word_too_many_can_be_left_out(invoker: ToolInvoker) -> None:
    search = {"keywords": ["srv", "moon"], "tool_type": "ci_search"}
    assert patches(answered(invoker, intent="SEARCH", primary=search)) == {
        "Items matching moon": {"primary.keywords": ["moon"]},
        "Items matching srv": {"primary.keywords": ["srv"]},
    }
    own = patches(answered(invoker, calls=[_own("ci.search", keywords=["srv", "moon"])]))
    assert own["m: Items matching srv"] == {"calls.0.params.keywords": ["srv"]}


def test_documents_that_are_not_relevant_enough_can_be_shown(invoker: ToolInvoker) -> None:
    asked = {"query": "shop", "min_relevance": 1.0}
    assert patches(answered(invoker, intent="DOCUMENT", document=asked)) == {
        "Documents of any relevance": {"document.min_relevance": 0}
    }


def test_each_field_close_to_an_unknown_one_can_be_chosen(invoker: ToolInvoker) -> None:
    plan = {"intent": "AGGREGATE", "aggregate": {"group_by": ["ci_categry"]}}
    assert len(patches(answered(invoker, **plan))) >= 1


def test_what_a_view_was_asked_for_twice_is_changed_in_both_places() -> None:
    graph = {"view": "IMPACT", "depth": 1, "user_requested_depth": 1}
    plan = {"intent": "EXPAND", "view": "IMPACT", "graph": graph}
    found = offered(plan, "graph.expand", call_id="graph", data={**WALKED, "view": "IMPACT"})
    assert found["Expand to depth 2"] == {"graph.depth": 2, "graph.user_requested_depth": None}
    assert {"graph.view": "NEIGHBORS", "view": None} in found.values()
    assert offered(plan, "graph.expand", 2, call_id="graph", data=WALKED)["Expand to depth 2"] == {
        "graph.depth": 2
    }


def test_a_block_that_is_to_come_first_is_shown_beside_those_called_for() -> None:
    plan = Plan.model_validate(
        {"primary": {"keywords": ["a"]}, "output": {"blocks": ["text"], "primary": "table"}}
    )
    item = call_result(data={"rows": [{"ci_code": "a", "status": "active"}]})
    wished = Remarks(is_handed_in=True)
    kinds = [each.type for each in compose(plan, [item], wished, now=NOW).blocks]
    before = compose(plan, [item], wished, now=NOW, edition=2).blocks
    assert (kinds, [each.type for each in before]) == (["table", "text"], ["text"])
