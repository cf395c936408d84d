"""Reading the list of runs with SQL."""

from typing import Any

import sqlalchemy as sa

from domain.errors import NotFound
from domain.ports import ErrorGroup, FoundErrors, FoundRuns
from domain.run.summary import RunSummary, age
from domain.run_filter.filter import RunFilter, all_of, asks_for_calls, equal
from infrastructure.event_store.rows import to_summary
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.projections.generations import CATCH_UP_SECONDS, CatchUp
from infrastructure.projections.tables import RUN_CALLS
from infrastructure.run_list.conditions import of_run
from infrastructure.run_list.pages import Page, Place, newest

_MATCHES = 10
_RUN = RUN_SUMMARIES.c


class SqlRunViews:
    """Reads the summaries that the event store keeps; see `domain.ports.RunViews`.

    Before it looks for tool calls, their projection catches up for at most a second.
    """

    def __init__(self, engine: sa.Engine, catch_up: CatchUp) -> None:
        self._engine, self._let_catch_up = engine, catch_up

    def summary(self, tenant_id: str, run_id: str) -> RunSummary | None:
        """See `RunViews`."""
        with self._engine.connect() as connection:
            return _summary(connection, tenant_id, run_id)

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """See `RunViews`. Raises as `Projections.catch_up` does, too, when calls are asked for."""
        unread_count = self._catch_up(where)
        with self._engine.connect() as connection:
            place = None if before is None else _place(connection, tenant_id, before)
            found = _page(connection, where, Page(tenant_id, limit, place))
        return FoundRuns(found, unread_count)

    def count(self, tenant_id: str, where: RunFilter) -> int:
        """See `RunViews`. Raises as `summaries` does."""
        self._catch_up(where)
        query = sa.select(sa.func.count()).where(_RUN.tenant_id == tenant_id, of_run(where))
        with self._engine.connect() as connection:
            count: int = connection.execute(query).scalar_one()
        return count

    def errors(self, tenant_id: str, where: RunFilter, *, limit: int) -> FoundErrors:
        """See `RunViews`. Raises as `summaries` does."""
        unread_count = self._catch_up(where)
        with self._engine.connect() as connection:
            rows = connection.execute(_kinds_of_errors(tenant_id, where).limit(limit)).all()
            groups = [_group(connection, tenant_id, where, row) for row in rows]
        return FoundErrors(groups, unread_count)

    def matching(self, tenant_id: str, prefix: str) -> list[str]:
        """See `RunViews`."""
        run_id, text = _RUN.run_id, prefix.lower()
        query = (
            sa.select(run_id)
            .where(
                _RUN.tenant_id == tenant_id,
                run_id.startswith(text, autoescape=True) | run_id.endswith(text, autoescape=True),
            )
            .order_by(run_id)
            .limit(_MATCHES)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def _catch_up(self, where: RunFilter) -> int:
        if not asks_for_calls(where):
            return 0
        return self._let_catch_up(RUN_CALLS.name, seconds=CATCH_UP_SECONDS)


def _page(connection: sa.Connection, where: RunFilter, page: Page) -> list[RunSummary]:
    keys = newest(connection, where, page).subquery()
    query = sa.select(RUN_SUMMARIES).where(
        _RUN.tenant_id == page.tenant_id, _RUN.run_id.in_(sa.select(keys.c.run_id))
    )
    # Sorted here: to sort, a database without statistics would go through the whole list.
    found = [to_summary(row) for row in connection.execute(query)]
    return sorted(found, key=age, reverse=True)


def _place(connection: sa.Connection, tenant_id: str, run_id: str) -> Place:
    last = _summary(connection, tenant_id, run_id)
    if last is None:
        raise NotFound(run_id)
    return last.requested_at, last.run_id


def _kinds_of_errors(tenant_id: str, where: RunFilter) -> sa.Select[Any]:
    count, last = sa.func.count().label("run_count"), sa.func.max(_RUN.requested_at)
    return (
        sa.select(_RUN.fingerprint, count, sa.func.min(_RUN.requested_at).label("first_at"))
        .where(_RUN.tenant_id == tenant_id, _RUN.fingerprint.is_not(None), of_run(where))
        .group_by(_RUN.fingerprint)
        .order_by(count.desc(), last.desc(), _RUN.fingerprint)
    )


def _group(
    connection: sa.Connection, tenant_id: str, where: RunFilter, row: sa.Row[Any]
) -> ErrorGroup:
    of_kind = all_of(where, equal("fingerprint", row.fingerprint))
    (last,) = _page(connection, of_kind, Page(tenant_id, limit=1))
    return ErrorGroup(
        fingerprint=row.fingerprint, run_count=row.run_count, first_at=row.first_at, newest=last
    )


def _summary(connection: sa.Connection, tenant_id: str, run_id: str) -> RunSummary | None:
    query = sa.select(RUN_SUMMARIES).where(_RUN.tenant_id == tenant_id, _RUN.run_id == run_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else to_summary(row)
