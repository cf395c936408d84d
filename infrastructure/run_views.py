"""The run list on SQL."""

import sqlalchemy as sa

from domain.ports import RunFilter, RunSummary
from domain.run.errors import NotFound
from infrastructure.event_store.rows import to_summary
from infrastructure.event_store.tables import RUN_SUMMARIES

_MATCHES = 10
_NEWEST_FIRST = (RUN_SUMMARIES.c.requested_at.desc(), RUN_SUMMARIES.c.run_id.desc())


class SqlRunViews:
    """Reads the summaries that the event store keeps; see `domain.ports.RunViews`."""

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened yet."""
        self._engine = engine

    def summary(self, tenant_id: str, run_id: str) -> RunSummary | None:
        """See `RunViews`."""
        with self._engine.connect() as connection:
            return _summary(connection, tenant_id, run_id)

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> list[RunSummary]:
        """See `RunViews`."""
        query = sa.select(RUN_SUMMARIES).where(
            RUN_SUMMARIES.c.tenant_id == tenant_id, *_conditions(where)
        )
        with self._engine.connect() as connection:
            if before is not None:
                query = query.where(_older_than(connection, tenant_id, before))
            rows = connection.execute(query.order_by(*_NEWEST_FIRST).limit(limit))
            return [to_summary(row) for row in rows]

    def matching(self, tenant_id: str, prefix: str) -> list[str]:
        """See `RunViews`."""
        run_id, text = RUN_SUMMARIES.c.run_id, prefix.lower()
        query = (
            sa.select(run_id)
            .where(
                RUN_SUMMARIES.c.tenant_id == tenant_id,
                run_id.startswith(text, autoescape=True) | run_id.endswith(text, autoescape=True),
            )
            .order_by(run_id)
            .limit(_MATCHES)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())


def _conditions(where: RunFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if where.state is not None:
        conditions.append(RUN_SUMMARIES.c.state == where.state)
    if where.status is not None:
        conditions.append(RUN_SUMMARIES.c.status == where.status)
    if where.question is not None:
        question = sa.func.lower(RUN_SUMMARIES.c.question)
        conditions.append(question.contains(where.question.lower(), autoescape=True))
    return conditions


def _older_than(connection: sa.Connection, tenant_id: str, run_id: str) -> sa.ColumnElement[bool]:
    last = _summary(connection, tenant_id, run_id)
    if last is None:
        raise NotFound(run_id)
    newest = sa.tuple_(RUN_SUMMARIES.c.requested_at, RUN_SUMMARIES.c.run_id)
    return newest < sa.tuple_(last.requested_at, last.run_id)


def _summary(connection: sa.Connection, tenant_id: str, run_id: str) -> RunSummary | None:
    query = sa.select(RUN_SUMMARIES).where(
        RUN_SUMMARIES.c.tenant_id == tenant_id, RUN_SUMMARIES.c.run_id == run_id
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else to_summary(row)
