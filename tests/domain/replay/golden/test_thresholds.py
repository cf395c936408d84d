"""Thresholds of golden runs, as people give them."""

import pytest

from domain.replay.golden.pinned import InvalidThreshold, thresholds_of
from domain.views.golden import Thresholds


def test_what_is_not_given_has_its_default() -> None:
    assert thresholds_of({"answer": "off"}) == Thresholds(answer="off")
    assert (Thresholds().answer, Thresholds().blocks_percent, Thresholds().values_percent) == (
        "exact",
        50,
        None,
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"speed": "2"}, "there is no threshold 'speed'; thresholds are: answer, blocks_percent,"),
        ({"answer": "some"}, "answer: input should be 'exact', 'numbers' or 'off', got 'some'"),
        ({"blocks_percent": "many"}, "blocks_percent: input should be a valid number"),
        ({"blocks_percent": "0"}, "blocks_percent: input should be greater than 0, got '0'"),
        ({"blocks_percent": "101"}, "blocks_percent: input should be less than or equal to 100"),
        ({"values_percent": "-1"}, "values_percent: input should be greater than or equal to 0"),
        ({"references_percent": "nan"}, "references_percent: input should be a finite number"),
        (
            {"duration_factor": "0.5"},
            "duration_factor: input should be greater than or equal to 1",
        ),
        ({"duration_ms": "inf"}, "duration_ms: input should be a finite number"),
        ({"": "1"}, "there is no threshold ''"),
        ({"answer": ""}, "answer: input should be 'exact', 'numbers' or 'off', got ''"),
    ],
)
def test_what_is_no_threshold_is_refused_by_name(given: dict[str, str], why: str) -> None:
    with pytest.raises(InvalidThreshold) as refused:
        thresholds_of(given)
    assert why in str(refused.value)
    assert str(refused.value).endswith("duration_factor, duration_ms")
