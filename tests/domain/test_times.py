"""Times as people read them."""

import pytest

from domain.times import duration_text, to_the_second


def test_a_recorded_instant_is_shown_to_the_second() -> None:
    assert to_the_second("2026-03-01T12:00:00.123456Z") == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [(0, "0.0 ms"), (9.94, "9.9 ms"), (43.4, "43 ms"), (1250, "1.25 s"), (125_000, "2 min 05 s")],
)
def test_a_duration_has_a_fitting_unit(duration_ms: float, text: str) -> None:
    assert duration_text(duration_ms) == text
