import pytest

from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller, Json


def records(data: Json) -> list[str]:
    return [row["record"] for row in data["rows"]]


def test_changes_are_those_of_an_item_and_of_what_is_next_to_it(call: Caller) -> None:
    data = call.data("causes.changes", items=["srv-01"])
    assert records(data) == [
        "event_log:ev-2",
        "maintenance_history:m-1",
        "work_history:w-1",
    ]
    assert {row["distance"] for row in data["rows"]} == {0}


def test_the_nearer_in_the_graph_is_first(call: Caller) -> None:
    data = call.data("causes.changes", items=["sys-shop"], time_range="last_7d")
    assert records(data)[:2] == ["event_log:ev-2", "event_log:ev-3"]
    assert [row["distance"] for row in data["rows"]] == [1] * 5


def test_without_items_all_changes_count(call: Caller) -> None:
    data = call.data("causes.changes", time_range="last_7d")
    assert (data["total"], data["item_count"]) == (5, None)


def test_each_change_cites_its_record(call: Caller) -> None:
    found = call("causes.changes", items=["srv-01"])
    assert [each["id"] for each in found.references] == records(found.data)


def test_what_is_not_shown_is_told(call: Caller) -> None:
    found = call("causes.changes", time_range="last_7d", limit=2, depth=9)
    assert len(found.data["rows"]) == 2
    assert any(each.startswith("depth") for each in found.warnings)
    assert found.warnings[-1] == "2 of 5 changes shown"


@pytest.mark.parametrize("operation", ["changes", "why"])
def test_an_unknown_item_is_not_found(call: Caller, operation: str) -> None:
    found = call(f"causes.{operation}", items=["srv-99"])
    assert found.error_code is ToolErrorCode.DATA_NOT_FOUND


def test_an_item_of_another_tenant_is_not_found(other_tenant: Caller) -> None:
    found = other_tenant("causes.why", items=["srv-01"])
    assert found.error_code is ToolErrorCode.DATA_NOT_FOUND


@pytest.mark.parametrize("time_range", ["2025-01..2025-03", "2030-01-01", "0001-01-01", "someday"])
def test_a_time_without_an_answer_is_refused(call: Caller, time_range: str) -> None:
    found = call("causes.why", items=["srv-01"], time_range=time_range)
    assert found.error_code is ToolErrorCode.INVALID_PARAMS
    assert time_range in found.error


def test_why_is_of_items(call: Caller) -> None:
    assert call("causes.why", items=[]).error_code is ToolErrorCode.INVALID_PARAMS


def test_an_alarm_is_evidence_with_its_record(call: Caller) -> None:
    found = call("causes.why", items=["srv-01"], time_range="last_2h")
    (row,) = found.data["rows"]
    assert (row["ci_code"], row["series"]) == ("srv-01", [])
    assert row["alarms"]["records"] == ["event_log:ev-1"]
    assert [each["record"] for each in row["changes"]] == ["event_log:ev-2"]
    assert {"event_log:ev-1", "event_log:ev-2"} <= {each["id"] for each in found.references}


def test_without_anything_unusual_nobody_is_named(call: Caller) -> None:
    data = call.data("causes.why", items=["app-pay"], time_range="2025-12-10")
    assert (data["rows"], data["total"]) == ([], 0)
