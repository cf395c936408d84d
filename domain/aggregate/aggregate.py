"""An aggregate, declared once: everything that reads, writes, moves or checks streams uses this.

The stored form of an event is type name, schema version and exact JSON text; old shapes are lifted
when they are read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.aggregate.event import EventData
from domain.aggregate.lifecycle import Lifecycle
from domain.errors import CorruptLog, NotFound

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=EventData)
E_co = TypeVar("E_co", bound=EventData, covariant=True)

_ENCODER: Final = msgspec.json.Encoder()

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the data of one schema version into that of the next."""


@dataclass(frozen=True, slots=True)
class StreamEntry(Generic[E_co]):
    """One event of a stream as readers see it: its place in the log, its envelope, the event."""

    position: int
    envelope: Envelope
    event: E_co


class Summary(Protocol):
    """Folds the events of a stream, one by one, into the line that lists show of it."""

    def add(self, entry: Any, /) -> None:  # noqa: ANN401 - an entry of the aggregate
        """Add the next event."""

    def summary(self) -> Any:  # noqa: ANN401 - each list has a shape of its own
        """Return the line after the events that were added, one at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Generic[S, C, E]):
    """A kind of event-sourced thing.

    `prefix` begins the ids of its streams. `begin` gives the state before the first event,
    `decide` what a command makes happen (it may refuse), `evolve` the state after an event (it
    never refuses). `fold` is there where folding a whole history at once is cheaper. `reported`
    wraps an event that the engine reports in the command that checks it. `summary` continues the
    line of a list, or begins one; without it no list is kept beside the events. `upcasters` lift
    old schema versions, by stored name and version.
    """

    name: str
    prefix: str
    events: tuple[type[E], ...]
    lifecycle: Lifecycle[Any, Any]
    begin: Callable[[str], S]
    decide: Callable[[S, C], Sequence[E]]
    evolve: Callable[[S, E], S]
    fold: Callable[[str, Iterable[E]], S] | None = None
    reported: Callable[[E], C] | None = None
    summary: Callable[[Any], Summary] | None = None
    upcasters: Mapping[tuple[str, int], Upcaster] = field(default_factory=dict)
    not_found: Callable[[str], NotFound] = NotFound
    types: Mapping[str, type[E]] = field(init=False)
    """The event types by stored name."""

    def __post_init__(self) -> None:
        """Raise `ValueError` when two events have the same stored name."""
        types = {kind.stored_as: kind for kind in self.events}
        if len(types) < len(self.events):
            message = f"two events of {self.name} have the same stored name"
            raise ValueError(message)
        object.__setattr__(self, "types", types)

    def state_of(self, stream_id: str, events: Iterable[E]) -> S:
        """Return the state that the events, in order, make."""
        if self.fold is not None:
            return self.fold(stream_id, events)
        return reduce(self.evolve, events, self.begin(stream_id))

    def encode(self, event: E) -> tuple[str, int, str]:
        """Return stored name, schema version and JSON text."""
        return event.stored_as, event.schema_version, _ENCODER.encode(event).decode()

    def decode(self, stored_as: str, *, schema_version: int, data: str) -> E:
        """Return the event.

        Raises ValueError when the type is unknown or the data do not fit it.
        """
        kind = self.types.get(stored_as)
        if kind is None:
            message = f"unknown event type {stored_as!r}; a newer opstrail may have written it"
            raise ValueError(message)
        try:
            if schema_version == kind.schema_version:
                event: E = _decoder(kind).decode(data)
                return event
            lifted = self._lift(kind, schema_version, msgspec.json.decode(data))
            return msgspec.convert(lifted, kind)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ValueError(str(error)) from error

    def read(self, recorded: RecordedEvent) -> StreamEntry[E]:
        """Return the entry. Raises `CorruptLog` when the event cannot be read."""
        envelope = recorded.envelope
        try:
            event = self.decode(
                envelope.type, schema_version=envelope.schema_version, data=envelope.data
            )
        except ValueError as error:
            where = f"{envelope.stream_id} version {envelope.version}"
            raise CorruptLog(where, why=str(error)) from error
        return StreamEntry(recorded.position, envelope, event)

    def _lift(self, kind: type[E], version: int, data: dict[str, Any]) -> dict[str, Any]:
        steps = [
            self.upcasters.get((kind.stored_as, step))
            for step in range(version, kind.schema_version)
        ]
        if version > kind.schema_version or None in steps:
            message = f"{kind.stored_as} schema version {version} cannot be read by this opstrail"
            raise ValueError(message)
        for upcaster in filter(None, steps):
            data = upcaster(data)
        return data


@cache
def _decoder(kind: type[E]) -> msgspec.json.Decoder[E]:
    return msgspec.json.Decoder(kind)
