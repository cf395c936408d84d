"""Streams of server-sent events, followed without a gap and without a repeat; nothing is sent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx

from .calls import COME_BACK, TRIES, Asked, Given, How, asked_for, pause_after
from .errors import Json, StreamEnded, problem_of, require_kind

_STREAM: Final = "text/event-stream"
_ENDS: Final = "end"
_GOES_ON_LATER: Final = "bye"
_ENDED: Final = frozenset({"denied", "error", "resync"})


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """Something that a stream tells: of which kind, and what.

    `id` is where a stream goes on after it; what ends a stream has none.
    """

    kind: str
    data: dict[str, Json]
    id: int | None = None


@dataclass(slots=True)
class Following:
    """Where somebody is in a stream, over as many connections as it takes."""

    name: str
    given: Given
    last_id: int | None = None
    is_over: bool = False
    _failed: int = 0
    _left: bytes = b""
    _fields: dict[str, str] = field(default_factory=dict)

    def request(self) -> Asked:
        """Return the request for what is still to come."""
        self._left, self._fields = b"", {}
        asked = asked_for(self.name, self.given, How())
        asked.headers["Accept"] = _STREAM
        if self.last_id is not None:
            asked.headers["Last-Event-ID"] = str(self.last_id)
        return asked

    def require(self, response: httpx.Response) -> None:
        """Raise `ProblemError`, or `httpx.TransportError` for what may be otherwise soon."""
        if response.status_code in COME_BACK:
            message = f"the stream was answered with {response.status_code}"
            raise httpx.RemoteProtocolError(message)
        if not response.is_success:
            raise problem_of(response)
        require_kind(response, _STREAM)

    def pause(self, error: httpx.TransportError | None = None) -> float:
        """Return the seconds to wait before the next connection; raise the error if it is enough.

        Tries count since something came last.
        """
        self._failed += 1
        if error is not None and self._failed >= TRIES:
            raise error
        return pause_after(self._failed)

    def taken(self, part: bytes) -> Iterator[StreamEvent]:
        """Yield the events that are whole with this part. Raises `StreamEnded`."""
        *lines, self._left = (self._left + part).split(b"\n")
        for line in lines:
            if event := self._read(line.rstrip(b"\r").decode()):
                yield event

    def _read(self, line: str) -> StreamEvent | None:
        name, _, value = line.partition(":")
        if line:
            self._fields[name] = value.removeprefix(" ")
            return None
        fields, self._fields, self._failed = self._fields, {}, 0
        number = int(fields["id"]) if "id" in fields else None
        if number is not None:
            self.last_id = number  # also where nothing else is told: a stream begins there
        return self._event(fields, number) if "data" in fields else None

    def _event(self, fields: dict[str, str], number: int | None) -> StreamEvent | None:
        event = StreamEvent(fields.get("event", "message"), json.loads(fields["data"]), number)
        if event.kind in _ENDED and number is None:
            raise StreamEnded(event.kind, str(event.data.get("why")))
        self.is_over = event.kind == _ENDS
        return None if event.kind == _GOES_ON_LATER else event
