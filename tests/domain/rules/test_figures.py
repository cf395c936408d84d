"""Figures of windows and their scores, against formulas that are written otherwise."""

import statistics
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.figures import figure_of, score_of
from domain.rules.rule import Aggregation, Anomaly

VALUES = st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=1, max_size=30)
BASELINE = st.lists(st.integers(-50, 50).map(float), min_size=5, max_size=20)


@given(VALUES)
def test_the_figures_are_those_of_the_statistics_module(values: list[float]) -> None:
    def of(figure: str) -> object:
        return figure_of(Aggregation.model_validate({"type": figure}), values)

    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    assert of("std") == pytest.approx(deviation, rel=1e-9, abs=1e-6)
    assert of("avg") == pytest.approx(statistics.mean(values), rel=1e-9, abs=1e-6)
    assert of("sum") == pytest.approx(statistics.mean(values) * len(values), rel=1e-9, abs=1e-6)
    assert (of("min"), of("max")) == (min(values), max(values))
    assert (of("count"), of("last")) == (len(values), values[-1])


@given(VALUES, st.integers(1, 99))
def test_a_percentile_lies_on_the_line_between_its_neighbours(
    values: list[float], percent: int
) -> None:
    spec = Aggregation(type="percentile", percentile_value=percent)
    cuts = statistics.quantiles(
        [*values] if len(values) > 1 else values * 2, n=100, method="inclusive"
    )
    assert figure_of(spec, values) == pytest.approx(cuts[percent - 1], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("figure", ["sum", "avg", "min", "max", "std", "last"])
def test_of_no_values_there_is_no_figure(figure: str) -> None:
    assert figure_of(Aggregation.model_validate({"type": figure}), []) is None


def test_figures_beyond_floats_are_none() -> None:
    assert figure_of(Aggregation(type="sum"), [1e308, 1e308]) is None
    assert figure_of(Aggregation(type="std"), [1e200, -1e200]) is None


@given(BASELINE, st.integers(-100, 100).map(float))
def test_a_score_counts_standard_deviations(baseline: list[float], value: float) -> None:
    found = score_of(Anomaly(), value, baseline)
    spread = statistics.stdev(baseline)
    if spread:
        expected = abs(value - statistics.mean(baseline)) / spread
        assert found.score == pytest.approx(expected, rel=1e-9, abs=1e-6)
        assert found.is_anomaly is (found.score is not None and found.score > 3)
    else:
        assert (found.score, found.is_anomaly) == (None, value != baseline[0])


@given(BASELINE, st.integers(-100, 100).map(float))
def test_quartiles_make_the_fences_of_a_box_plot(baseline: list[float], value: float) -> None:
    low, _, high = statistics.quantiles(baseline, n=4, method="inclusive")
    width = 1.5 * (high - low)
    is_outside = value < low - width - 1e-9 or value > high + width + 1e-9
    is_at_the_fence = min(abs(value - low + width), abs(value - high - width)) <= 1e-9
    found = score_of(Anomaly(method="iqr"), value, baseline)
    assert found.is_anomaly is is_outside or is_at_the_fence


def test_a_moving_average_forgets() -> None:
    rising = [float(value) for value in range(20)]
    risen = score_of(Anomaly(method="ema", threshold=2), 20.0, rising)
    back = score_of(Anomaly(method="ema", threshold=2), 2.0, rising)
    assert (risen.is_anomaly, back.is_anomaly) == (False, True)


def test_a_moving_average_is_computed_as_it_is_defined() -> None:
    found = score_of(Anomaly(method="ema", alpha=0.5), 11.0, [0.0, 4.0, 2.0, 6.0, 4.0])
    averages = [0.0, 2.0, 2.0, 4.0, 4.0]  # each halfway from the last to the value
    errors = [4.0, 0.0, 4.0, 0.0]
    spread = (sum(error**2 for error in errors) / 4) ** 0.5  # of small whole numbers
    assert (found.low, found.high) == (averages[-1], averages[-1])
    assert found.score == pytest.approx((11.0 - 4.0) / spread)


def test_scores_beyond_floats_raise() -> None:
    with pytest.raises(OverflowError):
        score_of(Anomaly(), 0.0, [1e308, -1e308, 1e308, 1.0, 2.0])
    assert score_of(Anomaly(), inf, [1.0] * 5).is_anomaly
