import pytest

from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller, Json


def test_event_log_entries_come_newest_first_within_the_window(call: Caller) -> None:
    data = call.data("history.event_log", time_range="last_24h")
    assert [row["entry_id"] for row in data["rows"]] == ["ev-1", "ev-2", "ev-3"]
    assert data["total"] == 3


def test_counts_per_type_and_severity_are_of_all_that_match_not_of_those_shown(
    call: Caller,
) -> None:
    result = call("history.event_log", time_range="last_24h", limit=1)
    assert result.data["counts"]["event_log"] == {
        "event_type": [
            {"value": "deployment", "count": 2},
            {"value": "threshold_alarm", "count": 1},
        ],
        "severity": [{"value": 1, "count": 2}, {"value": 5, "count": 1}],
    }
    assert result.warnings == ["1 of 3 records shown"]


def test_history_is_restricted_to_the_items_given(call: Caller) -> None:
    data = call.data("history.event_log", ci_ids=["id-srv-02"], time_range="all_time")
    assert [row["ci_code"] for row in data["rows"]] == ["srv-02"]


def test_history_passes_filters_and_keywords(call: Caller) -> None:
    severe = [{"field": "severity", "op": ">=", "value": 4}]
    data = call.data(
        "history.event_log", filters=severe, keywords=["alarm"], time_range="all_time"
    )
    assert [row["entry_id"] for row in data["rows"]] == ["ev-1"]


def test_items_without_history_have_none(call: Caller) -> None:
    assert call.data("history.event_log", ci_ids=["id-lone-01"])["rows"] == []


@pytest.mark.parametrize(
    ("operation", "time_range", "told"),
    [
        ("event_log", "last_30m", "the newest record before last_30m is of 2025-12-31T11:00:00"),
        ("maintenance", "2001-01", "the oldest record after it is of 2025-12-31T08:00:00"),
        (
            "work_and_maintenance",
            "last_1h",
            "the newest record before last_1h is of 2025-12-31",
        ),
    ],
)
def test_a_span_without_records_tells_of_the_nearest_ones(
    operation: str, time_range: str, told: str, call: Caller
) -> None:
    result = call(f"history.{operation}", ci_ids=["id-srv-01"], time_range=time_range)
    assert [warning[: len(told)] for warning in result.warnings] == [told]


def test_items_that_never_had_records_tell_of_none(call: Caller) -> None:
    assert call("history.event_log", ci_ids=["id-lone-01"]).warnings == []


def test_an_empty_list_of_items_has_no_history(call: Caller) -> None:
    assert call.data("history.event_log", ci_ids=[])["total"] == 0


def test_history_of_an_unknown_item_is_not_found(call: Caller) -> None:
    result = call("history.event_log", ci_ids=["srv-1"])
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert "srv-01" in result.error_details["suggestions"]


def test_work_and_maintenance_are_merged_by_time_under_shared_names(call: Caller) -> None:
    data = call.data("history.work_and_maintenance", time_range="last_7d")
    assert [(row["source"], row["record_id"], row["type"]) for row in data["rows"]] == [
        ("maintenance_history", "m-1", "reboot"),
        ("work_history", "w-1", "upgrade"),
        ("work_history", "w-2", "upgrade"),
    ]
    assert [row["person"] for row in data["rows"]] == ["infra-team", "alice", "bob"]


def test_the_merged_history_is_cut_after_merging_and_its_total_is_of_both(call: Caller) -> None:
    result = call("history.work_and_maintenance", limit=2)
    assert [row["record_id"] for row in result.data["rows"]] == ["m-1", "w-1"]
    assert result.data["total"] == 3
    assert [ref["id"] for ref in result.references] == [
        "maintenance_history:m-1",
        "work_history:w-1",
    ]


@pytest.mark.parametrize(
    ("operation", "ids"), [("work", ["w-1", "w-2"]), ("maintenance", ["m-1"])]
)
def test_work_and_maintenance_can_be_listed_apart(
    call: Caller, operation: str, ids: list[str]
) -> None:
    rows = call.data(f"history.{operation}")["rows"]
    assert [row.get("work_id", row.get("maintenance_id")) for row in rows] == ids


def test_a_limit_out_of_bounds_is_clamped_with_a_warning(call: Caller) -> None:
    assert call("history.work", limit=0).warnings == [
        "limit 0 is not within 1..200: 1 used",
        "1 of 2 records shown",
    ]


def test_shares_and_averages_are_computed_per_group(call: Caller) -> None:
    data = call.data(
        "history.aggregate",
        source="work_history",
        group_by=["work_type"],
        metrics=["share(result=success)", "avg(duration_min)", "count"],
    )
    assert data["columns"][1:] == ["share(result=success)", "avg(duration_min)", "count"]
    assert data["rows"] == [["upgrade", 0.5, 60, 2]]


def test_an_aggregate_without_a_time_range_counts_all(call: Caller) -> None:
    assert call.data("history.aggregate", source="event_log")["total_records"] == 4


def test_an_aggregate_keeps_to_its_window_items_and_filters(call: Caller) -> None:
    data = call.data(
        "history.aggregate",
        source="event_log",
        ci_ids=["id-srv-01", "id-app-web"],
        filters=[{"field": "event_type", "value": "deployment"}],
        time_range="2025-12-31T09:30..2025-12-31",
        group_by=["ci_code"],
    )
    assert data["rows"] == [["srv-01", 1]]
    assert data["window"]["end"] == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("call_name", "params", "told"),
    [
        ("history.event_log", {"time_range": "soon"}, "'soon' is not understood; allowed:"),
        ("history.work", {"filters": [{"field": "severity", "value": 1}]}, "'severity'; allowed:"),
        ("history.aggregate", {"source": "audit"}, "or 'audit_log', got 'audit'"),
        (
            "history.aggregate",
            {"source": "work_history", "metrics": ["avg(result)"]},
            "result cannot be compared with 'avg'; allowed: count",
        ),
    ],
)
def test_what_history_does_not_know_is_refused(
    call: Caller, call_name: str, params: Json, told: str
) -> None:
    result = call(call_name, **params)
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert told in result.error


def test_another_tenant_has_no_history(other_tenant: Caller) -> None:
    assert other_tenant.data("history.event_log", time_range="all_time")["total"] == 0
