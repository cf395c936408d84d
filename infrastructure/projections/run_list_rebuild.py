"""Building the run list anew from the events, which it is only a view of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.run.aggregate import RUN
from domain.run.summary import summarise
from domain.views.projection import LineFault, RebuiltRunList, RepairedLine
from infrastructure.database.authorizer import lifted
from infrastructure.database.engine import begin_immediate
from infrastructure.database.upsert import upsert
from infrastructure.event_store.rows import summary_row
from infrastructure.event_store.run_lines import OF_STREAM
from infrastructure.event_store.stream_rows import read_head, read_stream, text_of
from infrastructure.event_store.tables import IS_RUN, LOGS, RUN_SUMMARIES, STREAMS

if TYPE_CHECKING:
    import sqlite3

NAMED_LIMIT: Final = 20
"""How many lines a repair names; it counts all."""

_RUNS_AT_ONCE: Final = 200
_KEY: Final = sa.tuple_(RUN_SUMMARIES.c.tenant_id, RUN_SUMMARIES.c.run_id)
GUARDS: Final = sa.text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'run_summaries'"
)

_Run = tuple[str, str]
_Row = dict[str, Any]


def rebuild_run_list(engine: sa.Engine) -> RebuiltRunList:
    """Write each line again that its run's events contradict, a few at a time; runs may go on.

    The line of a run whose events are not as they were written stays.
    """
    repair = _Repair()
    last: _Run = ("", "")
    while runs := _next_runs(engine, last):
        with _locked(engine) as connection:
            repair.write(connection, runs)
        repair.run_count, last = repair.run_count + len(runs), runs[-1]
    with _locked(engine) as connection:
        repair.delete_extra(connection)
    return repair.report()


@dataclass(slots=True)
class _Repair:
    run_count: int = 0
    counts: dict[LineFault, int] = field(default_factory=lambda: dict.fromkeys(LineFault, 0))
    named: list[RepairedLine] = field(default_factory=list)

    def write(self, connection: sa.Connection, runs: Sequence[_Run]) -> None:
        """Make the lines of these runs what their events say."""
        stored, wrong = _stored(connection, runs), list[_Row]()
        for run in runs:
            try:
                right = _right(connection, run)
            except CorruptLog:
                self._count(LineFault.UNREADABLE, run)
                continue
            if right is not None and self._note(stored.get(run), right):
                wrong.append(right)
        if wrong:
            with _unguarded(connection):
                connection.execute(upsert(RUN_SUMMARIES, connection.dialect), wrong)

    def delete_extra(self, connection: sa.Connection) -> None:
        """Delete the lines of runs that there are not."""
        is_extra = ~sa.exists().where(OF_STREAM)
        query = sa.select(*RUN_SUMMARIES.c["tenant_id", "run_id"]).where(is_extra)
        extra = [(str(tenant_id), str(run_id)) for tenant_id, run_id in connection.execute(query)]
        if extra:
            with _unguarded(connection):
                connection.execute(sa.delete(RUN_SUMMARIES).where(is_extra))
        for run in extra:
            self._count(LineFault.EXTRA, run)

    def report(self) -> RebuiltRunList:
        return RebuiltRunList(
            run_count=self.run_count,
            changed_count=sum(self.counts.values()) - self.counts[LineFault.UNREADABLE],
            missing_count=self.counts[LineFault.MISSING],
            different_count=self.counts[LineFault.DIFFERENT],
            extra_count=self.counts[LineFault.EXTRA],
            unreadable_count=self.counts[LineFault.UNREADABLE],
            repaired=tuple(self.named),
        )

    def _note(self, stored: _Row | None, right: _Row) -> bool:
        """Note what is wrong with a line, and return whether it is."""
        run = (right["tenant_id"], right["run_id"])
        if stored is None:
            self._count(LineFault.MISSING, run)
            return True
        fields = tuple(name for name, value in right.items() if stored.get(name) != value)
        if fields:
            self._count(LineFault.DIFFERENT, run, fields)
        return bool(fields)

    def _count(self, fault: LineFault, run: _Run, fields: tuple[str, ...] = ()) -> None:
        self.counts[fault] += 1
        if len(self.named) < NAMED_LIMIT:
            self.named.append(RepairedLine(*run, fault, fields))


def _next_runs(engine: sa.Engine, last: _Run) -> list[_Run]:
    key = (STREAMS.c.tenant_id, STREAMS.c.stream_id)
    beyond = sa.tuple_(*key) > last
    query = sa.select(*key).where(beyond, IS_RUN).order_by(*key)
    query = query.limit(_RUNS_AT_ONCE)
    with engine.connect() as connection:
        return [(row.tenant_id, row.stream_id) for row in connection.execute(query)]


def _right(connection: sa.Connection, run: _Run) -> _Row | None:
    """Return the line that the events of a run make. Raises `CorruptLog`."""
    summary = summarise(map(RUN.read, read_stream(connection, *run)))
    if summary is None:
        return None
    return summary_row(summary, read_head(connection, *run).head_hash)


def _stored(connection: sa.Connection, runs: Sequence[_Run]) -> dict[_Run, _Row]:
    query = sa.select(RUN_SUMMARIES)
    try:
        with text_of("the run list"):
            rows = connection.execute(query.where(_KEY.in_(runs))).mappings().all()
    except CorruptLog:
        if len(runs) == 1:
            return {runs[0]: {}}
        return {run: row for each in runs for run, row in _stored(connection, [each]).items()}
    return {(row["tenant_id"], row["run_id"]): dict(row) for row in rows}


@contextmanager
def _locked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a transaction in which no run goes on."""
    with begin_immediate(engine) as connection:
        if connection.dialect.name == "sqlite":
            with connection.begin():
                yield connection
            return
        # Not from one snapshot: what another one appended while this waited is to be seen.
        connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            connection.execute(sa.select(LOGS.c.log).with_for_update())
            yield connection


@contextmanager
def _unguarded(connection: sa.Connection) -> Iterator[None]:
    """Let the lines of runs be written without events; see migration 0014."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL opstrail.repair = 'on'")
        yield
        connection.exec_driver_sql("SET LOCAL opstrail.repair = 'off'")
        return
    guards = connection.execute(GUARDS).all()
    with lifted(cast("sqlite3.Connection", connection.connection.driver_connection)):
        for name, _ in guards:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        yield
        for _, text in guards:
            connection.exec_driver_sql(text)
