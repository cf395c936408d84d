"""The newest part of the log: read by tenant, and told to this process as it grows."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.audit.stream_check import require_own_hash
from domain.ports import Grown
from domain.tenancy import of_all_tenants
from infrastructure.event_store.rows import driver_rows, to_event
from infrastructure.event_store.stream_rows import read_log
from infrastructure.event_store.tables import EVENTS
from infrastructure.log.arrivals import watching
from infrastructure.log.subscriptions import CHUNK_EVENTS, head_position

Tell = Callable[[Sequence[Grown]], None]

_LOG: Final = logging.getLogger("opstrail.log")
_LOOKS_EVERY: Final = 0.25
"""Seconds: a hint may get lost, and who stops waits no longer."""
_BETWEEN: Final = 0.01
"""Seconds: what is appended within them is told at once."""
_AGAIN_AFTER: Final = 1.0
"""Seconds until a database is tried again that was not there."""

# Made once: to build a statement takes SQLAlchemy longer than the database takes to answer it.
_SPAN = sa.and_(
    EVENTS.c.position > sa.bindparam("after"), EVENTS.c.position <= sa.bindparam("until")
)
_COUNT = sa.select(sa.func.count()).where(_SPAN)
_OF_TENANT = (
    sa.select(EVENTS)
    .where(_SPAN, EVENTS.c.tenant_id == sa.bindparam("the_tenant"))
    .order_by(EVENTS.c.position)
)
_GROWN = (
    sa.select(
        sa.func.max(EVENTS.c.position).label("position"),
        *EVENTS.c["tenant_id", "stream_id"],
        sa.func.max(EVENTS.c.version),
    )
    .where(_SPAN)
    .group_by(*EVENTS.c["tenant_id", "stream_id"])
    .order_by("position")
)


class SqlLogTail:
    """See `domain.ports.LogTail`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def end(self) -> int:
        """See `LogTail`."""
        with self._engine.connect() as connection:
            return head_position(connection)

    @of_all_tenants
    def events(self, tenant_id: str, *, after: int, until: int) -> list[RecordedEvent]:
        """See `LogTail`."""
        span = {"after": after, "until": until}
        with self._engine.connect() as connection:
            if connection.execute(_COUNT, span).scalar_one() != until - after:
                read_log(connection, after=after, limit=until - after)  # says which is missing
            rows = driver_rows(connection, _OF_TENANT, {**span, "the_tenant": tenant_id})
            found = [to_event(row) for row in rows]
        for each in found:
            require_own_hash(each.envelope)
        return found

    @contextmanager
    def telling(self, tell: Tell) -> Iterator[None]:
        """See `LogTail`."""
        stopped, seen = threading.Event(), self.end()
        work = (stopped, seen, tell)
        thread = threading.Thread(target=self._tell_until, args=work, name="log-tail", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join(2 * _LOOKS_EVERY)

    def _told(self, seen: int, tell: Tell) -> int:
        """Tell what has grown after a position, and return until which."""
        end = self.end()
        while seen < end:
            until = min(end, seen + CHUNK_EVENTS)
            with self._engine.connect() as connection:
                rows = driver_rows(connection, _GROWN, {"after": seen, "until": until})
            tell([Grown(*row) for row in rows])
            seen = until
        return seen

    def _tell_until(self, stopped: threading.Event, seen: int, tell: Tell) -> None:
        """Tell what grows after a position, until stopped; what is not there is tried again."""
        while not stopped.is_set():
            try:
                with watching(self._engine) as arrivals:
                    while not stopped.wait(_BETWEEN):
                        seen = self._told(seen, tell)
                        arrivals.wait(_LOOKS_EVERY)
            except Exception:  # noqa: BLE001 - whatever it is: readers wait, and the log stays
                _LOG.exception("the log cannot be followed; tried again")
                stopped.wait(_AGAIN_AFTER)
