"""Runs with large results, and what others do to what is stored of them."""

from datetime import timedelta

import sqlalchemy as sa

from domain.aggregate.envelope import Actor
from domain.json import JsonMap
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.tables import PAYLOADS
from infrastructure.ids import UuidIds
from tests.domain.large import answered
from tests.domain.run.samples import CALLED
from tests.fakes import FrozenClock
from tests.infrastructure.event_store.damage import run

DAY = timedelta(days=1)
_IDS = UuidIds()


def write_run(
    store: EventStore,
    run_id: str = "run-1",
    tenant: str = "acme",
    data: JsonMap | None = None,
    *,
    is_ended: bool = True,
) -> None:
    """Write a run that answers, its call "a" with a large result; or only its beginning."""
    by = Authorship(tenant, Actor("person", "ada"))
    writer = StreamWriter(RUN, run_id, by, store=store, clock=FrozenClock(), ids=_IDS)
    first, *others = answered(data)[: None if is_ended else len(CALLED)]
    writer.handle(RequestRun(question=getattr(first, "question", "")))
    for event in others:
        writer.report(event)
    writer.append()


def age(engine: sa.Engine, by: timedelta = DAY) -> None:
    """Make all payloads older."""
    with engine.begin() as connection:
        now = connection.execute(sa.select(sa.func.now())).scalar_one()
        connection.execute(sa.update(PAYLOADS).values(stored_at=now - by))


def stored(engine: sa.Engine) -> list[tuple[str, bytes]]:
    """Return the payloads that are there."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(PAYLOADS.c.tenant_id, PAYLOADS.c.digest))
        return [(tenant_id, bytes(digest)) for tenant_id, digest in rows]


def delete(engine: sa.Engine) -> None:
    """Delete all payloads, as somebody does it who may, and record nothing."""
    if engine.dialect.name == "sqlite":
        run(engine, "DELETE FROM payloads")
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL opstrail.sweep = 'on'")
        connection.exec_driver_sql("DELETE FROM payloads")


def flip(engine: sa.Engine) -> None:
    """Change the first byte of every payload, as somebody does it who may write the database."""
    if engine.dialect.name == "sqlite":
        run(
            engine,
            "DROP TRIGGER payloads_guard_1",
            "UPDATE payloads SET content = CAST(x'00' || substr(content, 2) AS BLOB)",
        )
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE payloads DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE payloads SET content = set_byte(content, 0, 0)")
