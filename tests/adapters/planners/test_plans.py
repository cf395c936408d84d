"""What the plans hold, part by part."""

from domain.estate.queries import FilterSpec
from domain.estate.view_policy import View
from domain.plan.calls import planned_calls
from tests.adapters.planners.asking import plan_of


def test_a_limit_becomes_the_number_of_groups() -> None:
    assert plan_of("Which five servers have the highest CPU usage?").aggregate.top_n == 5


def test_the_lowest_are_ranked_from_below() -> None:
    assert plan_of("Which servers have the lowest memory usage?").aggregate.ascending


def test_a_bound_that_includes_its_value_is_taken_as_it_is() -> None:
    assert plan_of("servers with CPU of 80 % or more").aggregate.at_least == 80


def test_a_bound_that_excludes_its_value_excludes_it() -> None:
    bound = plan_of("servers with CPU over 80 %").aggregate.at_least
    assert bound is not None
    assert 80 < bound < 80.0001


def test_an_upper_bound_is_kept_too() -> None:
    assert plan_of("servers whose memory usage is at most 50 %").aggregate.at_most == 50


def test_the_current_value_of_a_metric_is_its_last() -> None:
    metric = plan_of("current cpu of srv-erp-01").metric
    assert metric is not None
    assert metric.agg == "last"


def test_a_depth_is_kept_as_the_one_that_was_asked_for() -> None:
    graph = plan_of("Impact of srv-erp-01 with depth 9").graph
    assert (graph.view, graph.user_requested_depth) == (View.IMPACT, 9)


def test_two_values_of_one_field_are_alternatives() -> None:
    filters = plan_of("servers in zone-a and in zone-b").primary.filters
    assert FilterSpec(field="location", op="IN", value=["zone-a", "zone-b"]) in filters


def test_a_count_of_several_classes_shows_each() -> None:
    assert plan_of("How many servers and databases are there?").aggregate.group_by == [
        "ci_subtype"
    ]


def test_a_filter_may_name_its_field() -> None:
    filters = plan_of("list servers with attributes.cpu_cores > 16").primary.filters
    assert FilterSpec(field="attributes.cpu_cores", op=">", value="16") in filters


def test_history_of_an_item_is_looked_up_by_that_item() -> None:
    calls = planned_calls(plan_of("events of srv-erp-01 today"))
    assert [(call.operation, call.depends_on) for call in calls] == [
        ("resolve", ()),
        ("event_log", ("primary",)),
    ]


def test_the_latest_event_is_one_record_and_the_latest_events_are_many() -> None:
    assert plan_of("show the latest event").history.limit == 1
    assert plan_of("show the latest events").history.limit == 50


def test_separate_lists_do_not_wait_for_each_other() -> None:
    calls = planned_calls(plan_of("active servers of zones a, b and c separately, and the total"))
    assert [call.depends_on for call in calls] == [(), (), (), ()]


def test_items_of_history_take_their_ids_from_the_groups() -> None:
    calls = planned_calls(plan_of("Which CIs had failed work and what is their state now?"))
    assert calls[1].output_mapping == {"ci_ids": "{found:aggregate.rows[*][0]}"}


def test_a_narrowed_walk_leaves_out_the_item_it_starts_from() -> None:
    kept = plan_of("which servers are affected if srv-erp-01 fails?").steps[1].primary
    assert FilterSpec(field="ci_code", op="!=", value="srv-erp-01") in kept.filters


def test_software_on_a_server_is_what_is_next_to_it() -> None:
    assert plan_of("applications on srv-erp-01").steps[0].graph.view is View.NEIGHBORS


def test_what_an_item_runs_on_is_only_what_it_needs_directly() -> None:
    assert plan_of("which server does app-erp-order-01-1 run on").steps[0].graph.depth == 1


def test_an_ambiguous_name_is_left_to_the_lookup() -> None:
    assert plan_of("path from ERP System to a database").secondary.keywords == ["database"]


def test_documents_are_searched_for_the_words_that_were_said() -> None:
    document = plan_of("Show documents about the backup and restore of SAP").document
    assert document is not None
    assert document.query == "backup restore sap"


def test_a_simulation_may_name_its_metric() -> None:
    plan = plan_of("Simulate rule rule-high-cpu for srv-erp-01 with its memory usage")
    assert plan.metric is not None
    assert plan.metric.metric_name == "memory_usage"


def test_an_unknown_rule_is_passed_on_as_it_is() -> None:
    cep = plan_of("Simulate rule 3f2a9c1e-77 for srv-erp-01").cep
    assert cep is not None
    assert cep.rule_id == "3f2a9c1e-77"
