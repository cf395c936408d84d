"""Conditions compare values, and never a text with a number."""

import time

import pytest
from pydantic import JsonValue, TypeAdapter, ValidationError

from domain.plan.condition import Condition, StepCondition, why_unmet

READER: TypeAdapter[StepCondition] = TypeAdapter(Condition)


def unmet(text: str, value: JsonValue) -> str | None:
    return why_unmet(READER.validate_python(text), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.b == 1", 1.0),
        ('a.b == "1"', "1"),
        ("a.b == active", "active"),
        ("a.b == true", True),
        ("a.b != 1", "1"),
        ("a.b != 1", True),
        ("a.b < 2", 1.5),
        ("a.b >= 2026-01-01", "2026-06-01"),
        ("{a.b ?? 0} <= 3", 3),
        ("a.b contains err", "an error"),
        ("a.b contains 3", [1, 2, 3]),
        ("a.b matches ^srv-[0-9]+$", "srv-17"),
        ("a.b matches rv", "srv-17"),
    ],
)
def test_a_condition_holds(text: str, value: JsonValue) -> None:
    assert unmet(text, value) is None


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("a.b == 1", "1", 'it is "1"'),
        ("a.b == 1", True, "it is true"),
        ("a.b > 3", 3, "it is 3"),
        ("a.b > 3", "7", '"7" cannot be compared with 3'),
        ("a.b > 3", True, "true cannot be compared with 3"),
        ("a.b > 3", [4], "[4] cannot be compared with 3"),
        ("a.b < x", 3, '3 cannot be compared with "x"'),
        ("a.b contains 1", "213", '"213" cannot be compared with 1'),
        ("a.b contains 1", [True, "1"], 'it is [true, "1"]'),
        ("a.b contains x", {"x": 1}, '{"x": 1} cannot be compared with "x"'),
        ("a.b matches ^a$", "ba", 'it is "ba"'),
        ("a.b matches 1", 1, '1 cannot be compared with "1"'),
    ],
)
def test_a_condition_that_does_not_hold_says_why(text: str, value: JsonValue, why: str) -> None:
    assert unmet(text, value) == why


def test_a_long_value_is_shown_in_part() -> None:
    assert unmet("a.b == x", "y" * 200) == f'it is "{"y" * 79}...'


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("primary", "'primary' is no condition; expected a path, ==, !=, <"),
        ("a.b ~ 3", "'a.b ~ 3' is no condition"),
        ("a.b <> 3", "'a.b <> 3' is no condition"),
        ("a.bcontains3", "'a.bcontains3' is no condition"),
        ({"field": "a.b", "operator": "matches", "value": "("}, "no regular expression"),
        ({"field": "a.b", "operator": "matches", "value": 3}, "at most 200 characters"),
        ({"field": "a.b", "operator": "matches", "value": "a" * 201}, "at most 200 characters"),
        ({"field": "a.b", "operator": "matches", "value": "(a{900}){900}"}, "can be used"),
        (
            {"field": "a.b", "operator": "<", "value": True},
            "numbers or texts, not True",
        ),
    ],
)
def test_what_is_no_condition_is_refused(given: object, why: str) -> None:
    with pytest.raises(ValidationError, match=r"condition|expression|compares") as raised:
        READER.validate_python(given)
    assert why in str(raised.value)


def test_no_expression_takes_long() -> None:
    begun = time.process_time()
    assert unmet("a.b matches ^(a+)+(b+)+$", "a" * 9_999) is not None
    assert unmet("a.b matches a", "a" * 10_001) is not None
    assert time.process_time() - begun < 2


def test_a_condition_is_shown_as_it_is_written() -> None:
    assert str(READER.validate_python("a.b[0].c  ==  x y")) == 'a.b[0].c == "x y"'


@pytest.mark.parametrize("operator", ["==", "!=", "<", ">", "<=", ">="])
@pytest.mark.parametrize("field", ["a.rows.length", "{a.b ?? 0}"])
def test_operators_need_no_blanks(field: str, operator: str) -> None:
    spaced = READER.validate_python(f"{field} {operator} -5")
    assert READER.validate_python(f"{field}{operator}-5") == spaced
    assert (spaced.field, spaced.operator, spaced.value) == (field, operator, -5)
