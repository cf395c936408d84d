"""The fields that a filter knows: of runs, and of their tool calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, get_args

from domain.run.facts import Flag
from domain.run.lifecycle import RunState

COMPLETED: Final = RunState.COMPLETED.value
OUTCOMES: Final = ("success", "partial", "degraded")
"""How a completed run may have ended."""

CALL_SCOPE: Final = "call"
FINGERPRINT: Final = "fingerprint"


class Kind(StrEnum):
    """What values a field has: text, one of a few words, numbers, durations, instants."""

    TEXT = "text"
    WORD = "one of a few words"
    NUMBER = "number"
    DURATION = "duration"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field.

    `words` are the values that a WORD may have. Of an optional field, some runs have no value.
    """

    name: str
    kind: Kind
    about: str
    words: tuple[str, ...] = ()
    is_optional: bool = False


def _table(*fields: Field) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


_STATES: Final = tuple(state.value for state in RunState if state is not RunState.NEW)
_STATUSES: Final = (*OUTCOMES, *(state for state in _STATES if state != COMPLETED))

RUN_FIELDS: Final = _table(
    Field(name="id", kind=Kind.TEXT, about="the run's id"),
    Field(
        name="status",
        kind=Kind.WORD,
        words=_STATUSES,
        about="how a completed run ended, and of any other its state",
    ),
    Field(name="state", kind=Kind.WORD, words=_STATES, about="where the run is"),
    Field(name="question", kind=Kind.TEXT, about="what was asked"),
    Field(name="actor", kind=Kind.TEXT, about="who asked"),
    Field(name="planner", kind=Kind.TEXT, is_optional=True, about="who made the plan"),
    Field(name="route", kind=Kind.TEXT, is_optional=True, about="the way that the router chose"),
    Field(name="error", kind=Kind.TEXT, is_optional=True, about="the code of the run's error"),
    Field(name="error_text", kind=Kind.TEXT, is_optional=True, about="the words of the error"),
    Field(
        name=FINGERPRINT,
        kind=Kind.TEXT,
        is_optional=True,
        about="the kind of failure, of the run or of one of its calls; see `run failures`",
    ),
    Field(name="started", kind=Kind.INSTANT, about="when it was asked"),
    Field(name="ended", kind=Kind.INSTANT, is_optional=True, about="when the run ended"),
    Field(name="updated", kind=Kind.INSTANT, about="when something was recorded last"),
    Field(
        name="duration",
        kind=Kind.DURATION,
        is_optional=True,
        about="how long the run worked, once it has ended",
    ),
    Field(
        name="waited",
        kind=Kind.DURATION,
        about="how long the run waited: for a worker, to be resumed or to be taken over",
    ),
    Field(name="calls", kind=Kind.NUMBER, about="how many tool calls it made"),
    Field(
        name="failed_calls",
        kind=Kind.NUMBER,
        about="how many of its calls failed in their last attempt",
    ),
    Field(
        name="origin",
        kind=Kind.WORD,
        words=("new", "fork", "rerun", "follow_up"),
        about="whether the run comes from another one",
    ),
    Field(name="parent", kind=Kind.TEXT, is_optional=True, about="the run that it comes from"),
    Field(name="golden", kind=Kind.TEXT, is_optional=True, about="the name it is pinned by"),
    Field(
        name="flag",
        kind=Kind.WORD,
        words=get_args(Flag),
        is_optional=True,
        about="what a person thinks of the answer",
    ),
    Field(
        name="worker", kind=Kind.TEXT, is_optional=True, about="the service that carries it out"
    ),
    Field(name="version", kind=Kind.NUMBER, about="how many events it has"),
    Field(
        name="superseded",
        kind=Kind.WORD,
        words=("yes", "no"),
        about="whether a fork or rerun of it, or one of theirs, has completed",
    ),
)
"""The fields of a run."""

CALL_FIELDS: Final = _table(
    Field(name="tool", kind=Kind.TEXT, about="the tool"),
    Field(name="operation", kind=Kind.TEXT, about="the tool's operation"),
    Field(
        name="status",
        kind=Kind.WORD,
        words=("running", "succeeded", "failed", "skipped", "interrupted"),
        about="how the attempt ended",
    ),
    Field(name="error", kind=Kind.TEXT, is_optional=True, about="the code of its error"),
    Field(name=FINGERPRINT, kind=Kind.TEXT, is_optional=True, about="the kind of its failure"),
    Field(name="duration", kind=Kind.DURATION, is_optional=True, about="how long it took"),
)
"""The fields of one attempt of a tool call."""

SYNONYMS: Final[Mapping[str, str]] = {"requested": "started"}
"""Other names of fields of a run."""

OUTSIDE: Final[Mapping[str, str]] = {
    name if name in {"tool", "operation"} else f"{CALL_SCOPE}.{name}": name for name in CALL_FIELDS
}
"""The names that fields of a call have outside `call(...)`."""
