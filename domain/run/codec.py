"""Between events and their stored form.

The stored form is type name, schema version and exact JSON text; old shapes are upcast on read.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Final, get_args

from pydantic import ValidationError

from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.run.call_events import ToolCallSucceeded
from domain.run.errors import CorruptLog
from domain.run.event_data import EventData
from domain.run.events import RunEvent

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the data of one schema version into that of the next."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event of a run as readers see it: its envelope, its place in the log, what happened."""

    position: int
    envelope: Envelope
    event: RunEvent


@dataclass(frozen=True, slots=True)
class Codec:
    """What is needed to write and read events.

    `types` holds the known event types by stored name, `upcasters` the steps that lift old schema
    versions by stored name and version.
    """

    types: Mapping[str, type[EventData]]
    upcasters: Mapping[tuple[str, int], Upcaster]

    def encode(self, event: EventData) -> tuple[str, int, str]:
        """Return stored name, schema version and JSON text."""
        return event.stored_as, event.schema_version, event.model_dump_json()

    def decode(self, stored_as: str, *, schema_version: int, data: str) -> EventData:
        """Return the event.

        Raises ValueError when the type is unknown or the data do not fit it.
        """
        kind = self.types.get(stored_as)
        if kind is None:
            message = f"unknown event type {stored_as!r}; a newer opstrail may have written it"
            raise ValueError(message)
        if schema_version == kind.schema_version:
            return kind.model_validate_json(data)
        return kind.model_validate(self._lift(stored_as, schema_version, json.loads(data)))

    def read(self, recorded: RecordedEvent) -> HistoryEntry:
        """Return the entry. Raises `CorruptLog` when the event cannot be read."""
        envelope = recorded.envelope
        try:
            event = self.decode(
                envelope.type, schema_version=envelope.schema_version, data=envelope.data
            )
        except (ValueError, ValidationError) as error:
            where = f"{envelope.stream_id} version {envelope.version}"
            raise CorruptLog(where, why=str(error)) from error
        return HistoryEntry(recorded.position, envelope, event)  # type: ignore[arg-type]  # types holds RunEvents

    def _lift(self, stored_as: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
        known = self.types[stored_as].schema_version
        steps = [self.upcasters.get((stored_as, step)) for step in range(version, known)]
        if version > known or None in steps:
            message = f"{stored_as} schema version {version} cannot be read by this opstrail"
            raise ValueError(message)
        for upcaster in filter(None, steps):
            data = upcaster(data)
        return data


def _by_stored_name(events: UnionType) -> dict[str, type[EventData]]:
    return {kind.stored_as: kind for kind in get_args(events)}


def _without_payload(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "payload": None}


CODEC: Final = Codec(
    types=_by_stored_name(RunEvent),
    upcasters={(ToolCallSucceeded.stored_as, 1): _without_payload},
)
