import pytest

from domain.plan.plan import Plan
from domain.response.blocks import NumberBlock, TableBlock, TextBlock
from domain.response.compose.composition import Composition, compose
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, only, table
from tests.domain.response.compose.outcomes import call_result


def simulated(invoker: ToolInvoker, rule: str) -> Composition:
    return answered(
        invoker, intent="SEARCH", primary={"keywords": ["srv-01"]}, cep={"rule_id": rule}
    )


def composed(name: str, **given: object) -> Composition:
    return compose(Plan(), [call_result(name, **given)])


def test_documents_are_named(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="DOCUMENT", document={"query": "shop"})
    assert composition.answer == "2 documents matching shop: Shop handbook, Minutes."
    assert only(composition, TableBlock).rows[0][0] == "Shop handbook"


def test_no_document_is_said(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="DOCUMENT", document={"query": "moon"})
    found = only(composition, NumberBlock)
    assert (composition.answer, composition.blocks) == ("No documents matching moon.", [found])
    assert found.value == 0


def test_a_rule_that_would_trigger_says_on_what(invoker: ToolInvoker) -> None:
    assert simulated(invoker, "r-cpu").answer == (
        "Rule High CPU would trigger: metric.value = 74.0, ci.status = active."
    )


def test_a_rule_that_would_not_trigger_says_on_what(invoker: ToolInvoker) -> None:
    answer = answered(
        invoker, intent="SEARCH", primary={"keywords": ["app-web"]}, cep={"rule_id": "r-cpu"}
    ).answer
    assert answer.startswith("Rule High CPU would not trigger: metric.value = 34.0")


def test_a_rule_that_cannot_be_evaluated_is_not_one_that_would_not_trigger(
    invoker: ToolInvoker,
) -> None:
    answer = simulated(invoker, "r-number").answer
    assert answer.startswith("The condition of rule Number could not be evaluated: ")
    assert answer.count("Note:") == 0


def test_a_simulation_shows_its_evidence(invoker: ToolInvoker) -> None:
    evidence = table(simulated(invoker, "r-cpu"), "Evidence")
    assert ["metric.value", 74.0, True] in evidence.rows


def test_an_unknown_tool_with_columns_and_rows_is_a_table() -> None:
    data = {"columns": ["a"], "rows": [[1], [None]]}
    composition = composed("prometheus.query", data=data)
    assert (composition.answer, only(composition, TableBlock).rows) == (
        "prometheus.query: 2 rows.",
        [[1], [None]],
    )


def test_an_unknown_tool_with_records_is_a_table() -> None:
    data = {"rows": [{"a": 1, "b": [1]}, {"c": True}]}
    block = only(composed("prometheus.query", data=data), TableBlock)
    assert (block.columns, block.rows) == (["a", "b", "c"], [[1, "[1]", None], [None, None, True]])


def test_an_unknown_tool_without_rows_says_so() -> None:
    composition = composed("prometheus.query", data={"columns": ["a"], "rows": []})
    assert composition.answer == "prometheus.query: no rows."


@pytest.mark.parametrize("data", [{"rows": [1, {"a": 2}]}, {"up": True}, [1, 2], "text", None])
def test_any_other_answer_of_an_unknown_tool_is_shown_as_json(data: object) -> None:
    composition = composed("prometheus.query", data=data)
    assert composition.answer == "prometheus.query answered."
    assert only(composition, TextBlock).title == "prometheus.query"


@pytest.mark.parametrize(
    ("tool", "answer"),
    [
        ("ci.search", "Configuration items could not be read: the disk is gone."),
        ("history.work", "History could not be read: the disk is gone."),
        ("prometheus.query", "prometheus.query could not be read: the disk is gone."),
    ],
)
def test_a_failed_call_is_said_with_its_error(tool: str, answer: str) -> None:
    failed = composed(tool, status="failed", error="the disk is gone", error_code="INTERNAL_ERROR")
    assert failed.answer == answer


def test_a_failed_call_without_an_error_is_still_said() -> None:
    failed = composed("metric.series", status="failed")
    assert failed.answer == "Metrics could not be read: no reason given."


@pytest.mark.parametrize(
    ("tool", "answer"),
    [
        ("metric.aggregate", "Metrics were not read: primary failed."),
        ("graph.expand", "The graph was not read: primary failed."),
        ("prometheus.query", "prometheus.query was not read: primary failed."),
    ],
)
def test_a_skipped_call_is_said_with_the_reason(tool: str, answer: str) -> None:
    assert composed(tool, status="skipped", error="primary failed").answer == answer
