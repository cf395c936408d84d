"""The axis of timelines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cli.text.axis import Axis, axis_lines

MS = st.floats(min_value=0, max_value=1e9)
WIDTHS = st.integers(min_value=1, max_value=500)


@given(total_ms=MS, width=WIDTHS, start=st.floats(0, 1), length=st.floats(0, 1))
def test_every_span_has_a_cell_inside_the_axis(
    total_ms: float, width: int, start: float, length: float
) -> None:
    start_ms = total_ms * start
    end_ms = min(start_ms + total_ms * length, total_ms)
    first, after = Axis(total_ms, width).cells(start_ms, end_ms)
    assert 0 <= first < after <= width


@given(total_ms=MS, width=WIDTHS)
def test_ticks_and_labels_fit_on_the_axis(total_ms: float, width: int) -> None:
    labels, rule = axis_lines(Axis(total_ms, width), is_unicode=True)
    assert len(labels) <= width
    assert len(rule) == width


@pytest.mark.parametrize(
    ("total_ms", "labels"),
    [
        (0.5, ["0", "0.2 ms", "0.4 ms"]),
        (143, ["0", "50 ms", "100 ms"]),
        (9000, ["0", "5.00 s"]),
        (200_000, ["0", "1 min 40 s"]),
    ],
)
def test_ticks_stand_at_round_instants(total_ms: float, labels: list[str]) -> None:
    assert [label for _, label in Axis(total_ms, 45).ticks()][: len(labels)] == labels
