"""The checkpoints: how far each generation of a projection has come, and who may move it.

A checkpoint is moved in the transaction that writes the view, and only by who holds its lease and
from where he left it. So a second runner writes nothing, and a crash leaves both or neither.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.services.projections import Fenced, ProjectionBusy
from domain.times import recorded_text
from infrastructure.log.subscriptions import Cursor
from infrastructure.projections.generations import Status
from infrastructure.projections.tables import PROJECTIONS

LEASE_SECONDS: Final = 10

# Made once, for each chunk moves a checkpoint. What is changed is given with the values.
_CHANGE: Final = sa.update(PROJECTIONS).where(
    PROJECTIONS.c.name == sa.bindparam("of_name"),
    PROJECTIONS.c.generation == sa.bindparam("of_generation"),
    PROJECTIONS.c.owner == sa.bindparam("of_owner"),
    PROJECTIONS.c.position == sa.bindparam("seen_position"),
    PROJECTIONS.c.log_hash == sa.bindparam("seen_hash"),
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one owner to move generations, which ends unless he prolongs it."""

    owner: str
    taken_at: datetime

    @property
    def until(self) -> str:
        """When it ends, as text that sorts by time."""
        return recorded_text(self.taken_at + timedelta(seconds=LEASE_SECONDS))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One generation of a projection; `lease_until` is there while somebody holds it."""

    name: str
    generation: int
    status: Status
    cursor: Cursor
    owner: str | None
    lease_until: str | None


def generations(connection: sa.Connection, name: str) -> list[Checkpoint]:
    """Return the checkpoints of a projection, the oldest generation first."""
    query = sa.select(PROJECTIONS).where(PROJECTIONS.c.name == name)
    rows = connection.execute(query.order_by(PROJECTIONS.c.generation))
    return [_checkpoint(row) for row in rows]


def live(connection: sa.Connection, name: str) -> Checkpoint | None:
    """Return the checkpoint of the generation that is read, or None before the first."""
    found = (each for each in generations(connection, name) if each.status is Status.LIVE)
    return next(found, None)


def first(name: str) -> Checkpoint:
    """Return the checkpoint that a projection begins with, before it is written."""
    return Checkpoint(name, 1, Status.LIVE, Cursor(), owner=None, lease_until=None)


def begin(connection: sa.Connection, name: str, *, status: Status) -> Checkpoint:
    """Return a new generation that has read nothing yet; nobody holds it."""
    generation = max((each.generation for each in generations(connection, name)), default=0) + 1
    cursor = Cursor()
    row = {"name": name, "generation": generation, "status": status, **asdict(cursor)}
    connection.execute(sa.insert(PROJECTIONS).values(row))
    return Checkpoint(name, generation, status, cursor, owner=None, lease_until=None)


def begin_at(connection: sa.Connection, name: str, cursor: Cursor) -> None:
    """Write the checkpoint of a reader that begins there, and that nobody holds."""
    row = {"name": name, "generation": 1, "status": Status.LIVE, **asdict(cursor)}
    connection.execute(sa.insert(PROJECTIONS).values(row))


def claim(connection: sa.Connection, name: str, *, generation: int, lease: Lease) -> Checkpoint:
    """Return the generation, now held with this lease.

    It may be taken from an owner whose lease is over. Raises `ProjectionBusy`.
    """
    is_free = sa.or_(
        PROJECTIONS.c.owner.is_(None),
        PROJECTIONS.c.owner == lease.owner,
        PROJECTIONS.c.lease_until < recorded_text(lease.taken_at),
    )
    taken = connection.execute(
        sa.update(PROJECTIONS)
        .where(_is(name, generation), is_free)
        .values(owner=lease.owner, lease_until=lease.until)
    )
    found = _one(connection, name, generation)
    if found is None or not taken.rowcount:
        until = found.lease_until if found else None
        raise ProjectionBusy(name, generation=generation, lease_until=until)
    return found


def prolong(connection: sa.Connection, held: Checkpoint, lease: Lease) -> None:
    """Let a lease end later; nothing happens when somebody else has the generation."""
    connection.execute(_of_owner(held, lease.owner).values(lease_until=lease.until))


def move(connection: sa.Connection, held: Checkpoint, *, to: Cursor, lease: Lease) -> None:
    """Move a generation from where it was seen. Raises `Fenced` when somebody else has it."""
    values = {**asdict(to), "lease_until": lease.until}
    _change(connection, held, owner=lease.owner, values=values)


def settle(connection: sa.Connection, held: Checkpoint, *, owner: str, status: Status) -> None:
    """Give a generation another status, and let go of it. Raises `Fenced` like `move`."""
    values = {"status": status, "owner": None, "lease_until": None}
    _change(connection, held, owner=owner, values=values)


def release(connection: sa.Connection, held: Checkpoint, owner: str) -> None:
    """Let go of a generation; nothing happens when somebody else has it."""
    connection.execute(_of_owner(held, owner).values(owner=None, lease_until=None))


def forget(connection: sa.Connection, held: Checkpoint) -> None:
    """Delete the checkpoint of a generation whose rows are gone."""
    connection.execute(sa.delete(PROJECTIONS).where(_is(held.name, held.generation)))


def _change(
    connection: sa.Connection, held: Checkpoint, *, owner: str, values: dict[str, Any]
) -> None:
    place = {"of_name": held.name, "of_generation": held.generation, "of_owner": owner}
    seen = {"seen_position": held.cursor.position, "seen_hash": held.cursor.log_hash}
    changed = connection.execute(_CHANGE, {**place, **seen, **values})
    if changed.rowcount != 1:
        raise Fenced(held.name, generation=held.generation, position=held.cursor.position)


def _one(connection: sa.Connection, name: str, generation: int) -> Checkpoint | None:
    query = sa.select(PROJECTIONS).where(_is(name, generation))
    row = connection.execute(query).one_or_none()
    return None if row is None else _checkpoint(row)


def _of_owner(held: Checkpoint, owner: str) -> sa.Update:
    """Return the update of a checkpoint, for as long as this owner holds it."""
    is_held = PROJECTIONS.c.owner == owner
    return sa.update(PROJECTIONS).where(_is(held.name, held.generation), is_held)


def _is(name: str, generation: int) -> sa.ColumnElement[bool]:
    return sa.and_(PROJECTIONS.c.name == name, PROJECTIONS.c.generation == generation)


def _checkpoint(row: sa.Row[Any]) -> Checkpoint:
    return Checkpoint(
        row.name,
        row.generation,
        _status(row),
        Cursor(row.position, row.log_hash),
        owner=row.owner,
        lease_until=row.lease_until,
    )


def _status(row: sa.Row[Any]) -> Status:
    try:
        return Status(row.status)
    except ValueError:
        where = f"projection {row.name}"
        why = f"its status is {row.status!r}, which is none of {', '.join(Status)}"
        raise CorruptLog(where, why=why) from None
