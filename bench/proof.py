"""The whole log, event by event: read, verified, and every projection rebuilt from it."""

import asyncio
import gc
from collections.abc import Callable
from functools import partial

import sqlalchemy as sa

from bench.harness import (
    HEAD,
    Options,
    Rows,
    Table,
    Workload,
    cpu_milliseconds,
    measured,
    milliseconds,
)
from bench.noop import Bench, noop_bench
from bench.postgres import on_both
from domain.ports import EventStore
from infrastructure.clock import SystemClock
from infrastructure.ids import UuidIds
from infrastructure.log.verification import verify_log
from infrastructure.projections.projections import Projections

_RUN_COUNT = 1000
_AT_ONCE = 8
_CHUNK = 1000
_Took = Callable[[Callable[[], object]], float]
_UNITS: dict[str, tuple[str, _Took]] = {
    "sqlite": ("events per CPU second", cpu_milliseconds),
    "postgresql": ("events/s", milliseconds),  # most of the work is the server's
}


def table(options: Options) -> Table:
    """Measure on new databases of both kinds."""
    note = (
        f"The log of {_RUN_COUNT:,} runs. Verifying recomputes every hash; a rebuild also "
        "compares the new rows with the old ones and swaps them."
    )
    return Table("The whole log", [note], HEAD, on_both(options, _rows))


def _rows(where: str, url: str, rounds: int) -> Rows:
    with noop_bench(url) as bench:
        asyncio.run(_make_runs(bench))
        position = _read(bench.store)
        unit, took = _UNITS[bench.engine.dialect.name]
        projections = Projections(bench.engine, clock=SystemClock(), ids=UuidIds())
        actions: dict[str, Callable[[], object]] = {
            f"read on {where}": partial(_read, bench.store),
            f"verify on {where}": partial(_verify, bench.engine),
            **{
                f"rebuild of {name} on {where}": partial(_rebuild, projections, name)
                for name in projections.names
            },
        }
        workloads = [
            Workload(what, unit, partial(_rate, action, position, took))
            for what, action in actions.items()
        ]
        for workload in workloads:
            workload.measure()  # warm-up
        return measured(workloads, rounds=rounds)


async def _make_runs(bench: Bench) -> None:
    async def some() -> None:
        for _ in range(_RUN_COUNT // _AT_ONCE):
            await bench.run()

    await asyncio.gather(*(some() for _ in range(_AT_ONCE)))


def _read(store: EventStore) -> int:
    position = 0
    while events := store.read_log(after=position, limit=_CHUNK):
        position = events[-1].position
    return position


def _verify(engine: sa.Engine) -> None:
    verify_log(engine, 0, on_progress=lambda _: None)


def _rebuild(projections: Projections, name: str) -> None:
    projections.rebuild(name)


def _rate(action: Callable[[], object], event_count: int, took: _Took) -> float:
    gc.collect()
    return 1000 * event_count / took(action)
