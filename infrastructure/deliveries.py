"""Letters in the database. How far the log is read for a target is a checkpoint of projections.

So a process holds its target by the lease of that, and is fenced as a projection is.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.errors import ForkedLog
from domain.ports import Clock
from domain.run.events import RunFailed
from domain.services.deliveries import KINDS, Target
from domain.services.projections import Fenced, ProjectionBusy
from domain.times import recorded_text
from domain.views.delivery import Letter
from infrastructure.database.engine import begin_immediate
from infrastructure.database.metadata import METADATA, keys, optional, required
from infrastructure.event_store.rows import to_event
from infrastructure.event_store.tables import EVENTS, RUN_SUMMARIES
from infrastructure.log.marks import end_of_log
from infrastructure.log.subscriptions import Chunk, Cursor, Subscription
from infrastructure.projections import checkpoints
from infrastructure.projections.checkpoints import LEASE_SECONDS, Checkpoint, Lease

DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    *keys("target", "event_id"),
    *required(sa.Text, "tenant_id", "kind", "stream_id"),
    *required(sa.BigInteger, "position"),
    *required(sa.Integer, "tries"),
    *optional(sa.Text, "due_at", "error"),
    sa.Index("deliveries_due", "target", "due_at"),
    sa.Index("deliveries_of_tenant", "tenant_id", "position"),
)
"""What a target has not taken yet; without `due_at` it is dead."""
_KIND_OF: Final = {stored_as: kind for kind, stored_as in KINDS.items()}


class SqlDeliveries:
    """See `domain.services.deliveries.Deliveries`; `owner` is the name of this process."""

    def __init__(self, engine: sa.Engine, clock: Clock, owner: str) -> None:
        self._engine, self._clock, self._owner = engine, clock, owner
        self._held = dict[str, tuple[Checkpoint, Lease]]()

    def read_on(self, target: Target) -> bool:
        """See `Deliveries`."""
        try:
            held, lease = self._holding(target.name)
            types = [KINDS[kind] for kind in target.events]
            chunk = Subscription(self._engine, held.cursor, types=types).next_chunk()
            if chunk is not None:
                self._keep(target, chunk, held, lease)
        except (ProjectionBusy, Fenced):
            self._held.pop(target.name, None)
            return False
        except ForkedLog:  # a backup was restored: what it has from now on is told
            with begin_immediate(self._engine) as connection, connection.begin():
                checkpoints.forget(connection, self._held.pop(target.name)[0])
            raise
        return True

    def next_due(self, target: str) -> tuple[Letter, RecordedEvent] | None:
        """See `Deliveries`."""
        is_due = (DELIVERIES.c.target == target, DELIVERIES.c.due_at <= self._now())
        oldest = sa.select(DELIVERIES).where(*is_due).order_by(DELIVERIES.c.position).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(oldest).one_or_none()
            if row is None:
                return None
            event = sa.select(EVENTS).where(EVENTS.c.position == row.position)
            return _letter(row), to_event(connection.execute(event).one())

    def taken(self, letter: Letter) -> None:
        """See `Deliveries`."""
        self._write(sa.delete(DELIVERIES).where(*_is(letter)))

    def put_off(self, letter: Letter, *, until: str | None, error: str) -> None:
        """See `Deliveries`."""
        values = {"due_at": until, "error": error, "tries": letter.tries + 1}
        self._write(sa.update(DELIVERIES).where(*_is(letter)).values(values))

    def letters(self, tenant_id: str, *, limit: int) -> list[Letter]:
        """See `Deliveries`."""
        of_tenant = sa.select(DELIVERIES).where(DELIVERIES.c.tenant_id == tenant_id)
        oldest = of_tenant.order_by(DELIVERIES.c.position, DELIVERIES.c.target).limit(limit)
        with self._engine.connect() as connection:
            return [_letter(row) for row in connection.execute(oldest)]

    def send_again(self, tenant_id: str, event_ids: Sequence[str]) -> int:
        """See `Deliveries`."""
        is_dead = [DELIVERIES.c.tenant_id == tenant_id, DELIVERIES.c.due_at.is_(None)]
        if event_ids:
            is_dead.append(DELIVERIES.c.event_id.in_(event_ids))
        values = {"due_at": self._now(), "tries": 0}
        return self._write(sa.update(DELIVERIES).where(*is_dead).values(values))

    def _holding(self, target: str) -> tuple[Checkpoint, Lease]:
        """Return how far the target is, held by this process. Raises `ProjectionBusy`."""
        name, now = f"delivery {target}", self._clock.now()
        held = self._held.get(target)
        if held is None or (now - held[1].taken_at).total_seconds() > LEASE_SECONDS / 2:
            lease = Lease(self._owner, now)
            with begin_immediate(self._engine) as connection, connection.begin():
                if checkpoints.live(connection, name) is None:
                    end = end_of_log(connection)  # what was before nobody waits for
                    cursor = Cursor(end.position, bytes.fromhex(end.log_hash))
                    checkpoints.begin_at(connection, name, cursor)
                held = checkpoints.claim(connection, name, generation=1, lease=lease), lease
            self._held[target] = held
        return held

    def _keep(self, target: Target, chunk: Chunk, held: Checkpoint, lease: Lease) -> None:
        asked = self._asked([each.envelope for each in chunk.events])
        rows = [
            {
                "target": target.name,
                "event_id": each.envelope.event_id,
                "tenant_id": each.envelope.tenant_id,
                "kind": _KIND_OF[each.envelope.type],
                "stream_id": each.envelope.stream_id,
                "position": each.position,
                "tries": 0,
                "due_at": self._now(),
            }
            for each in chunk.events
            if (each.envelope.tenant_id, each.envelope.stream_id) in asked
            and (target.tenants is None or each.envelope.tenant_id in target.tenants)
        ]
        with begin_immediate(self._engine) as connection, connection.begin():
            checkpoints.move(connection, held, to=chunk.end, lease=lease)
            if rows:
                connection.execute(sa.insert(DELIVERIES), rows)
        self._held[target.name] = replace(held, cursor=chunk.end), lease

    def _asked(self, events: Sequence[Envelope]) -> set[tuple[str, str]]:
        """Return the runs that somebody waits for: that a replay failed is told to nobody."""
        waiting = {each.stream_id for each in events if each.type != RunFailed.stored_as}
        of, run_ids = RUN_SUMMARIES.c, {each.stream_id for each in events}
        is_asked = sa.or_(of.origin.in_(("new", "follow_up")), of.run_id.in_(waiting))
        runs = sa.select(of.tenant_id, of.run_id).where(of.run_id.in_(run_ids), is_asked)
        with self._engine.connect() as connection:
            return {(row.tenant_id, row.run_id) for row in connection.execute(runs)}

    def _write(self, change: sa.Update | sa.Delete) -> int:
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount

    def _now(self) -> str:
        return recorded_text(self._clock.now())


def _is(letter: Letter) -> tuple[sa.ColumnElement[bool], ...]:
    return DELIVERIES.c.target == letter.target, DELIVERIES.c.event_id == letter.event_id


def _letter(row: sa.Row[tuple[object, ...]]) -> Letter:
    values = row._asdict()
    return Letter(**{name: values[name] for name in Letter.__dataclass_fields__})
