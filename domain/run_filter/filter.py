"""A filter of runs, as a tree of conditions.

`domain.views.matching` says which runs it fits.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Operator(StrEnum):
    """How a value is compared; CONTAINS looks for a part of a text, in any case."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    CONTAINS = "~"


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition: a field of a run, or of a call, compared with a value.

    `field` is a name of `domain.run_filter.fields`. Instants are text as in envelopes, durations
    milliseconds. None stands for what a run does not have. A run that has no value fits nothing
    else.
    """

    field: str
    operator: Operator
    value: str | float | None


@dataclass(frozen=True, slots=True)
class AnyCall:
    """One tool call of the run fits the condition, which is about calls."""

    condition: "RunFilter"


@dataclass(frozen=True, slots=True)
class And:
    """All parts fit; without parts, every run does."""

    parts: "tuple[RunFilter, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """One part fits; without parts, no run does."""

    parts: "tuple[RunFilter, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not fit."""

    part: "RunFilter"


RunFilter = Compare | AnyCall | And | Or | Not

EVERY_RUN: Final = And(())


def equal(field: str, value: str | float | None) -> Compare:
    """Return the filter for a field that has this value."""
    return Compare(field, Operator.EQUAL, value)


def all_of(*parts: RunFilter) -> RunFilter:
    """Return the filter for what fits all the parts."""
    return parts[0] if len(parts) == 1 else And(parts)


def any_of(*parts: RunFilter) -> RunFilter:
    """Return the filter for what fits one of the parts."""
    return parts[0] if len(parts) == 1 else Or(parts)


def of_failure(found: RunFilter) -> RunFilter:
    """Return the filter for runs with such a fingerprint, or with a call that has it."""
    match found:
        case Or(parts):
            return Or(tuple(map(of_failure, parts)))
        case Compare(value=None):
            return And((found, Not(AnyCall(Not(found)))))
        case _:
            return Or((found, AnyCall(found)))


def asks_for_calls(where: RunFilter) -> bool:
    """Return whether the filter is about tool calls, too."""
    match where:
        case AnyCall():
            return True
        case And(parts) | Or(parts):
            return any(asks_for_calls(part) for part in parts)
        case Not(part):
            return asks_for_calls(part)
        case Compare():
            return False


NEEDS_ATTENTION: Final = And(
    (Or((equal("status", "failed"), equal("error", "INTERRUPTED"))), equal("superseded", "no"))
)
"""Runs that failed or were cut off, and that no fork or rerun has made good."""
