"""Which fields of a request an error is about: where each is, what was given, what is allowed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from domain.assets.errors import WrongAsset, WrongAssetName
from domain.audit.bundle import BundleRefused, BundleTooLarge, OtherTenant
from domain.errors import (
    AmbiguousRun,
    CannotBeFollowed,
    DecidedElsewhere,
    ErasedResult,
    KeyReused,
    NotAMoment,
    NothingToErase,
    NothingToSearch,
    ReplayRefused,
)
from domain.estate.errors import EstateError
from domain.json import JsonMap
from domain.operations.operation import InvalidParams
from domain.plan.planner import QuestionNotUnderstood
from domain.replay.bulk.errors import AmbiguousBulkReplay, BulkReplayRefused
from domain.replay.compare.ignore_rules import InvalidPattern
from domain.replay.golden.pinned import InvalidGoldenName, InvalidThreshold
from domain.run_filter.tokens import FilterRefused
from domain.services.bisection import CannotBisect
from domain.services.counterparts import StandsBesideARun
from domain.stages.given_plan import WrongPlan, WrongQuery
from domain.time_zones import UnknownTimeZone
from domain.tools.invalid_params import fields_at
from domain.values.text import shown
from domain.views.golden import Thresholds

Given = Mapping[str, Any]
"""What a request gave, by field; headers are called as headers are."""

KEY: Final = "Idempotency-Key"
_ZONE: Final = "Prefer"
_RUN: Final = "the id of one run, a part of it that fits no other, or latest"
_OF_ASSET: Final = ("text", "word", "name", "asset")
FIELDS: Final[Mapping[type[Exception], tuple[str, tuple[str, ...]]]] = {
    AmbiguousRun: (_RUN, ("run", "a", "b", "good", "bad", "after", "before", "runs")),
    AmbiguousBulkReplay: (
        "the id of one bulk replay, a part of it, or latest",
        ("replay", "before"),
    ),
    NotAMoment: ("a version, or a time such as -5m or 2026-03-01T12:00:00Z", ("at",)),
    FilterRefused: ("the grammar of filters", ("query", "filter", "text")),
    NothingToSearch: ("a word", ("text",)),
    InvalidGoldenName: ("up to 100 letters, digits and _ . / -", ("name",)),
    InvalidThreshold: (", ".join(Thresholds.model_fields), ("thresholds",)),
    InvalidPattern: ("/FIELD or TOOL:/FIELD", ("ignore",)),
    UnknownTimeZone: ("timezone=UTC, or a name such as Europe/Berlin", (_ZONE,)),
    WrongPlan: ("a plan, or what a planner puts out", ("plan",)),
    WrongQuery: ("a query whose parts fit together", ("query",)),
    CannotBeFollowed: ("a run that has ended, and has a query", ("after",)),
    QuestionNotUnderstood: ("a question that the estate can answer", ("question", "intent")),
    KeyReused: ("a key that no other request had", (KEY,)),
    DecidedElsewhere: ("true", ("imported",)),
    NothingToErase: ("a call with a large result", ("call",)),
    ErasedResult: ("a run whose results are there", ("run", "content")),
    CannotBisect: ("two runs that differ, with runs between them", ("good", "bad")),
    StandsBesideARun: ("the id of a run for one of both", ("a", "good")),
    WrongAssetName: ("KIND:NAME", ("assets", "asset_overrides", "patches", "asset", "name")),
    WrongAsset: (
        "what its kind takes",
        ("assets", "asset_overrides", "patches", "to_version", "version", "content", *_OF_ASSET),
    ),
    BundleRefused: ("a bundle as it was exported", ("content",)),
    OtherTenant: ("a bundle of your own tenant", ("content",)),
    BundleTooLarge: ("fewer runs", ("runs",)),
    EstateError: ("what the detail says", ("paths", "ci_code", "source", "anchor", "suffix")),
}
"""Per error that knows no field what is allowed, and the fields that it may be about."""
_LARGEST: Final = 2**53
"""Up to here every reader of JSON takes a number as it is."""
_SECRET: Final = re.compile("pass|pwd|secret|token|key|authorization", re.IGNORECASE)


def wrong_fields(error: Exception, given: Given) -> list[dict[str, Any]]:
    """Return what is told of each wrong field; nothing where the error is about none."""
    if isinstance(error, InvalidParams):
        return [*_invalid(error, given)]
    allowed, fields = next(
        (found for kind, found in FIELDS.items() if isinstance(error, kind)), ("", ())
    )
    named = [field for field in fields if field in given] or fields[:1]
    if isinstance(error, ReplayRefused | BulkReplayRefused):
        allowed, named = str(error), [error.field]
    if not named:
        return []
    text = getattr(error, "text", getattr(error, "word", None))
    at = next((field for field in named if _holds(given.get(field), text)), named[0])
    return [wrong_field(at, str(error), given, {"expected": allowed})]


def wrong_field(at: str, said: str, given: Given, allowed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of one field, which is a path with dots; "" is the whole body."""
    told = {key: _number(value, str) for key, value in allowed.items()}
    steps = [] if at == "" else at.split(".")
    return {
        "pointer": _pointer(steps),
        "detail": said,
        **_value(at, steps, given),
        "allowed": told,
    }


def _holds(value: object, text: object) -> bool:
    return text in value if isinstance(value, list | tuple) else text == value


def _invalid(error: InvalidParams, given: Given) -> Iterator[dict[str, Any]]:
    cause = error.__cause__
    known: Sequence[Any] = cause.errors() if isinstance(cause, ValidationError) else ()
    for (at, said), its in zip(error.problems, known or [{}] * len(error.problems), strict=True):
        allowed = {key: value for key, value in its.get("ctx", {}).items() if key != "error"}
        if its.get("type") == "extra_forbidden" and error.of is not None:
            allowed = {"fields": ", ".join(fields_at(error.of, its["loc"][:-1]))}
        place = KEY if at == "key" and KEY in given else at
        rule = said.partition(", got ")[0]
        yield wrong_field(place, said, given, allowed or {"expected": rule})


def _value(at: str, steps: Sequence[str], given: Given) -> JsonMap:
    """Return the value as it was given, if it was, and may be shown."""
    value: Any = given
    for step in steps:
        if isinstance(value, list | tuple) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            return {}
    if isinstance(value, bytes) or not steps or (_SECRET.search(at) and at != KEY):
        return {}
    is_shown_whole = isinstance(value, str | None) and shown(value) == repr(value)
    return {"value": value if is_shown_whole else _number(value, shown)}


def _number(value: object, in_words: Callable[[object], str]) -> str | float:
    """Return a number or a truth as it is, anything else in words."""
    if isinstance(value, int | float) and abs(value) <= _LARGEST:
        return value
    return in_words(value)


def _pointer(steps: Sequence[str]) -> str:
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
