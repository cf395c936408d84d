"""The run list at a million runs: pages at the first run, in the middle and at the last one."""

import statistics
import time
from functools import partial
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bench.harness import HEAD, Options, Rows, Table, Workload, measured
from bench.noop import BY
from bench.postgres import new_databases
from domain.ports import RunFilter
from infrastructure.database.engine import begin_immediate, create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.run_views import SqlRunViews

_RUN_COUNT = 1_000_000
_PAGE = 50
_PAGES_A_ROUND = 200

# One run a second, each name as long as the others, so that text sorts as numbers do. One run in
# a hundred failed, one in a thousand was partial. Both databases read this statement alike.
_FILL = f"""
WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last),
parts AS (
    SELECT n,
           '2026-01-' || substr(CAST(101 + n / 86400 AS TEXT), 2)
           || 'T' || substr(CAST(100 + n / 3600 % 24 AS TEXT), 2)
           || ':' || substr(CAST(100 + n / 60 % 60 AS TEXT), 2)
           || ':' || substr(CAST(100 + n % 60 AS TEXT), 2) || '.000000Z' AS at
    FROM numbers
)
INSERT INTO run_summaries (
    tenant_id, run_id, version, state, status, route, planner, question, actor_kind, actor_id,
    requested_at, updated_at, ended_at, duration_ms, call_count, failed_call_count
)
SELECT '{BY.tenant_id}', 'run-' || CAST(1000000000 + n AS TEXT), 27,
       CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'completed' END,
       CASE WHEN n % 100 = 0 THEN NULL WHEN n % 1000 = 1 THEN 'partial' ELSE 'success' END,
       'lookup', 'rules', 'What is affected if server ' || CAST(n AS TEXT) || ' fails?',
       'user', 'bench', at, at, at, 12, 5, 0
FROM parts
"""  # noqa: S608 - of our own constants

_FILTERS = {
    "": RunFilter(),
    ", state failed": RunFilter(state="failed"),
    ", status partial": RunFilter(status="partial"),
}


def _run_id(number: int) -> str:
    return f"run-{1_000_000_000 + number}"


_PLACES = {
    "the first run": None,
    "the middle": _run_id(_RUN_COUNT // 2),
    "the last runs": _run_id(_PAGE * _PAGES_A_ROUND),
}


def table(options: Options) -> Table:
    """Measure on new databases of both kinds."""
    rows: Rows = []
    with TemporaryDirectory(dir=options.folder) as folder:
        rows += _rows("SQLite", f"sqlite:///{folder}/bench.db", options.rounds)
    with new_databases(options.folder) as new_database:
        if new_database is not None:
            rows += _rows("PostgreSQL", new_database(), options.rounds)
    note = (
        f"{_RUN_COUNT:,} runs, pages of {_PAGE}. Each figure is the 99th percentile of "
        f"{_PAGES_A_ROUND} pages that follow each other, as somebody turns them."
    )
    return Table("The run list", [note], HEAD, rows)


def _rows(where: str, url: str, rounds: int) -> Rows:
    engine = create_engine(url)
    try:
        ensure_current(engine)
        _fill(engine)
        views = SqlRunViews(engine)
        workloads = [
            Workload(
                f"page at {place}{name} on {where}",
                "ms",
                partial(_p99, views, where=filtered, before=before),
                ",.2f",
            )
            for name, filtered in _FILTERS.items()
            for place, before in _PLACES.items()
        ]
        return measured(workloads, rounds=rounds)
    finally:
        engine.dispose()


def _fill(engine: sa.Engine) -> None:
    with begin_immediate(engine) as connection, connection.begin():
        connection.execute(sa.text(_FILL), {"last": _RUN_COUNT - 1})
    with engine.connect() as connection:
        connection.execute(sa.text("ANALYZE"))
        connection.commit()


def _p99(views: SqlRunViews, *, where: RunFilter, before: str | None) -> float:
    """Return the time of a page that one in a hundred exceeds; at the last page it starts over."""
    times, cursor = [], before
    for _ in range(_PAGES_A_ROUND):
        started = time.perf_counter()
        page = views.summaries(BY.tenant_id, where, limit=_PAGE, before=cursor)
        times.append(1000 * (time.perf_counter() - started))
        cursor = page[-1].run_id if len(page) == _PAGE else before
    return statistics.quantiles(times, n=100)[98]
