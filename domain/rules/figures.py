"""The figure of a window's values, and how far it is from those before it."""

from collections.abc import Callable, Mapping, Sequence
from math import fsum, sqrt
from statistics import fmean
from typing import Final, NamedTuple

from domain.figures import TOLERANCE, finite_figure
from domain.rules.rule import Aggregation, Anomaly


class Score(NamedTuple):
    """How far a figure is from its baseline in spreads; None where the baseline never varies."""

    is_anomaly: bool
    score: float | None
    low: float
    high: float


def figure_of(spec: Aggregation, values: Sequence[float]) -> float | int | None:
    """Return the figure of values in order of time; None of none, and beyond floats."""
    if spec.type == "count":
        return len(values)
    if not values:
        return None
    try:
        if spec.percentile_value is not None:
            return finite_figure(percentile(values, spec.percentile_value))
        return finite_figure(_FIGURES[spec.type](values))
    except OverflowError:
        return None


def score_of(spec: Anomaly, value: float, baseline: Sequence[float]) -> Score:
    """Return how far a value is from its baseline. Raises `OverflowError` beyond floats."""
    low, high, spread = _BASELINES[spec.method](baseline, spec.alpha)
    distance = max(low - value, value - high, 0.0)
    if spread <= TOLERANCE * max(abs(low), abs(high)):
        return Score(distance > spread, None, low, high)
    score = finite_figure(distance / spread)
    limit = spec.threshold or (1.5 if spec.method == "iqr" else 3.0)
    return Score(score > limit, score, low, high)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the percentile, between the two nearest values."""
    ordered, place = sorted(values), (len(values) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def deviation(values: Sequence[float]) -> float:
    """Return the standard deviation of a sample; 0 of fewer than two."""
    mean = fmean(values)
    return sqrt(fsum((value - mean) ** 2 for value in values) / max(1, len(values) - 1))


def _of_moving_average(values: Sequence[float], alpha: float) -> tuple[float, float, float]:
    average, errors = values[0], list[float]()
    for value in values[1:]:
        errors.append(value - average)
        average += alpha * (value - average)
    return average, average, sqrt(fsum(error**2 for error in errors) / max(1, len(errors)))


def _of_quartiles(values: Sequence[float], _: float) -> tuple[float, float, float]:
    low, high = percentile(values, 25), percentile(values, 75)
    return low, high, high - low


_FIGURES: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "sum": fsum,
    "avg": fmean,
    "min": min,
    "max": max,
    "std": deviation,
    "last": lambda values: values[-1],
}
_BASELINES: Final[Mapping[str, Callable[[Sequence[float], float], tuple[float, float, float]]]] = {
    "zscore": lambda values, _: (fmean(values), fmean(values), deviation(values)),
    "iqr": _of_quartiles,
    "ema": _of_moving_average,
}
