"""What calls take from each other: inferred inside a plan or step, explicit between steps."""

from typing import Any

import pytest

from domain.plan.mapping import MappingError, UnknownCall
from tests.domain.plan.planning import CPU, FILTER, LOOKUP, SEARCH, calls, step

EVERYTHING = {
    "primary": LOOKUP,
    "metric": CPU,
    "history": {"enabled": True},
    "graph": {"view": "IMPACT"},
    "aggregate": {"group_by": ["status"]},
    "cep": {"rule_id": "r1"},
}


def test_everything_about_an_item_waits_for_the_item() -> None:
    found = calls(**EVERYTHING)
    assert {name: call.depends_on for name, call in found.items()} == {
        "primary": (),
        "aggregate": ("primary",),
        "graph": ("primary",),
        "metric": ("primary",),
        "history": ("primary",),
        "cep": ("primary", "metric", "history"),
    }


def test_several_items_flow_as_a_list() -> None:
    found = calls(primary=SEARCH, metric=CPU, history={"enabled": True})
    flows = [found[name].output_mapping for name in ("metric", "history")]
    assert flows == [{"ci_ids": "{primary.rows[*].ci_id}"}] * 2


def test_a_metric_of_items_does_not_repeat_their_filters() -> None:
    found = calls(primary={**SEARCH, "filters": [FILTER]}, metric=CPU)
    assert "filters" not in found["metric"].params


def test_without_an_item_the_listed_ones_flow() -> None:
    found = calls(list={"enabled": True}, metric=CPU)
    assert found["metric"].output_mapping == {"ci_ids": "{list.rows[*].ci_id}"}


def test_metric_and_history_can_be_those_of_the_graph() -> None:
    scoped = {"scope": "graph"}
    found = calls(
        primary=LOOKUP,
        graph={"view": "IMPACT"},
        metric={**CPU, **scoped},
        history={"enabled": True, **scoped},
    )
    assert [found[name].output_mapping for name in ("metric", "history")] == [
        {"ci_ids": "{graph.ids}"}
    ] * 2


def test_history_of_the_whole_estate_waits_for_nothing() -> None:
    found = calls(primary=LOOKUP, history={"enabled": True, "scope": "all"})
    assert (found["history"].depends_on, found["history"].output_mapping) == ((), {})


def test_documents_are_searched_for_themselves() -> None:
    found = calls(primary=LOOKUP, aggregate={"scope": "document", "group_by": ["kind"]})
    assert found["aggregate"].depends_on == ()


def test_a_rule_sees_item_metric_and_history() -> None:
    assert calls(**EVERYTHING)["cep"].output_mapping == {
        "ci_context": "{primary.rows[0]}",
        "metric_context": "{metric}",
        "history_context": "{history}",
    }


def test_a_path_with_one_known_end_waits_for_that() -> None:
    assert calls(intent="PATH", primary=LOOKUP)["graph"].output_mapping == {
        "source_id": "{primary.rows[0].ci_id}"
    }


def test_a_ranking_can_be_of_given_items() -> None:
    found = calls(primary=SEARCH, aggregate={"scope": "metric"}, metric=CPU)
    assert found["aggregate"].output_mapping == {"ci_ids": "{primary.rows[*].ci_id}"}


def test_steps_have_calls_of_their_own() -> None:
    found = calls(steps=[step("one", primary=LOOKUP, metric=CPU), step("two", primary=SEARCH)])
    assert {name: call.depends_on for name, call in found.items()} == {
        "one:primary": (),
        "one:metric": ("one:primary",),
        "two:primary": (),
    }


def test_the_parts_beside_steps_are_not_called() -> None:
    assert list(calls(primary=LOOKUP, steps=[step("one", primary=LOOKUP)])) == ["one:primary"]


def test_data_flow_between_steps_when_told() -> None:
    worst = {"scope": "metric", "top_n": 1}
    dependency = {
        "tool_id": "why:history",
        "output_mapping": {"ci_ids": "{worst:aggregate.rows[*][0]}"},
    }
    found = calls(
        steps=[
            step("worst", aggregate=worst, metric=CPU),
            step("why", history={"enabled": True}),
        ],
        tool_dependencies=[dependency],
    )
    assert (found["why:history"].depends_on, found["why:history"].output_mapping) == (
        ("worst:aggregate",),
        {"ci_ids": "{worst:aggregate.rows[*][0]}"},
    )


def test_what_is_told_wins_over_what_is_inferred() -> None:
    dependency = {"tool_id": "metric", "output_mapping": {"ci_ids": "{secondary.rows[*].ci_id}"}}
    found = calls(primary=LOOKUP, secondary=SEARCH, metric=CPU, tool_dependencies=[dependency])
    assert (found["metric"].output_mapping, found["metric"].depends_on) == (
        {"ci_ids": "{secondary.rows[*].ci_id}"},
        ("secondary",),
    )


def test_what_is_told_of_one_parameter_leaves_the_others() -> None:
    dependency = {"tool_id": "cep", "output_mapping": {"metric_context": "{history}"}}
    mapping = calls(**EVERYTHING, tool_dependencies=[dependency])["cep"].output_mapping
    assert mapping == {
        "ci_context": "{primary.rows[0]}",
        "metric_context": "{history}",
        "history_context": "{history}",
    }


def test_a_call_can_wait_without_taking_anything() -> None:
    dependency = {"tool_id": "history", "depends_on": ["metric"]}
    found = calls(
        primary=LOOKUP, metric=CPU, history={"enabled": True}, tool_dependencies=[dependency]
    )
    assert found["history"].depends_on == ("metric", "primary")


def test_a_literal_in_a_mapping_waits_for_nothing() -> None:
    dependency = {"tool_id": "history", "output_mapping": {"time_range": "last_2d"}}
    found = calls(history={"enabled": True}, tool_dependencies=[dependency])
    assert (found["history"].depends_on, found["history"].output_mapping) == (
        (),
        {"time_range": "last_2d"},
    )


def test_a_dependency_that_is_named_asks_for_its_call() -> None:
    dependency = {"tool_id": "primary", "output_mapping": {"text": "{document.rows[0].title}"}}
    found = calls(document={"query": "x"}, tool_dependencies=[dependency])
    assert list(found) == ["primary", "document"]


def test_a_mapping_from_an_unknown_call_is_refused() -> None:
    dependency = {"tool_id": "metric", "output_mapping": {"ci_ids": "{elsewhere.rows}"}}
    with pytest.raises(UnknownCall, match="'elsewhere', which is no call of the plan"):
        calls(primary=LOOKUP, metric=CPU, tool_dependencies=[dependency])


@pytest.mark.parametrize("part", ["metric", "document"])
def test_a_dependency_of_a_part_that_the_plan_has_not_is_refused(part: str) -> None:
    with pytest.raises(
        MappingError, match=f"{part} is named as a dependency, but the plan has no"
    ):
        calls(primary=LOOKUP, tool_dependencies=[{"tool_id": part}])


FILTERED = {"filters": [FILTER]}


def test_a_ranking_is_of_what_the_primary_filters_and_its_own_choose() -> None:
    own = {**FILTER, "field": "status"}
    (call,) = calls(
        primary=FILTERED, metric=CPU, aggregate={"scope": "metric", "filters": [own]}
    ).values()
    assert (call.params["filters"], call.output_mapping) == ([FILTER, own], {})


def test_groups_beside_a_metric_are_of_what_the_primary_filters_choose() -> None:
    found = calls(primary=FILTERED, metric=CPU, aggregate={"group_by": ["ci_type"]})
    assert [call.params["filters"] for call in found.values()] == [[FILTER], [FILTER]]


@pytest.mark.parametrize(
    ("part", "param"),
    [
        ({"history": {"enabled": True}}, "ci_ids"),
        ({"graph": {"view": "NEIGHBORS"}}, "ci_id"),
        ({"cep": {"rule_id": "r"}}, "ci_context"),
        ({"aggregate": {"scope": "event_log", "group_by": ["severity"]}}, "ci_ids"),
    ],
)
def test_items_that_are_filtered_are_found_for_what_is_about_them(
    part: dict[str, Any], param: str
) -> None:
    found = calls(primary=FILTERED, metric=CPU, **part)
    assert found["metric"] == calls(primary=FILTERED, metric=CPU)["metric"]
    assert found[next(iter(part))].output_mapping[param].startswith("{primary.rows[")


READER = {"call_id": "x", "tool": "ci", "operation": "search"}


@pytest.mark.parametrize(
    "reads",
    [
        {"condition": "primary.rows.length > 0"},
        {"depends_on": ["primary"]},
        {"output_mapping": {"limit": "{primary.total}"}},
    ],
)
def test_items_that_are_filtered_are_found_for_what_reads_them(reads: dict[str, Any]) -> None:
    found = calls(primary=FILTERED, metric=CPU, calls=[{**READER, **reads}])
    assert list(found) == ["primary", "metric", "x"]


def test_history_of_the_whole_estate_needs_no_items() -> None:
    found = calls(primary=FILTERED, metric=CPU, history={"enabled": True, "scope": "all"})
    assert list(found) == ["metric", "history"]


def test_a_call_for_each_item_is_about_that_item_alone() -> None:
    each = {"tool_id": "metric", "output_mapping": {"ci_id": "{list.rows[each].ci_id}"}}
    found = calls(list={"enabled": True}, metric=CPU, tool_dependencies=[each])
    assert found["metric"].output_mapping == each["output_mapping"]
