"""The values that events are made of."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from domain.json import JsonMap

StoredJson = Any
StoredMap = dict[str, Any]
"""JSON made by our own code: checking a large result in detail would cost more than storing it."""
Anchor = Literal["now", "data"]
"""What relative times of a request count back from: the request (now), or the newest data."""
CallTimeoutMs = Annotated[int, Field(ge=1, le=3_600_000)]
JSON_MAP: Final = TypeAdapter(JsonMap)
"""Checks that something is a JSON object."""


class Fault(BaseModel):
    """What went wrong: a code for programs, a sentence for people, and the facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    message: str
    details: JsonMap = {}
    can_retry: bool = False


Flag = Literal["right", "wrong", "unclear"]
"""What a person thinks of an answer."""


class RunOptions(BaseModel):
    """How a run is to be done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    anchor: Anchor = "now"
    call_timeout_ms: CallTimeoutMs = 30_000
    max_concurrent_calls: int = Field(default=10, ge=1, le=100)


class StageDiagnostics(BaseModel):
    """How a stage went."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["ok", "warning", "error"]
    warnings: list[str] = []
    errors: list[str] = []
    empty_flags: dict[str, bool] = {}
    counts: dict[str, int] = {}


class PlanDecision(BaseModel):
    """One thing that validation changed or let pass with a remark.

    It says what was requested, what is in effect, and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    field: str
    requested: JsonValue
    effective: JsonValue
    why: str


class CallWindow(BaseModel):
    """The absolute span of time that a call looks at, half-open, as ISO 8601 text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str
    end: str


class ResultPatch(BaseModel):
    """What takes the place of a recorded result.

    data: this `data`. empty: this `data`, which are the recorded ones without their content.
    error: a failure with this `error_code`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["data", "empty", "error"]
    data: StoredJson = None
    error_code: str | None = None


class Patches(BaseModel):
    """What a run does otherwise than the one that it comes from.

    `plan` maps dotted paths of the plan to new values, `params` call ids to parameters that are
    added or replaced, `assets` "<stage>:<type>" to assets, `results` call ids to results.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: JsonMap = {}
    params: dict[str, JsonMap] = {}
    assets: dict[str, str] = {}
    results: dict[str, ResultPatch] = {}


class Origin(BaseModel):
    """Where a run comes from: from nowhere (new), or from the parent's record up to a version.

    `is_blocked` says that what is not on the record is refused, not called.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["new", "fork", "rerun"] = "new"
    parent_run_id: str | None = None
    parent_version: int | None = None
    reason: str | None = None
    patches: Patches = Patches()
    is_blocked: bool = False


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, such as "1 row" or "3 rows"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
