"""What happens to the tool calls of a run."""

from pydantic import Field

from domain.run.event_data import EventData
from domain.run.facts import CallWindow, Fault, StoredJson, StoredMap


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


class ToolCallSucceeded(EventData):
    """A call answered."""

    stored_as = "tool-call-succeeded"

    call_id: str
    attempt: int
    data: StoredJson
    row_count: int | None = None
    references: list[StoredMap] = []
    warnings: list[str] = []
    source_revision: str | None = None
    duration_ms: float


class ToolCallFailed(EventData):
    """A call did not answer."""

    stored_as = "tool-call-failed"

    call_id: str
    attempt: int
    error: Fault
    duration_ms: float


class ToolCallSkipped(EventData):
    """A call was not made; `cause` is the call that it waited for in vain, if that was why."""

    stored_as = "tool-call-skipped"

    call_id: str
    tool: str
    operation: str
    reason: str
    cause: str | None = None
