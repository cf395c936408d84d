"""What happens to the tool calls of a run."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.run.event_data import EventData
from domain.run.facts import CallWindow, Fault, StoredJson, StoredMap

AnsweredBy = Literal["live", "record", "patch", "blocked"]
"""Where an answer came from.

The tool itself, the record of the run that this one comes from, a patch of that record, or from
nowhere because calling the tool was not allowed.
"""


class ToolsRanked(EventData):
    """The selector scored the candidates; each score with its terms."""

    stored_as = "tools-ranked"

    context: StoredMap
    candidates: list[StoredMap]


class ToolCallStarted(EventData):
    """A call is about to leave. `label` is the digest of tool, operation and canonical params."""

    stored_as = "tool-call-started"

    call_id: str
    tool: str
    operation: str
    params: StoredMap
    label: str
    depends_on: list[str] = []
    group: int = 0
    attempt: int = Field(default=1, ge=1)
    timeout_ms: int
    window: CallWindow | None = None


class PayloadRef(BaseModel):
    """The name of a large result that is kept beside the log; see `domain.payloads`.

    `digest` is in hexadecimal, `size` the bytes of the JSON text, `preview` its beginning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: str = Field(pattern="^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    preview: str


class ToolCallSucceeded(EventData):
    """A call answered.

    Stored, a large result is a payload, and `data` is None. Read, `data` is the result again,
    unless its payload was erased.
    """

    stored_as = "tool-call-succeeded"
    schema_version = 2

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

    @property
    def erased(self) -> str | None:
        """What to say of a result that was erased; None when it is there."""
        if self.payload is None or self.data is not None:
            return None
        return f"result erased ({self.payload.size} bytes, digest {self.payload.digest})"


class ToolCallFailed(EventData):
    """A call did not answer."""

    stored_as = "tool-call-failed"

    call_id: str
    attempt: int
    error: Fault
    duration_ms: float
    answered_by: AnsweredBy = "live"


class ToolCallSkipped(EventData):
    """A call was not made; `cause` is the call that it waited for in vain, if that was why."""

    stored_as = "tool-call-skipped"

    call_id: str
    tool: str
    operation: str
    reason: str
    cause: str | None = None
