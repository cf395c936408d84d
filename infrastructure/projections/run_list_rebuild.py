"""Building the run list anew from the events, which it is only a view of."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from domain.run.aggregate import RUN
from domain.run.summary import summarise
from domain.views.projection import RebuiltRunList
from infrastructure.database.engine import begin_immediate
from infrastructure.database.upsert import insert_into
from infrastructure.event_store.rows import summary_row
from infrastructure.event_store.stream_rows import read_stream
from infrastructure.event_store.tables import IS_RUN, RUN_SUMMARIES, STREAMS

_RUNS_AT_ONCE: Final = 200

_Run = tuple[str, str]


def rebuild_run_list(engine: sa.Engine) -> RebuiltRunList:
    """Write the line of every run again, a few at a time; runs may go on meanwhile.

    Raises `CorruptLog`.
    """
    run_count = changed_count = 0
    last: _Run = ("", "")
    while runs := _next_runs(engine, last):
        changed_count += _rebuild(engine, runs)
        run_count, last = run_count + len(runs), runs[-1]
    return RebuiltRunList(run_count, changed_count)


def _next_runs(engine: sa.Engine, last: _Run) -> list[_Run]:
    key = (STREAMS.c.tenant_id, STREAMS.c.stream_id)
    beyond = sa.tuple_(*key) > last
    query = sa.select(*key).where(beyond, IS_RUN).order_by(*key)
    query = query.limit(_RUNS_AT_ONCE)
    with engine.connect() as connection:
        return [(row.tenant_id, row.stream_id) for row in connection.execute(query)]


def _rebuild(engine: sa.Engine, runs: Sequence[_Run]) -> int:
    with begin_immediate(engine) as connection, connection.begin():
        changed = list(_changed(connection, runs))
        if changed:
            connection.execute(_newer(connection.dialect), changed)
    return len(changed)


def _changed(connection: sa.Connection, runs: Sequence[_Run]) -> Iterator[dict[str, Any]]:
    key = sa.tuple_(RUN_SUMMARIES.c.tenant_id, RUN_SUMMARIES.c.run_id)
    query = sa.select(RUN_SUMMARIES).where(key.in_(runs))
    rows = connection.execute(query).mappings()
    stored = {(row["tenant_id"], row["run_id"]): dict(row) for row in rows}
    for tenant_id, run_id in runs:
        summary = summarise(map(RUN.read, read_stream(connection, tenant_id, run_id)))
        if summary is None:
            continue
        row = summary_row(summary)
        if stored.get((tenant_id, run_id)) != row:
            yield row


def _newer(dialect: sa.Dialect) -> Any:  # noqa: ANN401 - either database's own INSERT
    insert = insert_into(RUN_SUMMARIES, dialect)
    values = {
        column.name: insert.excluded[column.name]
        for column in RUN_SUMMARIES.columns
        if not column.primary_key
    }
    # PostgreSQL lets a run go on meanwhile, which then has a line of its own.
    return insert.on_conflict_do_update(
        index_elements=RUN_SUMMARIES.primary_key,
        set_=values,
        where=RUN_SUMMARIES.c.version <= insert.excluded.version,
    )
