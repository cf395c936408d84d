"""Which records meet the conditions of a query, on a small estate."""

import pytest

from tests.adapters.tools.calling import Caller, Json

EVENTS: Json = {"kind": "event", "where": []}
WORK: Json = {"kind": "work", "where": []}
CPU: Json = {"kind": "point", "where": [{"field": "metric", "value": "cpu_usage"}]}


def named(*codes: str) -> Json:
    return {"kind": "item", "where": [{"field": "ci_code", "op": "in", "value": list(codes)}]}


def items(*where: Json) -> Json:
    return {"kind": "item", "where": list(where)}


def field(name: str, op: str, value: Json = None) -> Json:
    return {"field": name, "op": op, "value": value}


def related(code: str, **relations: Json) -> Json:
    return {"related": relations, "to": named(code)}


FAILED: Json = {**WORK, "where": [{"field": "result", "value": "failed"}]}
HOT: Json = {"function": "max", "field": "value", "of": CPU}


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        (field("location", "=", "ZONE-A"), "srv-01"),
        (field("location", "is"), "app-pay app-web db-01 lone-01 srv-02 storage-01 sys-shop"),
        (field("location", "!=", "zone-b"), "srv-01"),
        (field("status", "not in", ["active"]), "srv-02"),
        (field("tags.role", "contains", "RON"), "app-web"),
        (field("tags.role", "is not"), "app-web"),
        (field("text", "contains", "printer"), "lone-01"),
        (field("ci_name", "contains", "100%_"), ""),
        (field("ci_name", "=", "x' OR '1'='1"), ""),
        (
            {"any": [field("ci_subtype", "=", "db"), field("ci_code", "=", "srv-02")]},
            "db-01 srv-02",
        ),
        (
            {"none": [field("ci_type", "=", "SW"), field("ci_type", "=", "SYSTEM")]},
            "lone-01 srv-01 srv-02 storage-01",
        ),
        (
            {"every": [field("ci_type", "=", "HW"), field("location", "is")]},
            "lone-01 srv-02 storage-01",
        ),
        ({"has": FAILED}, "app-web"),
        ({"has": EVENTS, "count": {"op": ">", "value": 1}}, "srv-01"),
        (
            {"has": EVENTS, "count": {"op": "=", "value": 0}},
            "app-pay db-01 lone-01 storage-01 sys-shop",
        ),
        ({"has": EVENTS, "count": {"op": "=", "value": 1}}, "app-web srv-02"),
        ({"measure": HOT, "op": ">=", "value": 74}, "srv-01 srv-02"),
        (related("db-01", types=["DEPENDS_ON"], direction="out"), "app-pay"),
        (related("db-01", types=["DEPENDS_ON"], direction="out", hops=None), "app-pay app-web"),
        (related("app-web", types=["DEPENDS_ON"], direction="in", hops=2), "app-pay db-01"),
        (related("storage-01"), "srv-01"),
        (
            {
                "related": {"direction": "in"},
                "to": named("srv-01"),
                "count": {"op": ">", "value": 1},
            },
            "",
        ),
    ],
)
def test_items_meet_a_condition(call: Caller, condition: Json, codes: str) -> None:
    of = items(condition, field("ci_name", "!=", "Twin"))
    found = call("query.select", want={"do": "list"}, of=[of])
    assert [row[0] for row in found.data["rows"]] == codes.split()


def test_work_is_under_way_from_its_start_until_its_end(call: Caller) -> None:
    at = ("2025-12-31T07:00:00Z", "2025-12-31T07:29:00Z", "2025-12-31T07:30:00Z")
    of = [{**WORK, "where": [{"during": each}]} for each in at]
    found = call("query.select", want={"do": "count"}, of=of)
    assert found.data["totals"] == [1, 1, 0]
