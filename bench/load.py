"""Many processes append while another one reads along: does it see every event once, in order?

Each process writes a run of its own, and every sixteenth time one that all of them write to.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from multiprocessing import get_context

from bench.append_requests import append_after
from bench.harness import Options, Table
from bench.postgres import new_databases
from domain.errors import WrongExpectedVersion
from domain.ports import Appended, EventStore
from infrastructure.database.engine import create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log.arrivals import watching
from infrastructure.log.subscriptions import Subscription

_EVENT_COUNT = 300_000
_PROCESS_COUNT = 8
_EVENTS_EACH = 5
_TENANT = "bench"
_PATIENCE_SECONDS = 0.2

_Positions = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many events were acknowledged to the writers, and what the reader saw of them."""

    appended: int
    seen: int
    lost: int
    twice: int
    out_of_order: int


def table(options: Options) -> Table:
    """Load a new database of PostgreSQL."""
    note = (
        f"{_PROCESS_COUNT} processes, {_EVENTS_EACH} events an append, one reader all the while."
    )
    head = ("what", "figure", "unit")
    with new_databases(options.folder) as new_database:
        if new_database is None:
            reason = "not measured: no PostgreSQL here"
            return Table("Load", [note], head, [("load", reason, "")])
        url = new_database()
        engine = create_engine(url)
        ensure_current(engine)
        engine.dispose()
        began = time.perf_counter()
        found = load(url, processes=_PROCESS_COUNT, events=_EVENT_COUNT)
        seconds = time.perf_counter() - began
    return Table("Load", [note], head, _rows(found, seconds))


def load(url: str, *, processes: int, events: int) -> Tally:
    """Append so many events to a current database, and read along until the last one."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    appends = events // (processes * _EVENTS_EACH)
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        sent = [pool.submit(_append, url, number, appends) for number in range(processes)]
        seen = _read(url, until=lambda: all(each.done() for each in sent))
        return tally([place for each in sent for place in each.result()], seen)


def tally(acknowledged: Sequence[tuple[int, int]], seen: Sequence[int]) -> Tally:
    """Compare first and last positions of appends with the positions that a reader saw."""
    appended = {place for first, last in acknowledged for place in range(first, last + 1)}
    return Tally(
        appended=len(appended),
        seen=len(seen),
        lost=len(appended.difference(seen)),
        twice=len(seen) - len(set(seen)),
        out_of_order=sum(later < earlier for earlier, later in pairwise(seen)),
    )


def _rows(found: Tally, seconds: float) -> list[tuple[str, str, str]]:
    return [
        ("appended", f"{found.appended:,}", "events"),
        ("seen by the reader", f"{found.seen:,}", "events"),
        ("lost", f"{found.lost:,}", "events"),
        ("seen twice", f"{found.twice:,}", "events"),
        ("seen out of order", f"{found.out_of_order:,}", "events"),
        ("until the reader saw the last one", f"{seconds:,.1f}", "s"),
        ("appended and read", f"{found.appended / seconds:,.0f}", "events/s"),
    ]


def _append(url: str, number: int, count: int) -> _Positions:
    engine = create_engine(url)
    is_postgres = engine.dialect.name == "postgresql"
    group = GroupCommit(PostgresEventStore(engine) if is_postgres else SqliteEventStore(engine))
    try:
        turns = cycle([*[f"run-{number}"] * 15, "run-shared"])
        appended = [_append_to(run, group) for run in islice(turns, count)]
        return [(each.first_position, each.last_position) for each in appended]
    finally:
        group.close()
        engine.dispose()


def _append_to(run: str, store: EventStore) -> Appended:
    """Append to what the run has come to; when somebody is quicker, look again."""
    while True:
        try:
            return store.append(append_after(store.head(_TENANT, run), run, count=_EVENTS_EACH))
        except WrongExpectedVersion:
            continue


def _read(url: str, *, until: Callable[[], bool]) -> list[int]:
    engine = create_engine(url)
    seen: list[int] = []
    try:
        with watching(engine) as arrivals:
            subscription, is_over = Subscription(engine), False
            while not is_over:
                arrivals.wait(_PATIENCE_SECONDS)
                is_over = until()
                for chunk in subscription.chunks():
                    seen += [event.position for event in chunk.events]
    finally:
        engine.dispose()
    return seen
