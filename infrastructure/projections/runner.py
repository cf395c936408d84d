"""The runner: moves generations of projections along the log, one transaction per chunk."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.aggregates import aggregate_of
from domain.ports import Clock
from domain.services.projections import Fenced
from infrastructure.database.engine import begin_immediate
from infrastructure.database.errors import DatabaseUnavailable
from infrastructure.log.subscriptions import Chunk, Subscription
from infrastructure.projections import checkpoints
from infrastructure.projections.checkpoints import LEASE_SECONDS, Checkpoint, Lease
from infrastructure.projections.generations import Status
from infrastructure.projections.parked_streams import park, parked_among
from infrastructure.projections.projection import Projection

NO_LIMIT: Final = float("inf")
PROLONGED_EVERY_SECONDS: Final = LEASE_SECONDS / 3


class ProjectionRunner:
    """Moves one projection under the name of one owner, who holds the leases."""

    def __init__(
        self, engine: sa.Engine, projection: Projection, *, clock: Clock, owner: str
    ) -> None:
        """Nothing is held yet; `owner` is unique among all runners."""
        self._engine, self._projection = engine, projection
        self._clock, self._owner = clock, owner

    @contextmanager
    def holding(self, generation: int) -> Iterator[Checkpoint]:
        """Give the generation, which nobody else moves within the block.

        Unless the block takes longer than the lease without a move, and is not `keeping` it.
        Raises `ProjectionBusy`.
        """
        name, lease = self._projection.name, self._lease()
        with begin_immediate(self._engine) as connection, connection.begin():
            held = checkpoints.claim(connection, name, generation=generation, lease=lease)
        try:
            yield held
        finally:
            with begin_immediate(self._engine) as connection, connection.begin():
                checkpoints.release(connection, held, self._owner)

    @contextmanager
    def keeping(self, *held: Checkpoint) -> Iterator[None]:
        """Prolong the leases of held generations for as long as the block takes."""
        is_over = threading.Event()

        def prolong() -> None:
            while not is_over.wait(PROLONGED_EVERY_SECONDS):
                with suppress(DatabaseUnavailable):
                    self._prolong(held)

        thread = threading.Thread(target=prolong, name="projection-lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def advance(
        self, held: Checkpoint, *, until: int | None = None, seconds: float = NO_LIMIT
    ) -> Checkpoint:
        """Move a held generation to the end of the log, or to position `until`; return it then.

        It stops after the first chunk that ends later than `seconds` from now. Raises `Fenced`
        when somebody else took it over, and what `Subscription.next_chunk` raises.
        """
        deadline = time.monotonic() + seconds
        log = Subscription(self._engine, held.cursor, types=self._projection.types)
        for chunk in log.chunks(until=until):
            self._add(held, chunk)
            held = replace(held, cursor=chunk.end)
            if time.monotonic() >= deadline:
                break
        return held

    def settle(self, connection: sa.Connection, held: Checkpoint, status: Status) -> None:
        """Give a held generation another status, and let go of it. Raises `Fenced`."""
        checkpoints.settle(connection, held, owner=self._owner, status=status)

    def _add(self, held: Checkpoint, chunk: Chunk) -> None:
        try:
            with begin_immediate(self._engine) as connection, connection.begin():
                # First of all: who is fenced out has not touched the view.
                checkpoints.move(connection, held, to=chunk.end, lease=self._lease())
                self._apply(connection, held, self._followed(connection, held, chunk))
        except (DatabaseUnavailable, Fenced):
            raise
        except Exception:  # noqa: BLE001 - whatever it is, one of the events is its cause
            self._add_one_by_one(held, chunk)

    def _add_one_by_one(self, held: Checkpoint, chunk: Chunk) -> None:
        """Park the streams of the events that cannot be added, and add all others."""
        with begin_immediate(self._engine) as connection, connection.begin():
            checkpoints.move(connection, held, to=chunk.end, lease=self._lease())
            parked = set[tuple[str, str]]()
            for event in self._followed(connection, held, chunk):
                stream = (event.envelope.tenant_id, event.envelope.stream_id)
                if stream not in parked and not self._is_added(connection, held, event):
                    parked.add(stream)

    def _is_added(self, connection: sa.Connection, held: Checkpoint, event: RecordedEvent) -> bool:
        try:
            with connection.begin_nested():
                self._apply(connection, held, [event])
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - it concerns this stream alone, and is shown
            park(connection, held, event, error=error)
            return False
        return True

    def _apply(
        self, connection: sa.Connection, held: Checkpoint, events: Sequence[RecordedEvent]
    ) -> None:
        entries = [aggregate_of(event.envelope.stream_id).read(event) for event in events]
        self._projection.apply(connection, entries, generation=held.generation)

    def _followed(
        self, connection: sa.Connection, held: Checkpoint, chunk: Chunk
    ) -> list[RecordedEvent]:
        parked = parked_among(connection, held, chunk.events)
        return [
            event
            for event in chunk.events
            if (event.envelope.tenant_id, event.envelope.stream_id) not in parked
        ]

    def _prolong(self, held: Sequence[Checkpoint]) -> None:
        with begin_immediate(self._engine) as connection, connection.begin():
            for each in held:
                checkpoints.prolong(connection, each, self._lease())

    def _lease(self) -> Lease:
        return Lease(self._owner, self._clock.now())
