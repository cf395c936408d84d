"""The run list at a million runs: pages at the first run, in the middle and at the last one."""

import statistics
import time
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa

from bench.harness import HEAD, Options, Rows, Table, Workload, measured
from bench.noop import BY
from bench.postgres import on_both
from domain.run_filter.filter import EVERY_RUN, NEEDS_ATTENTION, RunFilter
from domain.run_filter.parser import parse_filter
from infrastructure.clock import SystemClock
from infrastructure.database.engine import begin_immediate, create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from infrastructure.run_list.views import SqlRunViews

_RUN_COUNT = 1_000_000
_PAGE = 50
_PAGES_A_ROUND = 100
_SECONDS_A_ROUND = 4.0
_NOW = datetime(2026, 1, 12, 13, 46, 40, tzinfo=UTC)

# One run a second, each name as long as the others, so that text sorts as numbers do. One run in
# a hundred failed, one in a thousand was partial, one in 5,000 was forked. Every run calls one
# tool, one in three a second, and one in 10,000 a third; one in 300 has a call that took too long.
# Both databases read these statements alike.
_NUMBERS = f"""
WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last),
parts AS (
    SELECT n, '{BY.tenant_id}' AS tenant, 'run-{"0" * 25}-' || CAST(1000000000 + n AS TEXT) AS id,
           '2026-01-' || substr(CAST(101 + n / 86400 AS TEXT), 2)
           || 'T' || substr(CAST(100 + n / 3600 % 24 AS TEXT), 2)
           || ':' || substr(CAST(100 + n / 60 % 60 AS TEXT), 2)
           || ':' || substr(CAST(100 + n % 60 AS TEXT), 2) || '.000000Z' AS at
    FROM numbers
)
"""  # noqa: S608 - of our own constants
_STREAMS = f"{_NUMBERS} INSERT INTO streams SELECT tenant, id, 27, :hash FROM parts"  # noqa: S608 - of our own constants
_RUNS = f"""{_NUMBERS}
INSERT INTO run_summaries (
    tenant_id, run_id, version, state, status, route, planner, question, actor_kind, actor_id,
    requested_at, updated_at, ended_at, duration_ms, call_count, failed_call_count, error_code,
    error, fingerprint, origin, parent_run_id, golden, seal
)
SELECT tenant, id, 27,
       CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'completed' END,
       CASE WHEN n % 100 = 0 THEN NULL WHEN n % 1000 = 1 THEN 'partial' ELSE 'success' END,
       'lookup', 'rules', 'What is affected if server ' || CAST(n AS TEXT) || ' fails?',
       'user', 'bench', at, at, at, 12, 2, 0,
       CASE WHEN n % 100 = 0 THEN 'TOOL_TIMEOUT' END,
       CASE WHEN n % 100 = 0 THEN 'Timeout after 30000 ms' END,
       CASE WHEN n % 100 = 0 THEN 'kind-' || CAST(n / 100 % 7 AS TEXT) END,
       CASE WHEN n % 5000 = 3 THEN 'fork' ELSE 'new' END,
       CASE WHEN n % 5000 = 3 THEN 'run-{"0" * 25}-' || CAST(1000000000 + n - 3 AS TEXT) END,
       CASE WHEN n % 100000 = 7 THEN 'golden-' || CAST(n AS TEXT) END, :hash
FROM parts
"""  # noqa: S608 - the same
_CALLS = f"""{_NUMBERS}
INSERT INTO run_calls (
    generation, tenant_id, run_id, call_id, attempt, tool, operation, status, error_code,
    duration_ms, requested_at
)
SELECT 1, tenant, id, tool, 1, tool, 'get',
       CASE WHEN tool = 'metric' AND n % 300 = 0 THEN 'failed' ELSE 'succeeded' END,
       CASE WHEN tool = 'metric' AND n % 300 = 0 THEN 'TOOL_TIMEOUT' END, 3, at
FROM parts CROSS JOIN (
    SELECT 'ci' AS tool, 1 AS every UNION ALL SELECT 'metric', 3 UNION ALL SELECT 'http', 10000
) AS tools WHERE n % every = 0
"""  # noqa: S608 - the same

_TEXTS = (
    "state = failed",
    "status = partial",
    "status != success",
    "started > -24h",
    "tool = metric",
    "tool = http",
    "call(tool = metric AND error = TOOL_TIMEOUT)",
    "status = failed AND tool = metric AND started > -24h",
    "status = partial OR tool = http",
    "question ~ 'server 77'",
    "question ~ 'nobody asked'",
    "origin = fork",
    "golden != none",
    f"parent = run-{'0' * 25}-1000500000",
)
_FILTERS: dict[str, RunFilter] = {
    "": EVERY_RUN,
    **{f", {text}": parse_filter(text, now=_NOW) for text in _TEXTS},
    ", that needs attention": NEEDS_ATTENTION,
}


def _run_id(number: int) -> str:
    return f"run-{'0' * 25}-{1_000_000_000 + number}"


_PLACES = {
    "the first run": None,
    "the middle": _run_id(_RUN_COUNT // 2),
    "the last runs": _run_id(_PAGE * _PAGES_A_ROUND),
}


def table(options: Options) -> Table:
    """Measure on new databases of both kinds."""
    note = (
        f"{_RUN_COUNT:,} runs, pages of {_PAGE}. Each figure is the 99th percentile of "
        f"{_PAGES_A_ROUND} pages that follow each other, as somebody turns them, or of those that "
        f"{_SECONDS_A_ROUND:.0f} seconds were enough for."
    )
    return Table("The run list", [note], HEAD, on_both(options, _rows))


def _rows(where: str, url: str, rounds: int) -> Rows:
    engine = create_engine(url)
    try:
        ensure_current(engine)
        projections = Projections(engine, clock=SystemClock(), ids=UuidIds())
        projections.catch_up("run_calls")
        _fill(engine)
        views = SqlRunViews(engine, projections.catch_up)
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
        for statement in (_STREAMS, _RUNS, _CALLS):
            # No seal fits: to say so of each line takes longer than to find that it does.
            values = {"last": _RUN_COUNT - 1, "hash": bytes(32)}
            known = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), known)
    with engine.connect() as connection:
        connection.execute(sa.text("ANALYZE"))
        connection.commit()


def _p99(views: SqlRunViews, *, where: RunFilter, before: str | None) -> float:
    """Return the time of a page that one in a hundred exceeds; at the last page it starts over."""
    times, cursor = list[float](), before
    while len(times) < _PAGES_A_ROUND and sum(times) < 1000 * _SECONDS_A_ROUND:
        started = time.perf_counter()
        page = views.summaries(BY.tenant_id, where, limit=_PAGE, before=cursor).summaries
        times.append(1000 * (time.perf_counter() - started))
        cursor = page[-1].run_id if len(page) == _PAGE else before
    return statistics.quantiles(times, n=100, method="inclusive")[98] if times[1:] else times[0]
