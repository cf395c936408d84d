"""What a tool knows of the call that it answers, and how it says how far it is."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from domain.threads import current_work
from domain.tools.call_log import note
from domain.values.text import replaced

_TRACE: Final = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_PROGRESS_CHARACTERS: Final = 200
_SECONDS_BETWEEN: Final = 0.1


@dataclass(slots=True)
class ToolContext:
    """For whom, in which run, and as of when a tool is called.

    `now` is the instant that relative time ranges count back from, the same for every call of a
    run, so that its answers agree and can be repeated; it is in the zone of who asks. A call of a
    run has a `call_id`, and an `idempotency_key` that is the same for every attempt of it.
    `traceparent` is the W3C trace context that the question came with.
    A plain function goes on when its call was given up, until it looks at `is_cancelled`.
    """

    tenant_id: str
    now: datetime
    user_id: str | None = None
    request_id: str | None = None
    trace_id: str | None = None
    parent_trace_id: str | None = None
    call_id: str | None = None
    idempotency_key: str | None = None
    traceparent: str | None = None
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

    def progress(self, text: str) -> None:
        """Show who waits how far the call is, such as "3 of 10"; nothing of it is recorded.

        At most ten texts a second are shown, cut at 200 characters; the others are dropped.
        """
        if (progress := _PROGRESS.get()) is not None:
            progress(f"{self.call_id}: {text}" if self.call_id else text)

    @property
    def trace_headers(self) -> dict[str, str]:
        """The headers that carry the trace on to a server which this call asks.

        The call is a span of its own there, the same one each time that it is made.
        """
        if not _TRACE.fullmatch(self.traceparent or ""):  # an imported run may have anything
            return {}
        version, trace, asking, flags = str(self.traceparent).split("-")
        if self.call_id is not None:
            of = f"{self.trace_id}/{self.call_id}"
            asking = hashlib.sha256(of.encode()).hexdigest()[: len(asking)]
        return {"traceparent": f"{version}-{trace}-{asking}-{flags}"}

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for this call any more, so that its thread may end."""
        work = current_work()
        return work is not None and work.is_given_up


class Progress:
    """Tells how far calls are, no more often than can be read."""

    def __init__(
        self, tell: Callable[[str], None], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell, self._monotonic, self._next = tell, monotonic, 0.0

    def __call__(self, text: str) -> None:
        """Tell it, unless something else was told just now."""
        now = self._monotonic()
        if now >= self._next:
            self._next = now + _SECONDS_BETWEEN
            self._tell(replaced(str(text)[:_PROGRESS_CHARACTERS]))


_PROGRESS: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def progress_to(tell: Callable[[str], None]) -> Iterator[None]:
    """Let calls that are made in here, and in the tasks begun here, tell how far they are."""
    before = _PROGRESS.set(Progress(tell))
    try:
        yield
    finally:
        _PROGRESS.reset(before)
