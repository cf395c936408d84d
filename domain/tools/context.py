"""What a tool knows of the call that it answers."""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from domain.tools.call_log import note


@dataclass(slots=True)
class ToolContext:
    """For whom, in which run, and as of when a tool is called.

    `now` is the instant that relative time ranges count back from, the same for every call of a
    run, so that its answers agree and can be repeated; it is in the zone of who asks. A call of a
    run has a `call_id`, and an `idempotency_key` that is the same for every attempt of it.
    """

    tenant_id: str
    now: datetime
    user_id: str | None = None
    request_id: str | None = None
    trace_id: str | None = None
    parent_trace_id: str | None = None
    call_id: str | None = None
    idempotency_key: str | None = None
    metadata: dict[str, JsonValue] = field(default_factory=dict)

    def get_metadata(self, key: str, default: JsonValue = None) -> JsonValue:
        """Return the value kept under the key, else the default."""
        return self.metadata.get(key, default)

    def set_metadata(self, key: str, value: JsonValue) -> None:
        """Keep a value under the key."""
        self.metadata[key] = value

    def log(self, text: str) -> None:
        """Keep a line in the log of the call that is under way."""
        note(text)
