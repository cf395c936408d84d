"""Computed figures are the same wherever they are computed."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import SIGNIFICANT_DIGITS, Exactness, figure, is_same_figure, whole_sum

SCORE = [0.255, 0.22727272727272727, 0.0, 0.2, 0.05]
"""Python 3.11 adds these to 0.7322727272727274, and 3.12 to 0.7322727272727273."""


def test_the_sums_of_all_pythons_are_one_figure() -> None:
    assert {figure(0.7322727272727274), figure(0.7322727272727273), figure(math.fsum(SCORE))} == {
        0.732272727273
    }


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_figure_is_close_to_what_was_computed_and_stays_as_it_is(value: float) -> None:
    rounded = figure(value)
    assert math.isclose(rounded, value, rel_tol=10.0 ** -(SIGNIFICANT_DIGITS - 1))
    assert figure(rounded) == rounded


@given(st.lists(st.integers(1, 10**6).map(lambda each: each / 1000), min_size=1))
def test_a_sum_is_one_figure_in_whatever_order_it_is_added(values: list[float]) -> None:
    shuffled = random.Random(4).sample(values, len(values))
    assert is_same_figure(sum(values), sum(shuffled))


@pytest.mark.parametrize("value", [math.inf, -math.inf, 0.0, -0.0, 5e-324])
def test_what_has_no_more_digits_stays_as_it_is(value: float) -> None:
    assert figure(value) == value


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (0.7322727272727274, 0.732272727273, True),
        (1.0, 1, True),
        (1.0, 1.0 + 0.9e-9, True),
        (1.0, 1.0 + 1.1e-9, False),
        (1e300, 1e300 * (1 + 1.1e-9), False),
        (10**15, 10**15 + 1, False),
        (10.0**15, 10**15 + 1, True),
        (0.0, 1e-300, False),
    ],
)
def test_figures_are_compared_to_a_billionth(one: float, other: float, is_same: bool) -> None:  # noqa: FBT001 - a case
    assert is_same_figure(one, other) is is_same
    assert is_same_figure(other, one) is is_same


def test_a_wider_tolerance_lets_more_be_the_same() -> None:
    assert not is_same_figure(1.0, 1.001)
    assert is_same_figure(1.0, 1.001, Exactness(0.01))


def test_whole_numbers_are_added_however_large() -> None:
    assert whole_sum([10**30, 1, True]) == 10**30 + 2
