"""Messages of a stream as they go over the wire: server-sent events."""

from dataclasses import dataclass
from typing import Final

import orjson
from pydantic import JsonValue

from domain.json import JsonMap

PING: Final = b": ping\n\n"
"""A comment: whoever is between does not take the stream for dead."""

RETRY: Final = b"retry: 1000\n\n"
"""After so many milliseconds a reader comes back that was cut off."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that is sent: an `event` of this kind, and where a reader goes on after it.

    Without `id` it changes nothing of that. `text` is one line of JSON; without it, only the place
    is told.
    """

    event: str
    text: str
    id: int | None = None

    def encoded(self) -> bytes:
        """Return what goes over the wire."""
        where = "" if self.id is None else f"id: {self.id}\n"
        what = f"event: {self.event}\ndata: {self.text}\n" if self.text else ""
        return f"{where}{what}\n".encode()


def last_word(event: str, **said: JsonValue) -> Message:
    """Return the message that a stream ends with, and why."""
    return Message(event, json_text(said))


def json_text(value: JsonMap) -> str:
    """Return a value as one line of JSON."""
    return orjson.dumps(value).decode()
