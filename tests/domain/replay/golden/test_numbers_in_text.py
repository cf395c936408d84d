"""The numbers in a text."""

from decimal import Decimal

import pytest

from domain.replay.golden.numbers_in_text import numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("no number", []),
        ("2 servers, 40.50 %", ["2", "40.5"]),
        ("1,200.5 and 1200.50", ["1200.5", "1200.5"]),
        ("1,2", ["1", "2"]),
        ("-4 (-5)", ["-4", "-5"]),
        ("srv-01", ["1"]),
        ("10-20", ["10", "20"]),
        ("The end is 3.", ["3"]),
    ],
)
def test_numbers_are_found_by_their_values(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == [Decimal(number) for number in numbers]
