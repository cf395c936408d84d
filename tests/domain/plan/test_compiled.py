from domain.plan.calls import planned_calls
from domain.plan.compiled import plan_of
from domain.query.model import Query


def calls(*asks: object) -> list[tuple[str, str]]:
    plan = plan_of(Query.model_validate({"asks": [*asks]}))
    return [(each.tool, each.operation) for each in planned_calls(plan)]


ONE = {"kind": "item", "where": [{"field": "ci_code", "value": "srv-01"}], "time": None}
OTHER = {"kind": "item", "where": [{"field": "ci_code", "value": "db-01"}]}


def test_what_sets_answer_is_one_call() -> None:
    assert calls({"want": {"do": "count"}, "of": [ONE]}) == [("query", "select")]


def test_needs_and_impact_walk_the_graph_from_the_named_item() -> None:
    assert calls({"want": {"do": "needs"}, "of": [ONE]}) == [
        ("ci", "resolve"),
        ("graph", "expand"),
    ]


def test_a_path_is_sought_between_two_named_items() -> None:
    found = calls({"want": {"do": "path", "to": OTHER}, "of": [ONE]})
    assert found[-1] == ("graph", "path")


def test_what_changed_is_asked_of_the_named_items_and_their_time() -> None:
    asked = {"want": {"do": "changes"}, "of": [{**ONE, "time": "last_24h"}]}
    plan = plan_of(Query.model_validate({"asks": [asked]}))
    (call,) = plan.calls
    assert (call.tool, call.operation) == ("causes", "changes")
    assert call.params == {"items": ["srv-01"], "time_range": "last_24h"}


def test_the_plan_holds_the_query() -> None:
    asked = {"want": {"do": "count"}, "of": [OTHER]}
    assert plan_of(Query.model_validate({"asks": [asked]})).query == {"asks": [asked]}
