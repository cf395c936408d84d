"""Conditions on the fields of a record: nested, never compared across types, true, false or open.

What is missing, or of another type, makes a condition open: it cannot be evaluated, for a reason.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf
from operator import ge, gt, le, lt
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator
from pydantic import field_validator as for_field

from domain.json import JsonMap, as_list, as_map
from domain.values.arguments import no_truth_as_number
from domain.values.text import shown

_MOST_DEPTH, _MOST_CONDITIONS = 8, 100
Path = Annotated[str, Field(min_length=1, max_length=200)]
Scalar = bool | int | float | Annotated[str, Field(max_length=1000)]
_WORDS: Final[Mapping[type | None, str]] = {str: "text", float: "a number", bool: "a truth"}
_ORDERED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {">": gt, "<": lt, ">=": ge, "<=": le}


class RulePart(BaseModel):
    """The root of what rules are made of: frozen, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)
    _no_truth = for_field("*", mode="before")(classmethod(no_truth_as_number))


class Condition(RulePart):
    """A comparison of a field, or `all`, `any` or `not` of further conditions.

    A field is a path: `attributes.disks.0.size`. `in` takes a list; `contains` looks for a value
    in a list, or for a text in a text.
    """

    all: tuple["Condition", ...] | None = Field(None, min_length=1)
    any: tuple["Condition", ...] | None = Field(None, min_length=1)
    none: "Condition | None" = Field(None, alias="not")
    field: Path | None = None
    op: Literal[">", "<", ">=", "<=", "==", "!=", "in", "contains"] | None = None
    value: Scalar | Annotated[tuple[Scalar, ...], Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = [self.all, self.any, self.none, self.field]
        is_compared = self.op is not None and self.value is not None
        if given.count(None) != len(given) - 1 or is_compared != (self.field is not None):
            msg = "a condition is one of all, any, not, and a field with its op and value"
            raise ValueError(msg)
        is_list, is_truth = isinstance(self.value, tuple), isinstance(self.value, bool)
        if is_list != (self.op == "in") or (is_truth and self.op in _ORDERED):
            msg = f"op {self.op} cannot compare with {shown(self.value)}: in takes a list, others "
            msg += f"one value, and {' '.join(_ORDERED)} numbers and texts"
            raise ValueError(msg)
        return self

    def __str__(self) -> str:
        """Return the condition in words."""
        if self.none is not None:
            return f"not ({self.none})"
        parts = (" or " if self.any else " and ").join(map(str, self.any or self.all or ()))
        value = [*self.value] if isinstance(self.value, tuple) else self.value
        return f"({parts})" if parts else f"{self.field} {self.op} {shown(value)}"


def _bounded(given: object) -> object:
    level, depth, count = [given] if isinstance(given, dict) else [], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > _MOST_DEPTH or count > _MOST_CONDITIONS:
            msg = f"at most {_MOST_CONDITIONS} conditions, nested {_MOST_DEPTH} deep, are taken"
            raise ValueError(msg)
        inner = [
            (*as_list(each.get("all")), *as_list(each.get("any")), each.get("not"))
            for each in level
        ]
        level = [part for parts in inner for part in parts if isinstance(part, dict)]
    return given


Conditions = Annotated[Condition, BeforeValidator(_bounded)]
"""A condition that is not too deep and has not too many parts."""


def every(truths: Iterable[bool | None]) -> bool | None:
    """Return whether all hold: one that is false decides; else one that is open leaves it open."""
    of_all = set(truths)
    return False if False in of_all else None if None in of_all else True


def truth_of(condition: Condition, record: JsonMap, reasons: list[str]) -> bool | None:
    """Return whether the condition holds; None, with `reasons` added, where that is open."""
    if condition.field is not None:
        return compared(condition.field, condition.op, condition.value, record, reasons)
    if condition.all is not None:
        return every([truth_of(each, record, reasons) for each in condition.all])
    turned = condition.any or (condition.none,)
    truth = every([_not(truth_of(each, record, reasons)) for each in turned if each])
    return _not(truth) if condition.any else truth


def compared(
    field: str, op: str | None, value: object, record: JsonMap, reasons: list[str]
) -> bool | None:
    """Return how a field compares; None, with a reason added, where the two cannot be compared."""
    found, is_given = value_at(record, field)
    holds = _holds(found, op or "", value) if is_given else None
    if holds is None:
        word = _WORDS.get(_kind(found), "a part" if found else "nothing")
        why = f"is {word}, which {op} cannot compare with {shown(value)}"
        reasons.append(f"{field} {why if is_given else 'is not given'}")
    return holds


def value_at(record: JsonMap, path: str) -> tuple[JsonValue, bool]:
    """Return the value at a path, and whether there is one; digits count in a list, from 0."""
    value: JsonValue = record
    for part in path.split("."):
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif part in as_map(value):
            value = as_map(value)[part]
        else:
            return None, False
    return value, True


def fields_of(condition: Condition | None) -> Iterator[str]:
    """Yield the paths that a condition reads."""
    if condition is not None:
        yield from [condition.field] if condition.field else []
        for each in (*(condition.all or ()), *(condition.any or ()), condition.none):
            yield from fields_of(each)


def _not(truth: bool | None) -> bool | None:  # noqa: FBT001 - a truth is what it turns
    return None if truth is None else not truth


def _holds(found: JsonValue, op: str, value: object) -> bool | None:
    if isinstance(value, tuple) or (op == "contains" and isinstance(found, list)):
        one, several = (found, value) if isinstance(value, tuple) else (value, found)
        alike = [each for each in several if _kind(each) is _kind(one)]  # type: ignore[union-attr]  # one of both is a list
        return one in alike if alike or not several else None
    if _kind(found) is not _kind(value) or _kind(value) is None:
        return None
    if op == "contains":
        return value in found if isinstance(found, str) and isinstance(value, str) else None
    return _ORDERED[op](found, value) if op in _ORDERED else (found == value) is (op == "==")


def _kind(value: object) -> type | None:
    """Return the type as people see it: whole numbers are numbers; NaN and null are nothing."""
    if isinstance(value, bool | str):
        return type(value)
    return float if isinstance(value, int | float) and -inf < value < inf else None
