"""What an append costs: alone, in company, without its parts, and beside what others do.

Events have 300 bytes, two go in each append, and each append is durable (WAL, `synchronous=FULL`;
on PostgreSQL `synchronous_commit`) before its writer goes on. Every writer writes a stream of its
own.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa
from msgspec import structs

from bench.append_measuring import Measured, by_tasks, by_threads, in_batches
from bench.append_peers import (
    HandWrittenLog,
    Recorder,
    postgres_recorder,
    sqlite_recorder,
    stored_events,
)
from bench.append_requests import chains
from bench.append_stores import (
    drop_triggers,
    group_commit,
    new_postgres,
    new_sqlite,
    without_chain,
)
from bench.harness import HEAD, NotMeasured, Options, Rows, Table, ratios, spread
from bench.postgres import new_databases
from domain.ports import Append
from infrastructure.event_store.sqlite import SqliteEventStore

if TYPE_CHECKING:
    import sqlite3

_LONE_PER_SECOND = 1000
_TOGETHER_PER_SECOND = 4000
_NOTES: Final = [
    "What an append costs less without a part of it is that part's cost: 0.85 times the events/s "
    "of the store without its triggers say that the triggers cost 15 %.",
]

_NewDatabase = Callable[[], AbstractContextManager[sa.Engine]]
_Workload = Callable[[float], Measured]
_Chains = list[list[Append]]


def table(options: Options) -> Table:
    """Measure on new databases in the folder; of PostgreSQL too, where there is one."""
    with new_databases(options.folder) as new_url:
        databases: dict[str, _NewDatabase] = {"SQLite": partial(new_sqlite, options.folder)}
        if new_url is not None:
            databases["PostgreSQL"] = partial(new_postgres, new_url)
        workloads = {
            **_alone(databases["SQLite"]),
            **{
                f"{what} on {name}": workload
                for name, database in databases.items()
                for what, workload in _together(database).items()
            },
            **_peers(options.folder, new_url),
        }
        return Table("Appends", _NOTES, HEAD, _rows(workloads, options))


def _rows(workloads: dict[str, _Workload], options: Options) -> Rows:
    """Return a row per figure; the workloads take turns, so that a noisy moment hits all."""
    figures: dict[str, list[Measured]] = {name: [] for name in workloads}
    reasons: dict[str, str] = {}
    for _ in range(options.rounds):
        for name, workload in workloads.items():
            try:
                figures[name].append(workload(options.seconds))
            except NotMeasured as reason:
                reasons[name] = f"not measured: {reason}"
    found = {name: some for name, some in figures.items() if some}
    rates = {name: [each.events_per_second for each in some] for name, some in found.items()}
    return [
        *(row for name, some in found.items() for row in _rows_of(name, some)),
        *ratios(rates, COMPARED, unit="times the events/s"),
        *((name, reason, "") for name, reason in reasons.items()),
    ]


def _rows_of(name: str, found: Sequence[Measured]) -> Rows:
    return [
        (name, spread([each.events_per_second for each in found], ",.0f"), "events/s"),
        (f"{name}, p50", spread([each.p50_ms for each in found], ".2f"), "ms"),
        (f"{name}, p99", spread([each.p99_ms for each in found], ".2f"), "ms"),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tasks:
    """So many tasks on one store, perhaps without a part of it."""

    database: _NewDatabase
    writer_count: int
    has_chain: bool = True
    has_triggers: bool = True
    has_inline_view: bool = True

    def __call__(self, seconds: float) -> Measured:
        with nullcontext() if self.has_chain else without_chain(), self.database() as engine:
            if not self.has_triggers:
                drop_triggers(engine)
            work = _chains(self.writer_count, seconds)
            if not self.has_inline_view:
                work = [[structs.replace(each, summary=None) for each in chain] for chain in work]
            with group_commit(engine) as group:
                return by_tasks(group, work)


def _together(database: _NewDatabase) -> dict[str, _Workload]:
    tasks = _Tasks(database=database, writer_count=64)
    return {
        "64 threads": partial(_threads, database, 64),
        "64 tasks": tasks,
        "64 tasks, without the chain,": replace(tasks, has_chain=False),
        "64 tasks, without triggers,": replace(tasks, has_triggers=False),
        "64 tasks, without the inline view,": replace(tasks, has_inline_view=False),
        "512 tasks": replace(tasks, writer_count=512),
    }


def _alone(database: _NewDatabase) -> dict[str, _Workload]:
    return {
        "a writer alone, without group commit": partial(_one_by_one, database, 1),
        "a writer alone": partial(_threads, database, 1),
        "a task alone": _Tasks(database=database, writer_count=1),
        "8 threads": partial(_threads, database, 8),
        "64 threads, without group commit": partial(_one_by_one, database, 64),
        "hand-written loop alone": partial(_hand_written, database, 1),
        "hand-written loop, 64 appends a commit": partial(_hand_written, database, 64),
    }


def _peers(folder: Path, new_url: Callable[[], str] | None) -> dict[str, _Workload]:
    return {
        "eventsourcing alone": partial(_eventsourcing_on_sqlite, folder, 1),
        "eventsourcing, 64 threads on SQLite": partial(_eventsourcing_on_sqlite, folder, 64),
        "eventsourcing, 64 threads on PostgreSQL": partial(
            _eventsourcing_on_postgres, new_url, 64
        ),
    }


def _threads(database: _NewDatabase, writer_count: int, seconds: float) -> Measured:
    with database() as engine, group_commit(engine) as group:
        return by_threads(group.append, _chains(writer_count, seconds))


def _one_by_one(database: _NewDatabase, writer_count: int, seconds: float) -> Measured:
    with database() as engine:
        work = chains(writer_count, int(seconds * _LONE_PER_SECOND / writer_count))
        return by_threads(SqliteEventStore(engine).append, work)


def _hand_written(database: _NewDatabase, batch_size: int, seconds: float) -> Measured:
    batches = list(zip(*_chains(batch_size, seconds), strict=True))
    with database() as engine:
        connection = engine.raw_connection()
        cursor = cast("sqlite3.Cursor", connection.cursor())
        measured = in_batches(HandWrittenLog(cursor).commit, batches, size=batch_size)
        connection.close()
        return measured


def _eventsourcing_on_sqlite(folder: Path, writer_count: int, seconds: float) -> Measured:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        recorder = sqlite_recorder(Path(place), writer_count=writer_count)
        return _eventsourcing(recorder, writer_count, seconds)


def _eventsourcing_on_postgres(
    new_url: Callable[[], str] | None, writer_count: int, seconds: float
) -> Measured:
    if new_url is None:
        why = "there is no PostgreSQL"
        raise NotMeasured(why)
    with postgres_recorder(new_url(), writer_count=writer_count) as recorder:
        return _eventsourcing(recorder, writer_count, seconds)


def _eventsourcing(recorder: Recorder, writer_count: int, seconds: float) -> Measured:
    work = chains(writer_count, int(seconds * _LONE_PER_SECOND / writer_count))
    return by_threads(recorder.insert_events, stored_events(work))


def _chains(writer_count: int, seconds: float) -> _Chains:
    per_second = _LONE_PER_SECOND if writer_count == 1 else _TOGETHER_PER_SECOND
    return chains(writer_count, max(2, int(seconds * per_second / writer_count)))


COMPARED: Final = [
    ("a writer alone", "a writer alone, without group commit"),
    ("a writer alone", "hand-written loop alone"),
    ("a writer alone", "eventsourcing alone"),
    ("64 threads on SQLite", "hand-written loop, 64 appends a commit"),
    ("64 tasks on SQLite", "hand-written loop, 64 appends a commit"),
    ("64 tasks on SQLite", "64 threads, without group commit"),
    *(
        (f"{tasks} on {name}", other.format(name))
        for name in ("SQLite", "PostgreSQL")
        for tasks, other in (
            ("64 threads", "eventsourcing, 64 threads on {}"),
            ("64 tasks", "eventsourcing, 64 threads on {}"),
            ("64 tasks", "64 tasks, without the chain, on {}"),
            ("64 tasks", "64 tasks, without triggers, on {}"),
            ("64 tasks", "64 tasks, without the inline view, on {}"),
        )
    ),
]
