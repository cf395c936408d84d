import pytest

from domain.plan.plan import Plan
from domain.response.blocks import NumberBlock, TableBlock
from domain.response.compose.composition import compose
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, only
from tests.domain.response.compose.outcomes import call_result


def aggregate(invoker: ToolInvoker, **spec: object) -> str:
    return answered(invoker, intent="AGGREGATE", aggregate=spec).answer


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ({"metrics": ["count"]}, "10 configuration items."),
        ({"metrics": ["count"], "scope": "document"}, "2 documents."),
        ({"metrics": ["count"], "scope": "work"}, "2 work items."),
        ({"metrics": ["count"], "scope": "maintenance"}, "1 maintenance item."),
        (
            {"metrics": ["count"], "scope": "event", "time_range": "last_24h"},
            "3 event log entries in the last 24 h.",
        ),
        (
            {
                "metrics": ["count"],
                "scope": "event",
                "filters": [
                    {"field": "severity", "op": ">=", "value": 4},
                    {"field": "ci_code", "value": "srv-01"},
                ],
            },
            "1 event log entry with severity >= 4 and ci_code = srv-01.",
        ),
        (
            {"metrics": ["count_distinct(ci_name)"]},
            "10 configuration items; different ci_name: 9.",
        ),
        (
            {"metrics": ["share(result=success)", "avg(duration_min)"], "scope": "work"},
            "2 work items; share with result = success: 50 %; average duration_min: 60.",
        ),
        (
            {"group_by": ["ci_type"]},
            "10 configuration items by ci_type: SW (5), HW (4), SYSTEM (1).",
        ),
        (
            {"group_by": ["severity"], "scope": "event"},
            "4 event log entries by severity: severity 1 (2), severity 4 (1), severity 5 (1).",
        ),
        (
            {"group_by": ["work_type"], "metrics": ["share(result=success)"], "scope": "work"},
            "2 work items by work_type, share with result = success: upgrade (50 %).",
        ),
        (
            {"group_by": ["ci_subtype"], "top_n": 1},
            "10 configuration items by ci_subtype, the 1 highest of 6 groups: app (4).",
        ),
        (
            {"group_by": ["ci_type"], "top_n": 1, "ascending": True},
            "10 configuration items by ci_type, the 1 lowest of 3 groups: SYSTEM (1).",
        ),
        (
            {"group_by": ["ci_type"], "filters": [{"field": "status", "value": "sold"}]},
            "No configuration items with status = sold.",
        ),
        (
            {"group_by": ["ci_id", "ci_code"], "scope": "event", "top_n": 1},
            "4 event log entries by ci_code, the 1 highest of 3 groups: srv-01 (2).",
        ),
        (
            {"group_by": ["owner"], "top_n": 1},
            "10 configuration items by owner: (none) (10).",
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_an_aggregate_states_its_values(
    invoker: ToolInvoker, spec: dict[str, object], answer: str
) -> None:
    assert aggregate(invoker, **spec) == answer


def numbers(invoker: ToolInvoker, **spec: object) -> list[tuple[str, float | None, str | None]]:
    composition = answered(invoker, intent="AGGREGATE", aggregate=spec)
    blocks = [block for block in composition.blocks if isinstance(block, NumberBlock)]
    return [(block.label, block.value, block.unit) for block in blocks]


def test_a_count_is_a_number(invoker: ToolInvoker) -> None:
    assert numbers(invoker, metrics=["count"]) == [("configuration items", 10, None)]


def test_a_count_of_nothing_is_the_number_zero(invoker: ToolInvoker) -> None:
    condition = {"field": "status", "value": "sold"}
    assert numbers(invoker, metrics=["count"], filters=[condition]) == [
        ("configuration items with status = sold", 0, None)
    ]


def test_a_share_is_a_number_in_percent(invoker: ToolInvoker) -> None:
    found = numbers(invoker, metrics=["share(result=success)"], scope="work")
    assert found[1] == ("share with result = success", 50.0, "%")


def test_a_table_of_groups_keeps_numbers_and_true_totals(invoker: ToolInvoker) -> None:
    spec = {"group_by": ["ci_type"], "top_n": 1}
    table = only(answered(invoker, intent="AGGREGATE", aggregate=spec), TableBlock)
    assert (table.columns, table.rows, table.meta) == (
        ["ci_type", "count"],
        [["SW", 5]],
        {"total_groups": 3, "total_records": 10, "shown": 1},
    )


def test_records_of_one_item_are_counted_for_it(invoker: ToolInvoker) -> None:
    answer = answered(
        invoker,
        primary={"keywords": ["srv-01"]},
        aggregate={"scope": "event", "metrics": ["count"]},
    ).answer
    assert answer.endswith("2 event log entries of srv-01.")


def test_a_measure_that_is_no_number_is_said_as_it_is() -> None:
    data = {
        "columns": ["max(title)"],
        "rows": [["zebra"]],
        "total_records": 2,
        "source": "document",
    }
    composition = compose(Plan(), [call_result("document.aggregate", data=data)])
    assert composition.answer == "2 documents; highest title: zebra."
