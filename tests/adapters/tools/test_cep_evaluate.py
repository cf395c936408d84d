"""Rules over what the estate has stored, and rules that are given as content."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.estate.records import CepRule
from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller, Json
from tests.estate_fixture import EVENT_LOG, SMALL_ESTATE, hours_ago, small_estate

HIGH: Json = {"metric_name": "cpu_usage", "op": ">", "threshold": 73.5}
HOURLY = {"size_seconds": 3600}


def rule(trigger_type: str = "metric", **spec: Json) -> Json:
    return {"trigger_type": trigger_type, "trigger_spec": spec}


def test_the_windows_are_told_in_which_a_rule_would_have_fired(call: Caller) -> None:
    data = call.data("cep.evaluate", rule=rule(**HIGH, window=HOURLY), items=["srv-01"])
    # srv-01 had 50 and one more for each hour that has gone by.
    assert [row["start"] for row in data["rows"]] == [hours_ago(24).isoformat()]
    assert data["rows"][0]["value"] == 74
    assert data["fired_count"] == 1
    assert (data["first_fired_at"], data["last_fired_at"]) == (
        hours_ago(24).isoformat(),
        hours_ago(23).isoformat(),
    )


def test_without_items_all_that_have_the_metric_are_looked_at(call: Caller) -> None:
    data = call.data("cep.evaluate", rule=rule(**HIGH, window=HOURLY), time_range="last_24h")
    assert {row["group"] for row in data["rows"]} == {"srv-01", "srv-02"}
    assert (data["window_count"], data["group_count"]) == (24 * 3, 3)


def test_items_are_named_by_id_or_code(call: Caller) -> None:
    data = call.data("cep.evaluate", rule=rule(**HIGH), items=["SRV-01", "id-app-web"])
    assert data["group_count"] == 2


def test_the_evidence_is_that_of_a_simulation_of_the_same_maps(call: Caller) -> None:
    row = call.data("cep.evaluate", rule_id="r-cpu")["rows"][0]
    maps = {"metric": {"value": row["value"]}, "ci": {"status": "active"}}
    simulated = call.data("cep.simulate", rule_id="r-cpu", test_payload=maps)
    assert simulated["evidence"] == row["evidence"]


def test_a_condition_on_metric_and_history_reads_both(call: Caller) -> None:
    both = rule("event", metric_name="cpu_usage", agg="max")
    both["condition"] = "metric.value > 50.0 && history.count > 1"
    (row,) = call.data("cep.evaluate", rule=both)["rows"]
    assert row["group"] == "srv-01"
    assert [each["event_type"] for each in row["records"]] == ["threshold_alarm", "deployment"]


def test_work_is_grouped_and_measured_by_its_fields(call: Caller) -> None:
    spec = {"type": "sum", "field": "duration_min", "group_by": "work_type"}
    tried = rule("event", source="work_history", aggregation=spec, op=">", threshold=80)
    rows = call.data("cep.evaluate", rule=tried)["rows"]
    assert [(row["group"], row["value"]) for row in rows] == [("upgrade", 90)]


def test_a_schedule_is_evaluated_when_it_is_due(call: Caller) -> None:
    nightly = {**rule("schedule", cron="0 2 * * *"), "condition": "ci.status != 'active'"}
    rows = call.data("cep.evaluate", rule=nightly, time_range="last_2d", items=["srv-02"])["rows"]
    assert [row["end"] for row in rows] == [hours_ago(34).isoformat(), hours_ago(10).isoformat()]


def test_the_windows_of_an_item_without_records_say_why_nothing_came_of_them(call: Caller) -> None:
    result = call("cep.evaluate", rule=rule(**HIGH), time_range="last_24h", items=["lone-01"])
    why = "metric.value is nothing, which > cannot compare with 73.5"
    assert result.warnings == [f"2 windows not evaluated: {why}"]
    assert result.data["condition_evaluated"] is False


def test_secrets_are_no_evidence(call: Caller) -> None:
    tried = {**rule("event", source="event_log"), "condition": "ci.tags.api_key != ''"}
    row = call.data("cep.evaluate", rule=tried, items=["app-web"])["rows"][0]
    assert row["evidence"]["variables"][0]["value"] == "***"


def test_records_lose_their_secrets_and_unknown_names_of_a_trigger_are_told(
    tmp_path: Path,
) -> None:
    spec: Json = {"source": "event_log", "time_range": "last_24h", "colour": "red"}
    odd = CepRule(rule_id="odd", rule_name="Odd", trigger_type="event", trigger_spec=spec)
    entry = EVENT_LOG[0].model_copy(update={"attributes": {"token": "t-1"}})
    dataset = replace(SMALL_ESTATE, event_log=(entry,), cep_rules=(odd,))
    with small_estate(tmp_path, dataset=dataset) as estate:
        result = Caller(estate)("cep.evaluate", rule_id="odd")
    assert result.data["rows"][0]["records"][0]["attributes"] == {"token": "***"}
    assert result.warnings == ["trigger_spec.colour says nothing to a rule"]


def test_more_than_the_limit_is_counted_and_not_shown(call: Caller) -> None:
    tried = rule(metric_name="cpu_usage", op=">", threshold=0, window=HOURLY)
    data = call.data("cep.evaluate", rule=tried, limit=2)
    assert (len(data["rows"]), data["fired_count"]) == (2, 72)


def test_only_the_newest_are_read_where_there_are_too_many_and_that_is_told(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.tools.cep_history._MOST_POINTS", 30)
    tried = rule(metric_name="cpu_usage", op=">", threshold=0, window=HOURLY)
    result = call("cep.evaluate", rule=tried)
    # 30 of 72 are read: three an hour for ten hours.
    assert result.warnings == [
        "metric: only the newest 30 records are read: no window that begins before"
        " 2025-12-31T01:00:00.000001+00:00 is looked at"
    ]
    assert result.data["window_count"] == 30


@pytest.mark.parametrize(
    ("params", "code", "said"),
    [
        (
            {"rule_id": "r-none"},
            ToolErrorCode.DATA_NOT_FOUND,
            "there is no rule 'r-none'; known: r-",
        ),
        ({}, ToolErrorCode.INVALID_PARAMS, "give a rule_id, or a rule"),
        ({"rule_id": "r-cpu", "rule": rule()}, ToolErrorCode.INVALID_PARAMS, "give a rule_id, or"),
        ({"rule": rule(**HIGH), "items": ["srv-99"]}, ToolErrorCode.DATA_NOT_FOUND, "'srv-99'"),
        ({"rule": rule(metric_name="x")}, ToolErrorCode.DATA_NOT_FOUND, "there is no metric 'x'"),
        ({"rule_id": "r-number"}, ToolErrorCode.INVALID_PARAMS, "metric_name: the rule reads"),
        (
            {"rule": rule(**HIGH), "time_range": "all_time"},
            ToolErrorCode.INVALID_PARAMS,
            "366 days",
        ),
        ({"rule": rule(time_range="x")}, ToolErrorCode.INVALID_PARAMS, "time_range 'x'"),
        ({"rule": rule(colour=1)}, ToolErrorCode.INVALID_PARAMS, "no rule: trigger_spec.colour"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_by_name(
    call: Caller, params: Json, code: ToolErrorCode, said: str
) -> None:
    result = call("cep.evaluate", **params)
    assert result.error_code is code
    assert said in result.error


def test_a_rule_of_very_deep_conditions_is_refused(call: Caller) -> None:
    where: Json = {"field": "value", "op": ">", "value": 1}
    for _ in range(10_000):
        where = {"not": where}
    error = call("cep.evaluate", rule=rule(**HIGH, where=where)).error
    assert error.endswith("trigger_spec.where: at most 100 conditions, nested 8 deep, are taken")


def test_rules_of_other_tenants_are_unknown(other_tenant: Caller) -> None:
    assert other_tenant("cep.evaluate", rule_id="r-cpu").error.endswith("known: none")


def test_an_inactive_rule_is_evaluated_with_a_warning(call: Caller) -> None:
    assert call("cep.evaluate", rule_id="r-burst").warnings == ["rule r-burst is not active"]


def test_a_rule_that_is_given_is_simulated_too(call: Caller) -> None:
    high = rule(**HIGH, when={"field": "ci.status", "op": "==", "value": "active"})
    maps = {"metric": {"value": 80}, "ci": {"status": "active"}}
    data = call.data("cep.simulate", rule=high, test_payload=maps)
    assert (data["triggered"], data["evidence"]["extracted_value"]) == (True, 80)
    assert data["condition"] == "metric.value > 73.5 and ci.status == 'active'"


def test_a_simulation_looks_a_figure_up_as_the_aggregation_says(call: Caller) -> None:
    spec = {"type": "percentile", "percentile_value": 50}
    tried = rule(**HIGH, aggregation=spec)
    item = {"ci_id": "id-srv-01", "ci_code": "srv-01"}
    data = call.data("cep.simulate", rule=tried, ci_context=item)
    assert data["evidence"]["extracted_value"] == 62.5
    assert data["test_payload_meta"]["sources"]["metric"] == "estate"


def test_a_simulated_anomaly_takes_its_baseline_from_the_payload(call: Caller) -> None:
    tried = rule("anomaly", metric_name="cpu_usage", anomaly={})
    maps = {"metric": {"value": 9, "baseline": [1, 2, 3, 2, 1]}}
    data = call.data("cep.simulate", rule=tried, test_payload=maps)
    assert data["triggered"] is True
    assert data["evidence"]["anomaly"]["method"] == "zscore"
