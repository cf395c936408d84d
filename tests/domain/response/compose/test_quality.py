import pytest

from domain.response.compose.call_result import CallResult
from domain.response.compose.quality import Quality, judge
from tests.domain.response.compose.outcomes import call_result

GOOD = call_result(data={"rows": [{}], "total": 1})


def test_calls_that_answered_fully_leave_nothing_to_doubt() -> None:
    assert judge([GOOD, GOOD]) == Quality(1.0)


@pytest.mark.parametrize(
    ("call", "confidence", "reason"),
    [
        (call_result(status="failed"), 0.75, "primary failed"),
        (call_result(status="skipped"), 0.9, "primary was skipped"),
        (call_result("graph.expand", data={"truncated": True}), 0.9, "primary is truncated"),
        (
            call_result("metric.aggregate", data={"ci_ids_truncated": True, "sample_count": 1}),
            0.9,
            "primary is truncated",
        ),
        (call_result("ci.search", data={"rows": [], "total": 3}), 0.9, "primary is truncated"),
        (call_result("metric.series", data={"sample_count": 0}), 0.75, "primary has no points"),
        (
            call_result("metric.aggregate_by_ci", data={"ci_count_with_data": 0}),
            0.75,
            "primary has no points",
        ),
        (
            call_result("history.work", data={"rows": [], "total": 0}),
            0.8,
            "primary has no records",
        ),
        (
            call_result("cep.simulate", data={"condition_evaluated": False}),
            0.75,
            "the condition of primary could not be evaluated",
        ),
    ],
)
def test_what_is_missing_lowers_the_confidence_with_its_reason(
    call: CallResult, confidence: float, reason: str
) -> None:
    assert judge([GOOD, call]) == Quality(confidence, (reason,))


@pytest.mark.parametrize("name", ["ci.list_preview", "history.work", "metric.aggregate_by_ci"])
def test_a_page_with_true_totals_is_not_truncated(name: str) -> None:
    assert judge([call_result(name, data={"rows": [{}], "total": 30})]) == Quality(1.0)


def test_an_answer_without_a_call_that_succeeded_has_no_confidence() -> None:
    assert judge([call_result(status="failed")]).confidence == 0.0


def test_confidence_is_never_negative() -> None:
    assert judge([GOOD, *[call_result(status="failed")] * 5]).confidence == 0.0


def test_a_plan_without_calls_is_not_doubted() -> None:
    assert judge([]) == Quality(1.0)
