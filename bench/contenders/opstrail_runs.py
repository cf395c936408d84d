"""Runs on opstrail, as tasks of one event loop."""

import asyncio
import time

import sqlalchemy as sa

from bench.contenders.measuring import WARM_UP_SECONDS, Measured, Task, report, require_kept, task
from bench.noop import Bench, noop_bench
from domain.run.call_events import ToolCallSucceeded


def main(*, request_rides: bool = False) -> None:
    """Measure and print."""
    asked = task()
    with noop_bench(asked.database, request_rides=request_rides) as bench:
        rate, last_run = asyncio.run(_measure(bench, asked))
        history = bench.history(last_run)
        require_kept(sum(isinstance(entry.event, ToolCallSucceeded) for entry in history))
        report(Measured(rate, settings(bench.engine)))


async def _measure(bench: Bench, asked: Task) -> tuple[float, str]:
    await _round(bench, at_once=asked.at_once, seconds=WARM_UP_SECONDS)
    rate = await _round(bench, at_once=asked.at_once, seconds=asked.seconds)
    return rate, await bench.run()


async def _round(bench: Bench, *, at_once: int, seconds: float) -> float:
    started = time.perf_counter()

    async def worker() -> int:
        done = 0
        while done == 0 or time.perf_counter() - started < seconds:
            await bench.run()
            done += 1
        return done

    counts = await asyncio.gather(*(worker() for _ in range(at_once)))
    return sum(counts) / (time.perf_counter() - started)


def settings(engine: sa.Engine) -> str:
    """Return the settings of the database that decide how durable runs are."""
    on_sqlite = engine.dialect.name == "sqlite"
    names = ("journal_mode", "synchronous") if on_sqlite else ("fsync", "synchronous_commit")
    verb = "PRAGMA" if on_sqlite else "SHOW"
    with engine.connect() as connection:
        values = [connection.execute(sa.text(f"{verb} {name}")).scalar_one() for name in names]
    return ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))


if __name__ == "__main__":
    main()
