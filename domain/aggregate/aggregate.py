"""An aggregate, declared once: everything that reads, writes, moves or checks streams uses this.

The stored form of an event is type name, schema version and exact JSON text; old shapes are lifted
when they are read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
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
E_contra = TypeVar("E_contra", bound=EventData, contravariant=True)
S_co = TypeVar("S_co", covariant=True)

_ENCODER: Final = msgspec.json.Encoder()

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the data of one schema version into that of the next."""


class StreamEntry(msgspec.Struct, Generic[E_co], frozen=True, gc=False):
    """One event of a stream as readers see it: its place in the log, its envelope, the event."""

    position: int
    envelope: Envelope
    event: E_co


class Fold(Protocol[S_co, E_contra]):
    """The state of one stream, kept in place while events come one by one."""

    def check(self, event: E_contra, /) -> None:
        """Raise `Refused` when an engine may not report this event now."""

    def add(self, event: E_contra, /) -> None:
        """Take the next event, whatever it is."""

    def value(self) -> S_co:
        """Return the state as it is now."""


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
    never refuses). `fold` continues from a state where doing so in place is cheaper; it is needed
    where an engine reports events by itself. `summary` begins the line of a list; without it no
    list is kept beside the events. `upcasters` lift old schema versions, by stored name and
    version.
    """

    name: str
    prefix: str
    events: tuple[type[E], ...]
    lifecycle: Lifecycle[Any, Any]
    begin: Callable[[str], S]
    decide: Callable[[S, C], Sequence[E]]
    evolve: Callable[[S, E], S]
    fold: Callable[[S], Fold[S, E]] | None = None
    summary: Callable[[], Summary] | None = None
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
        folded = self.folding(stream_id)
        for event in events:
            folded.add(event)
        return folded.value()

    def folding(self, stream_id: str) -> Fold[S, E]:
        """Return the fold of a stream that has no events yet."""
        begun = self.begin(stream_id)
        return _StepByStep(self, begun) if self.fold is None else self.fold(begun)

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
        except (msgspec.MsgspecError, RecursionError, TypeError) as error:
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


class _StepByStep(Generic[S, E]):
    """The fold of an aggregate that has no quicker one."""

    def __init__(self, aggregate: Aggregate[S, Any, E], state: S) -> None:
        self._aggregate, self._state = aggregate, state

    def check(self, event: E) -> None:
        message = f"no engine reports {event.stored_as} to a {self._aggregate.name}"
        raise TypeError(message)

    def add(self, event: E) -> None:
        self._state = self._aggregate.evolve(self._state, event)

    def value(self) -> S:
        return self._state


@cache
def _decoder(kind: type[E]) -> msgspec.json.Decoder[E]:
    return msgspec.json.Decoder(kind)
