"""What happens to the tool calls of a run; see `domain.run.events`."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, UnsetType

from domain.aggregate.fact import Fact
from domain.run.facts import CallWindow, Fault, StoredJson, StoredMap, counted
from domain.run.lifecycle import Stage
from domain.run.run_event import OnTimeline, Reported, RunEventData
from domain.values.effect import Effect

AnsweredBy = Literal["live", "record", "patch", "blocked", "cache"]
"""Where an answer came from.

The tool itself, the record of the run that this one comes from, a patch of that record, from
nowhere because calling the tool was not allowed, or what the tool answered to another call before.
"""


LIVE: Final = "live"
"""Who answered a call that went out."""

WAITED_FOR: Final = {
    "queue": "for other calls of the tool to end",
    "rate_limit": "for the rate limit of the tool",
    "breaker_probe": "to see whether the tool answers again",
    "back_off": "to be tried again",
}
"""The causes of waits of a call, as they go on after "waited"."""


class PayloadRef(Fact, frozen=True, kw_only=True):
    """The name of a large result that is kept beside the log; see `domain.payloads`.

    `digest` is in hexadecimal, `size` the bytes of the JSON text, `preview` its beginning.
    """

    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Meta(ge=0)]
    preview: str

    @property
    def missing(self) -> str:
        """What to say where the result is not there, and nobody's erasure is on the record."""
        which = f"{self.size} bytes, digest {self.digest}"
        return f"result missing ({which}): no erasure is on the record"


class ToolsRanked(RunEventData, frozen=True, kw_only=True):
    """The selector scored the candidates; each score with its terms."""

    stored_as = "tools-ranked"
    is_derived = True
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.NOTHING
    says = "the selector ranks {0.ranked}"
    personal = ("context", "candidates")

    context: StoredMap
    candidates: list[StoredMap]

    @property
    def ranked(self) -> str:
        """How many candidates there were."""
        return counted(len(self.candidates), "tool")


class ToolCallStarted(RunEventData, frozen=True, kw_only=True):
    """A call is about to leave. `label` is the digest of tool, operation and canonical params.

    `effect` is what it does outside, stored only where it is more than to read.
    """

    stored_as = "tool-call-started"
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.BEGINS_CALL
    says = "call {0.call_id} of {0.tool}.{0.operation} begins{0.again}"
    personal = ("params",)

    call_id: str
    tool: str
    operation: str
    params: StoredMap
    label: str
    depends_on: list[str] = []
    group: int = 0
    attempt: Annotated[int, Meta(ge=1)] = 1
    timeout_ms: int
    window: CallWindow | None = None
    effect: Effect | UnsetType = UNSET

    @property
    def again(self) -> str:
        """Which attempt it is, unless it is the first."""
        return f", attempt {self.attempt}" if self.attempt > 1 else ""


class ToolCallSucceeded(RunEventData, frozen=True, kw_only=True):
    """A call answered.

    Stored, a large result is a payload, and `data` is None. Read, `data` is the result again,
    unless its payload was erased. `newest` is the instant of the newest record behind the result,
    as ISO 8601 text in UTC, of tools that know it; `cached_age_ms` how old an answer was that was
    given again; `observed_effect` what the call changed outside, of tools that say so.
    """

    stored_as = "tool-call-succeeded"
    schema_version = 2
    large = "data"
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.ENDS_CALL
    says = "call {0.call_id} answers after {0.duration_ms:.0f} ms ({0.source})"
    personal = ("data", "payload", "references", "warnings", "observed_effect")

    call_id: str
    attempt: int
    data: StoredJson = None
    payload: PayloadRef | None = None
    row_count: int | None = None
    references: list[StoredMap] = []
    warnings: list[str] = []
    source_revision: str | None = None
    duration_ms: float
    answered_by: AnsweredBy = "live"
    newest: str | UnsetType = UNSET
    cached_age_ms: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    observed_effect: StoredJson | UnsetType = UNSET

    @property
    def erased(self) -> str | None:
        """What to say of a result that was erased; None when it is there."""
        if self.payload is None or self.data is not None:
            return None
        return f"result erased ({self.payload.size} bytes, digest {self.payload.digest})"

    @property
    def source(self) -> str:
        """Where the answer came from, with how many rows."""
        rows = "" if self.row_count is None else f", {counted(self.row_count, 'row')}"
        age = self.cached_age_ms
        return f"{self.answered_by}{'' if age is UNSET else f' of {age} ms ago'}{rows}"


class ToolCallFailed(RunEventData, frozen=True, kw_only=True):
    """A call did not answer; `retry_after_ms` says that it is tried again, and after how long.

    `fallback` names the tool that is asked instead; older records have only that it was asked.
    """

    stored_as = "tool-call-failed"
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.ENDS_CALL
    says = "call {0.call_id} fails: {0.error.code}: {0.error.message}{0.again}"
    personal = ("error",)

    call_id: str
    attempt: int
    error: Fault
    duration_ms: float
    answered_by: AnsweredBy = "live"
    retry_after_ms: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    fallback: str | UnsetType = UNSET

    @property
    def again(self) -> str:
        """When it is tried again, or of whom, if it is."""
        if self.retry_after_ms is not UNSET:
            return f"; it is tried again after {self.retry_after_ms} ms"
        return "" if self.fallback is UNSET else f"; {self.fallback} is asked instead"


class ToolCallThrottled(RunEventData, frozen=True, kw_only=True):
    """An attempt of a call waited before its tool was asked, and waits no longer.

    `cause` is queue (for calls of the tool to end), rate_limit, breaker_probe (another call tried
    a tool that was left alone) or back_off (it is a repetition).
    """

    stored_as = "tool-call-throttled"
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.NOTHING
    says = "call {0.call_id} waited {0.waited_ms:.0f} ms {0.waited_for}"
    personal = ()

    call_id: str
    attempt: Annotated[int, Meta(ge=1)]
    cause: Literal["queue", "rate_limit", "breaker_probe", "back_off"]
    waited_ms: float

    @property
    def waited_for(self) -> str:
        """What it waited for, in words."""
        return WAITED_FOR[self.cause]


class ToolCallLogged(RunEventData, frozen=True, kw_only=True):
    """An attempt of a call logged something, which is told before its end.

    `data` has the `lines` (level, logger, text), the `exceptions` (type, message, frames), the
    last one first, and how many lines were left out (`dropped_count`) behind which
    (`dropped_after`). Large ones are a payload, as results are.
    """

    stored_as = "tool-call-logged"
    large = "data"
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.NOTHING
    says = "call {0.call_id} logged {0.what}"
    personal = ("data", "payload")

    call_id: str
    attempt: Annotated[int, Meta(ge=1)]
    line_count: int
    exception_count: int = 0
    data: StoredJson = None
    payload: PayloadRef | None = None

    @property
    def what(self) -> str:
        """How much it is."""
        lines, exceptions = self.line_count, self.exception_count
        told = [counted(lines, "line")] if lines else []
        return " and ".join(told + ([counted(exceptions, "exception")] if exceptions else []))


class ToolCallSkipped(RunEventData, frozen=True, kw_only=True):
    """A call was not made; `cause` is the call that it waited for in vain, if that was why.

    `on_purpose` says that the plan wants it so: a condition does not hold, a way is not taken.
    """

    stored_as = "tool-call-skipped"
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.ENDS_CALL
    says = "call {0.call_id} of {0.tool}.{0.operation} is skipped: {0.reason}"
    personal = ("reason",)

    call_id: str
    tool: str
    operation: str
    reason: str
    cause: str | None = None
    on_purpose: bool | UnsetType = UNSET


CallEvent = (
    ToolsRanked
    | ToolCallStarted
    | ToolCallSucceeded
    | ToolCallFailed
    | ToolCallSkipped
    | ToolCallThrottled
    | ToolCallLogged
)
"""What happens to tool calls; part of `domain.run.events.RunEvent`."""
