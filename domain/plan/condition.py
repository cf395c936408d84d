"""Conditions in plans: a value of an earlier result is compared, never across types."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    model_validator,
)
from pydantic import ValidationError as NoMatch
from pydantic_core import SchemaError

from domain.plan.specs import PlanPart

_Comparison = Callable[[JsonValue, JsonValue], bool | None]
Operator = Literal["==", "!=", "<", ">", "<=", ">=", "contains", "matches"]
_TEXT: Final = re.compile(
    r"\s*(?P<field>\{.*\}|\S+?)(?P<operator>\s*(?:==|!=|<=|>=|<|>)(?![<>=])|\s+(?:contains|matches)\s)"
    r"\s*(?P<value>.*\S)\s*"
)
_LONGEST_PATTERN, _LONGEST_TEXT, _LONGEST_SHOWN = 200, 10_000, 80


class StepCondition(PlanPart):
    """A test of a value of an earlier result; also written as text: `primary.rows.length > 0`.

    Numbers compare with numbers and texts with texts: of two types, only != holds. `contains` is
    for a text in a text and a value in a list, `matches` for a regular expression in a text.
    """

    field: str = Field(description="Where the value is, as in mappings: primary.rows.length.")
    operator: Operator = Field(description="How the value is compared.")
    value: str | int | float | bool = Field(description="What the value is compared with.")

    @model_validator(mode="after")
    def _can_be_compared(self) -> Self:
        if self.operator == "matches":
            _check_pattern(self.value)
        if self.operator in _ORDERED and isinstance(self.value, bool):
            message = f"{self.operator} compares numbers or texts, not {self.value!r}"
            raise ValueError(message)
        return self

    def __str__(self) -> str:
        """Return the condition as text."""
        return f"{self.field} {self.operator} {json.dumps(self.value, ensure_ascii=False)}"


def _read(given: object) -> object:
    if not isinstance(given, str):
        return given
    match = _TEXT.fullmatch(given)
    if match is None:
        operators = "==, !=, <, >, <=, >=, contains or matches"
        message = f"{given!r} is no condition; expected a path, {operators}, and a value"
        raise ValueError(message)
    value: object = match["value"]
    with suppress(ValueError):
        value = json.loads(match["value"])
    operator = match["operator"].strip()
    is_wrong = operator == "matches" and not isinstance(value, str)
    if is_wrong or not isinstance(value, str | int | float):
        value = match["value"]
    return {"field": match["field"], "operator": operator, "value": value}


Condition = Annotated[
    StepCondition, BeforeValidator(_read, json_schema_input_type=StepCondition | str)
]
"""A condition as an object or as text."""


def why_unmet(condition: StepCondition, value: JsonValue) -> str | None:
    """Return why the condition does not hold for the value that was found; None when it does."""
    holds = _HOLDS[condition.operator](value, condition.value)
    if holds is None:
        return f"{_shown(value)} cannot be compared with {_shown(condition.value)}"
    return None if holds else f"it is {_shown(value)}"


def _kind(value: JsonValue) -> type:
    """Return the type as people see it: whole numbers are numbers, true is none."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _is_equal(value: JsonValue, compared: JsonValue) -> bool:
    return _kind(value) is _kind(compared) and value == compared


def _in_order(compare: Callable[[Any, Any], bool]) -> _Comparison:
    def holds(value: JsonValue, compared: JsonValue) -> bool | None:
        kind = _kind(value)
        is_possible = kind is _kind(compared) and kind in (str, float)
        return compare(value, compared) if is_possible else None

    return holds


def _contains(value: JsonValue, compared: JsonValue) -> bool | None:
    if isinstance(value, list):
        return any(_is_equal(each, compared) for each in value)
    return compared in value if isinstance(value, str) and isinstance(compared, str) else None


def _matches(value: JsonValue, pattern: JsonValue) -> bool | None:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return None
    try:
        _pattern(str(pattern)).validate_python(value)
    except NoMatch:
        return False
    return True


_ORDERED: Final = {
    "<": _in_order(lt),
    ">": _in_order(gt),
    "<=": _in_order(le),
    ">=": _in_order(ge),
}
_HOLDS: Final[dict[str, _Comparison]] = {
    **_ORDERED,
    "==": _is_equal,
    "!=": lambda value, compared: not _is_equal(value, compared),
    "contains": _contains,
    "matches": _matches,
}
"""Whether a value compares so; None where values of these types do not compare."""


@lru_cache(maxsize=100)
def _pattern(pattern: str) -> TypeAdapter[str]:
    # pydantic's expressions take linear time, whatever the pattern is; those of `re` do not.
    return TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])


def _check_pattern(pattern: JsonValue) -> None:
    if not isinstance(pattern, str) or len(pattern) > _LONGEST_PATTERN:
        message = f"matches needs a regular expression of at most {_LONGEST_PATTERN} characters"
        raise ValueError(message)
    try:
        _pattern(pattern)
    except SchemaError as error:
        message = f"{pattern!r} is no regular expression that can be used: {error}"
        raise ValueError(message) from error


def _shown(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
