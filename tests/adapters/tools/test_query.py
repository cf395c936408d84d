"""`query.select` on a small estate, and what answers say of it."""

import pytest

from domain.response.compose.call_result import CallResult
from domain.response.compose.selections import selection
from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller, Json

SERVERS: Json = {"kind": "item", "where": [{"field": "ci_subtype", "value": "server"}]}
HARDWARE: Json = {"kind": "item", "where": [{"field": "ci_type", "value": "HW"}]}
EVENTS: Json = {"kind": "event", "where": []}
WORK: Json = {"kind": "work", "where": []}
CPU: Json = {"kind": "point", "where": [{"field": "metric", "value": "cpu_usage"}]}
COUNT: Json = {"do": "count"}


def named(*codes: str) -> Json:
    return {"kind": "item", "where": [{"field": "ci_code", "op": "in", "value": list(codes)}]}


def items(*where: Json) -> Json:
    return {"kind": "item", "where": list(where)}


def said(call: Caller, want: Json, *of: Json, **claim: Json) -> str:
    """Return the sentence of the answer."""
    params = {"want": want, "of": list(of), **claim}
    found = call("query.select", **params)
    assert found.success, found.error
    result = CallResult(
        call_id="answer",
        tool="query",
        operation="select",
        params=params,
        status="succeeded",
        data=found.data,
        warnings=found.warnings,
    )
    section = selection(result)
    assert section is not None
    return section.sentence


@pytest.mark.parametrize(
    ("want", "of", "sentence"),
    [
        (COUNT, SERVERS, "2 servers."),
        (
            COUNT,
            items({"field": "ci_type", "value": "VM"}),
            "No configuration items with type VM.",
        ),
        (
            {"do": "count", "distinct": "ci_subtype"},
            HARDWARE,
            "3 different subtype of configuration items with type HW.",
        ),
        ({"do": "list"}, SERVERS, "2 servers: srv-01, srv-02."),
        ({"do": "list", "limit": 1}, SERVERS, "2 servers; shown are 1 to 1."),
        (
            {"do": "list", "limit": 1, "offset": 9},
            SERVERS,
            "2 servers, none of them from number 10 on.",
        ),
        ({"do": "field", "fields": "location"}, named("srv-01"), "srv-01: location zone-a."),
        ({"do": "field", "fields": "location"}, named("srv-02"), "srv-02: no location."),
        ({"do": "exists"}, EVENTS, "Yes: 4 events: srv-01, srv-01, app-web, srv-02."),
        (
            {"do": "exists"},
            items({"field": "ci_type", "value": "VM"}),
            "No: there are no configuration items with type VM.",
        ),
        (
            {"do": "all", "condition": {"field": "status", "value": "active"}},
            SERVERS,
            "No: 1 of 2 servers are not with status active: srv-02.",
        ),
        (
            {"do": "all", "condition": {"field": "status", "value": "active"}},
            named("srv-01"),
            "Yes: 1 of 1 configuration item with code srv-01 are with status active.",
        ),
        (
            {"do": "any", "condition": {"field": "location", "value": "zone-a"}},
            SERVERS,
            "Yes: 1 of 2 servers are in zone-a: srv-01.",
        ),
        (
            {"do": "none", "condition": {"has": EVENTS}},
            SERVERS,
            "No: 2 of 2 servers are with events: srv-01, srv-02.",
        ),
        (
            {"do": "nth", "descending": True},
            EVENTS,
            "2025-12-31 11:00 UTC srv-01 threshold_alarm 5 threshold_alarm on srv-01.",
        ),
        ({"do": "nth", "n": 9}, EVENTS, "There are fewer than 9 events."),
        ({"do": "nth", "by": "created_at"}, SERVERS, "No servers with created at."),
        (
            {"do": "nth", "n": 2, "by": "created_at"},
            SERVERS,
            "There are fewer than 2 servers with created at.",
        ),
        (
            {"do": "top", "n": 1, "by": {"of": EVENTS}},
            SERVERS,
            "The highest number of events of servers: srv-01 (2).",
        ),
        (
            {"do": "top", "n": 1, "by": {"function": "max", "field": "duration_min"}},
            WORK,
            "The highest duration in minutes of work items: 2025-12-29 10:00 UTC app-web (90).",
        ),
        (
            {"do": "top", "n": 1, "group": "event_type"},
            EVENTS,
            "The highest number of events: deployment (2).",
        ),
        (
            {"do": "measure", "measures": [{"function": "avg", "field": "duration_min"}]},
            WORK,
            "2 work items: average duration in minutes 60.",
        ),
        (
            {
                "do": "measure",
                "measures": [{"function": "max", "field": "value"}],
                "group": "ci_code",
            },
            CPU,
            "Highest value of 72 metric points with metric cpu_usage: srv-02 (94 %),"
            " srv-01 (74 %), app-web (34 %).",
        ),
        (
            {"do": "share", "condition": {"field": "result", "value": "failed"}},
            WORK,
            "1 of 2 work items are with result failed: 50 %.",
        ),
        (
            {"do": "distribution", "group": "ci_type"},
            items(),
            "10 configuration items by type: SW (5, 50 %), HW (4, 40 %), SYSTEM (1, 10 %).",
        ),
        (
            {"do": "per", "bucket": "day"},
            EVENTS,
            "Number of 4 events per day: the highest 3 from 2025-12-31 00:00 UTC on.",
        ),
    ],
)
def test_what_came_out_is_said(call: Caller, want: Json, of: Json, sentence: str) -> None:
    assert said(call, want, of) == sentence


def field(name: str, op: str, value: Json = None) -> Json:
    return {"field": name, "op": op, "value": value}


def test_two_sets_are_compared_side_by_side(call: Caller) -> None:
    claim = {"claim": {"op": ">"}}
    assert said(call, COUNT, HARDWARE, SERVERS, **claim) == (
        "Yes: 4 configuration items with type HW; 2 servers."
    )


def test_a_claim_about_what_has_no_value_is_neither_so_nor_not(call: Caller) -> None:
    claim = {"claim": {"op": "=", "value": "zone-a"}}
    sentence = said(call, {"do": "field", "fields": "location"}, named("srv-02"), **claim)
    assert sentence == "There is no value to judge by: srv-02: no location."


@pytest.mark.parametrize(
    "want",
    [
        {"do": "field", "fields": "duration_min"},
        {"do": "measure", "measures": [{"function": "avg", "field": "duration_min"}]},
        {"do": "share", "condition": {"field": "result", "value": "failed"}},
        {"do": "distribution", "group": "result"},
        {"do": "per", "bucket": "day"},
    ],
)
def test_where_there_are_no_members_just_that_is_said(call: Caller, want: Json) -> None:
    nothing = {**WORK, "time": "2020-01-01"}
    assert said(call, want, nothing) == "No work items on 2020-01-01."


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (items(field("colour", "=", "red")), "item cannot be colour; allowed: ci_id"),
        (items(field("attributes.colour", "=", "red")), "no field 'attributes.colour'; allowed:"),
        (
            {**WORK, "where": [field("duration_min", "=", "long")]},
            "cannot be 'long'; allowed: a n",
        ),
        ({**EVENTS, "time": "soon"}, "'soon' is not understood; allowed: last_"),
        ({**CPU, "where": [field("metric", "=", "heat")]}, "expected: one of cpu_usage"),
        ({"kind": "document", "of": SERVERS}, "items, of one of event"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(call: Caller, of: Json, told: str) -> None:
    found = call("query.select", want=COUNT, of=[of])
    assert found.error_code is ToolErrorCode.INVALID_PARAMS
    assert told in found.error


def test_another_tenant_has_none_of_it(other_tenant: Caller) -> None:
    assert other_tenant("query.select", want=COUNT, of=[items()]).data["total"] == 0


def test_answers_name_the_records_that_they_show(call: Caller) -> None:
    found = call("query.select", want={"do": "list"}, of=[SERVERS])
    assert [each["id"] for each in found.references] == ["ci:srv-01", "ci:srv-02"]


@pytest.mark.parametrize("function", ["increase", "rate", "last", "max", "min", "avg"])
def test_a_measure_of_points_is_that_of_the_metric_tool(call: Caller, function: str) -> None:
    measure: Json = {"function": function}
    measure |= {} if function in ("increase", "rate") else {"field": "value"}
    of = {**CPU, "time": "last_12h", "of": named("srv-01")}
    found = call("query.select", want={"do": "measure", "measures": [measure]}, of=[of])
    params = {"metric_name": "cpu_usage", "ci_id": "id-srv-01", "time_range": "last_12h"}
    assert found.data["value"] == call("metric.aggregate", agg=function, **params).data["value"]
