"""What an answer of several calls notes beside its sentences."""

from domain.plan.plan import Plan
from domain.response.compose.composition import compose
from tests.domain.response.compose.outcomes import call_result
from tests.estate_fixture import NOW


def test_a_warning_of_one_of_several_calls_names_it_and_one_of_all_does_not() -> None:
    calls = [
        call_result(
            "metric.aggregate",
            call_id=f"p@{number}",
            params={"ci_id": f"srv-{number}"},
            data={"metric_name": "cpu_usage", "value": 1, "sample_count": 1},
            warnings=["a counter", *warnings],
        )
        for number, warnings in enumerate((["no others"], []))
    ]
    notes = "Note: a counter. Note: p@0 (srv-0): no others."
    assert compose(Plan(), calls, now=NOW).answer.endswith(notes)
    alone = compose(Plan(), calls[:1], now=NOW).answer
    assert alone.endswith("Note: a counter. Note: no others.")
    assert compose(Plan(), calls).answer.endswith("Note: a counter. Note: no others.")
