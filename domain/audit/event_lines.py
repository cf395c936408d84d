"""Events as lines of JSON: how they leave the database, and how they are read again.

A line holds the whole envelope, hashes in hex, `data` as the exact text that was hashed, and the
stream's head hash after the event. Whoever has the lines can recompute the chain: see
docs/reference/hash-chain.md.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from domain.aggregate.envelope import GENESIS, Actor, Envelope, RecordedEvent
from domain.audit.chain import next_head
from domain.json import JsonMap
from domain.values.text import NAME, shown

_NOWHERE: Final = re.compile("[\0\ud800-\udfff]")
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(?P<bad>u0000|u[dD][89a-fA-F]\w\w)|.)", re.DOTALL
)
"""An escape of JSON; `bad` is NUL or half a character."""


def _from_hex(value: object) -> object:
    return bytes.fromhex(value) if isinstance(value, str) else value


Hash = Annotated[bytes, BeforeValidator(_from_hex), PlainSerializer(bytes.hex, return_type=str)]
"""A hash; in JSON as text in hex."""


class _PlaceLine(BaseModel):
    log: str
    position: int


class EnvelopeLine(BaseModel):
    """An envelope as plain JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    tenant_id: str
    stream_id: str
    version: int
    event_id: str
    type: str
    schema_version: int
    recorded_at: str
    actor: Actor
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    data: str
    content_hash: Hash

    def envelope(self) -> Envelope:
        """Return the envelope, believed as it stands."""
        return Envelope(**{name: getattr(self, name) for name in EnvelopeLine.model_fields})

    def plain(self) -> JsonMap:
        """Return the line as plain JSON."""
        return self.model_dump(mode="json")


class LogLine(EnvelopeLine, _PlaceLine):
    """One event where it is in the log."""


class EventLine(LogLine):
    """One event as it stands on its line."""

    head_hash: Hash

    def recorded(self) -> RecordedEvent:
        """Return the event, believed as it stands."""
        return RecordedEvent(self.log, self.position, self.envelope())


def event_lines(recorded: Iterable[RecordedEvent]) -> Iterator[EventLine]:
    """Yield each event of a stream, from its first on, as its line."""
    return map(EventLine.model_validate, exported(recorded))


def exported(recorded: Iterable[RecordedEvent]) -> Iterator[JsonMap]:
    """Yield each event of a stream, from its first on, as what its line holds."""
    head = GENESIS
    for each in recorded:
        head = next_head(head, [each.envelope.content_hash])
        yield event_json(each, head)


def event_json(event: RecordedEvent, head_hash: bytes) -> JsonMap:
    """Return the event with the stream's head hash after it as plain JSON."""
    return {**placed_json(event), "head_hash": head_hash.hex()}


def placed_json(event: RecordedEvent) -> JsonMap:
    """Return the event with its place in the log as plain JSON."""
    return {"log": event.log, "position": event.position, **envelope_json(event.envelope)}


def envelope_json(envelope: Envelope) -> JsonMap:
    """Return the envelope as plain JSON, in the order of its fields."""
    return {
        **{name: getattr(envelope, name) for name in EnvelopeLine.model_fields},
        "actor": {"kind": envelope.actor.kind, "id": envelope.actor.id},
        "content_hash": envelope.content_hash.hex(),
    }


def json_line(value: JsonMap) -> str:
    """Return the one text, without its newline, that a value has as a line."""
    return json.dumps(value, ensure_ascii=False)


def unfit(envelope: Envelope) -> str | None:
    """Return which field of an event from outside no database can keep, and why; or None.

    What names something is a name. In the data, older events may hold what a text may not hold by
    now, but neither NUL nor half a character.
    """
    names = {
        "tenant_id": envelope.tenant_id,
        "stream_id": envelope.stream_id,
        "event_id": envelope.event_id,
        "type": envelope.type,
        "actor.kind": envelope.actor.kind,
        "actor.id": envelope.actor.id,
        "correlation_id": envelope.correlation_id,
        "causation_id": envelope.causation_id,
        "traceparent": envelope.traceparent,
    }
    for field, name in names.items():
        if name is not None and (why := unfit_name(name)):
            return f"{field}: {why}"
    why = _unfit_data(envelope.data)
    return why and f"data: {why}"


@lru_cache(maxsize=10_000)
def unfit_name(name: str) -> str | None:
    """Return why a recorded text is no name, or None: its hash forbids to bring it into form."""
    if why := NAME.problem(name):
        return why
    if not unicodedata.is_normalized("NFC", name):
        return f"it is not in Unicode's composed form (NFC), got {shown(name)}"
    return None


def _unfit_data(data: str) -> str | None:
    found = _NOWHERE.search(data)
    place = found and found.start()
    if place is None and "\\u" in data:
        bad = (escape.start() for escape in _ESCAPE.finditer(data) if escape["bad"])
        place = next(bad, None)
    if place is None:
        return None
    return f"it holds NUL or half a character at character {place + 1}"
