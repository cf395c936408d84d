"""Runs on DBOS: a workflow, each step's result durable before the next step starts.

Runs come from threads, and a run's calls follow each other: gathering steps that do nothing would
only add threads.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig

from bench.contenders.measuring import Measured, Task, rate_on_threads, report, require_kept, task
from bench.contenders.work import CALL_COUNT, RESULT, STAGES_AFTER, STAGES_BEFORE


def main() -> None:
    """Measure and print."""
    asked = task()
    if asked.sqlite_path is not None:
        _prepare_sqlite(asked.sqlite_path)
    DBOS(config=_config(asked))
    run = _workflow()
    DBOS.launch()
    try:
        rate = rate_on_threads(run, asked)
        handle = DBOS.start_workflow(run)
        handle.get_result()
        steps = DBOS.list_workflow_steps(handle.get_workflow_id())
        require_kept(sum(step["output"] == RESULT for step in steps))
    finally:
        DBOS.destroy()
    report(Measured(rate, _settings(asked)))


def _workflow() -> Callable[[], int]:
    stage, call = DBOS.step()(_stage), DBOS.step()(_call)

    def run() -> int:
        for name in STAGES_BEFORE:
            stage(name)
        results = [call() for _ in range(CALL_COUNT)]
        for name in STAGES_AFTER:
            stage(name)
        return len(results)

    workflow: Callable[[], int] = DBOS.workflow()(run)
    return workflow


def _stage(name: str) -> str:
    return name


def _call() -> dict[str, Any]:
    return RESULT


def _config(asked: Task) -> DBOSConfig:
    url = asked.database.replace("postgresql://", "postgresql+psycopg://")
    return {
        "name": "bench",
        "system_database_url": url,
        "sys_db_pool_size": max(20, asked.at_once),
        "log_level": "ERROR",
    }


def _prepare_sqlite(path: str) -> None:
    """Make the file use a write-ahead log, which is faster, and every connection sync it fully."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    sa.event.listen(sa.Engine, "connect", _sync_fully)


def _sync_fully(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")


def _settings(asked: Task) -> str:
    engine = sa.create_engine(_config(asked)["system_database_url"] or "")
    on_sqlite = asked.sqlite_path is not None
    names = ("journal_mode", "synchronous") if on_sqlite else ("fsync", "synchronous_commit")
    verb = "PRAGMA" if on_sqlite else "SHOW"
    with engine.connect() as connection:
        values = [connection.execute(sa.text(f"{verb} {name}")).scalar_one() for name in names]
    engine.dispose()
    return ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))


if __name__ == "__main__":
    main()
