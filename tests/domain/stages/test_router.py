import logging

import pytest

from domain.plan.intent import PlanOutputKind
from domain.plan.plan import DirectAnswerPayload, Plan, PlanOutput, RejectPayload
from domain.stages.router import ExecutionRouter, Route
from domain.values.arguments import WrongArgument

ROUTER = ExecutionRouter("acme")
DIRECT = PlanOutput(
    kind=PlanOutputKind.DIRECT, direct_answer=DirectAnswerPayload(answer="I am opstrail.")
)
REJECT = PlanOutput(
    kind=PlanOutputKind.REJECT, reject_payload=RejectPayload(reason="secrets", policy="secrets")
)
ITEM = {"keywords": ["srv-01"]}


def plan(**parts: object) -> PlanOutput:
    return PlanOutput(kind=PlanOutputKind.PLAN, plan=Plan.model_validate(parts))


MORE_THAN_A_LOOKUP = [
    plan(primary=ITEM, metric={"metric_name": "cpu"}),
    plan(primary=ITEM, history={"enabled": True}),
    plan(primary=ITEM, graph={"view": "IMPACT"}),
    plan(primary=ITEM, secondary={"keywords": ["srv-02"]}),
    plan(primary=ITEM, document={"query": "erp"}),
    plan(primary=ITEM, cep={"rule_id": "r"}),
    plan(primary=ITEM, aggregate={"metrics": ["count"]}),
    plan(primary=ITEM, list={"enabled": True}),
    plan(primary=ITEM, steps=[{"step_id": "a", "name": "a", "intent": "LOOKUP", "primary": ITEM}]),
    plan(primary=ITEM, tool_dependencies=[{"tool_id": "metric", "depends_on": ["primary"]}]),
    plan(intent="EXPAND", primary=ITEM),
    plan(intent="SEARCH", primary=ITEM),
    plan(),
]


def test_an_answer_of_the_planner_is_direct() -> None:
    assert ROUTER.determine_route(DIRECT) is Route.DIRECT


def test_a_refusal_has_nothing_to_run() -> None:
    assert ROUTER.determine_route(REJECT) is Route.ERROR


def test_without_a_plan_there_is_nothing_to_run() -> None:
    assert ROUTER.determine_route(None) is Route.ERROR


def test_a_plan_about_one_item_is_a_lookup() -> None:
    assert ROUTER.determine_route(plan(primary=ITEM)) is Route.LOOKUP


@pytest.mark.parametrize("output", MORE_THAN_A_LOOKUP, ids=range(len(MORE_THAN_A_LOOKUP)))
def test_a_plan_that_asks_for_more_than_an_item_runs_its_sections(output: PlanOutput) -> None:
    assert ROUTER.determine_route(output) is Route.SECTIONS_LOOP


def test_an_item_that_is_known_already_makes_a_lookup_of_a_plan_that_names_none() -> None:
    assert ROUTER.determine_route(plan(), has_ci_context=True) is Route.LOOKUP


def test_metrics_asked_beside_the_plan_make_more_of_a_lookup() -> None:
    route = ROUTER.determine_route(plan(primary=ITEM), has_metrics=True)
    assert route is Route.SECTIONS_LOOP


def test_mode_auto_runs_the_recipe() -> None:
    assert ROUTER.determine_route(plan(mode="auto", primary=ITEM)) is Route.AUTO_RECIPE


def test_a_plan_with_a_wrong_mapping_is_left_to_validation() -> None:
    dependency = {"tool_id": "metric", "output_mapping": {"ci_id": "{nowhere.x}"}}
    output = plan(metric={"metric_name": "cpu"}, tool_dependencies=[dependency])
    assert ROUTER.analyze_plan_structure(output)["metric_focus"]


@pytest.mark.parametrize("route", [Route.DIRECT, Route.ERROR])
def test_a_route_without_calls_routes_and_presents(route: Route) -> None:
    config = ROUTER.get_route_config(route)
    assert (config["stages"], config["requires_execution"]) == (["route_plan", "present"], False)


@pytest.mark.parametrize(
    ("route", "execution"),
    [
        (Route.LOOKUP, "lookup"),
        (Route.SECTIONS_LOOP, "sections"),
        (Route.AUTO_RECIPE, "recipe"),
    ],
)
def test_a_route_with_calls_runs_all_five_stages(route: Route, execution: str) -> None:
    config = ROUTER.get_route_config(route)
    assert (config["stages"], config["execution_type"]) == (
        ["route_plan", "validate", "execute", "compose", "present"],
        execution,
    )


def test_an_unknown_route_says_so() -> None:
    assert ROUTER.get_route_config("scenic") == {
        "description": "Unknown route",
        "stages": ["route_plan"],
        "requires_execution": False,
    }


def test_changing_a_config_does_not_change_the_next() -> None:
    ROUTER.get_route_config(Route.LOOKUP)["stages"].clear()
    assert len(ROUTER.get_route_config(Route.LOOKUP)["stages"]) == 5


def test_a_lookup_is_about_an_item_only() -> None:
    assert ROUTER.analyze_plan_structure(plan(primary=ITEM)) == {
        "kind": "plan",
        "has_plan": True,
        "has_views": False,
        "has_sections": False,
        "has_auto_spec": False,
        "intent": "LOOKUP",
        "ci_focus": True,
        "metric_focus": False,
        "graph_focus": False,
    }


def test_a_metric_and_a_graph_are_seen_in_a_plan() -> None:
    output = plan(intent="EXPAND", primary=ITEM, metric={"metric_name": "cpu"})
    analysis = ROUTER.analyze_plan_structure(output)
    assert (analysis["metric_focus"], analysis["graph_focus"], analysis["has_views"]) == (
        True,
        True,
        True,
    )


def test_what_the_steps_ask_for_counts() -> None:
    step = {"step_id": "a", "name": "a", "intent": "EXPAND", "primary": ITEM}
    assert ROUTER.analyze_plan_structure(plan(steps=[step]))["graph_focus"]


def test_a_ranking_by_a_metric_is_about_metrics_and_not_about_items() -> None:
    output = plan(metric={"metric_name": "cpu"}, aggregate={"scope": "metric"})
    analysis = ROUTER.analyze_plan_structure(output)
    assert (analysis["metric_focus"], analysis["ci_focus"]) == (True, False)


def test_mode_auto_is_seen() -> None:
    assert ROUTER.analyze_plan_structure(plan(mode="auto"))["has_auto_spec"]


@pytest.mark.parametrize(
    ("output", "kind"), [(DIRECT, "direct"), (REJECT, "reject"), (None, None)]
)
def test_without_a_plan_there_is_no_intent(output: PlanOutput | None, kind: str | None) -> None:
    analysis = ROUTER.analyze_plan_structure(output)
    assert (analysis["kind"], analysis["has_plan"], analysis["intent"]) == (kind, False, None)


@pytest.mark.parametrize(
    ("ci_id", "ci_code", "is_known"),
    [("id-1", None, True), (None, "srv-1", True), (None, None, False), ("", "", False)],
)
def test_an_item_is_known_by_its_id_or_its_code(
    ci_id: str | None, ci_code: str | None, *, is_known: bool
) -> None:
    context = ROUTER.get_routing_context(ci_id, ci_code)
    assert (context["has_ci_context"], context["is_specific_lookup"]) == (is_known, is_known)


@pytest.mark.parametrize(("graph", "metric"), [(True, False), (False, True)])
def test_a_lookup_is_not_specific_when_more_is_asked_about_the_item(
    *, graph: bool, metric: bool
) -> None:
    context = ROUTER.get_routing_context("id-1", None, graph, metric)
    assert (context["has_ci_context"], context["is_specific_lookup"]) == (True, False)


def test_a_choice_of_route_is_logged_for_its_tenant(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tests.router")
    with caplog.at_level(logging.DEBUG, logger="tests.router"):
        ExecutionRouter("acme", logger).determine_route(DIRECT)
    assert caplog.messages == ["route chosen: route=direct tenant_id=acme"]


@pytest.mark.parametrize("odd", [{"kind": "plan"}, "plan", 3], ids=repr)
@pytest.mark.parametrize(
    "method",
    [
        "determine_route",
        "analyze_plan_structure",
        "_should_use_sections_loop",
        "_should_use_auto_recipe",
        "_should_use_lookup",
    ],
)
def test_what_is_no_plan_output_is_refused(method: str, odd: object) -> None:
    with pytest.raises(WrongArgument, match="plan_output must be a PlanOutput or None, not"):
        getattr(ROUTER, method)(odd)


@pytest.mark.parametrize("route", ["", "nowhere", None, 3, [], {}], ids=repr)
def test_what_is_no_route_at_all_is_unknown_too(route: object) -> None:
    assert ROUTER.get_route_config(route) == {
        "description": "Unknown route",
        "stages": ["route_plan"],
        "requires_execution": False,
    }
