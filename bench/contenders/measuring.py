"""How every contender is measured, from its command line to its line of JSON."""

import argparse
import dataclasses
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.contenders.work import CALL_COUNT

WARM_UP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Task:
    """What to measure: runs on this database, so many at once, for so long."""

    database: str
    at_once: int
    seconds: float

    @property
    def sqlite_path(self) -> str | None:
        """Return the path of SQLite's file, or None when the database is PostgreSQL."""
        start = "sqlite:///"
        is_sqlite = self.database.startswith(start)
        return self.database.removeprefix(start) if is_sqlite else None


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out: runs per second, and the database's settings as the contender saw them.

    `cpu_ms` is the processor's time of a run, where nothing but runs took any.
    """

    runs_per_second: float
    settings: str
    cpu_ms: float | None = None


def task() -> Task:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--at-once", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    return Task(**vars(parser.parse_args()))


def report(measured: Measured) -> None:
    """Print the line that the harness reads."""
    print(json.dumps(dataclasses.asdict(measured)))


def rate_on_threads(run: Callable[[], object], task: Task) -> float:
    """Return runs per second after a warm-up, each thread starting one run after the other."""
    _round(run, at_once=task.at_once, seconds=WARM_UP_SECONDS)
    return _round(run, at_once=task.at_once, seconds=task.seconds)


def require_kept(result_count: int) -> None:
    """End the process when a run's results are not all on disk: then its rate means nothing."""
    if result_count != CALL_COUNT:
        message = f"the last run kept {result_count} results of calls and not {CALL_COUNT}"
        raise SystemExit(message)


def _round(run: Callable[[], object], *, at_once: int, seconds: float) -> float:
    started = time.perf_counter()

    def worker() -> int:
        done = 0
        while done == 0 or time.perf_counter() - started < seconds:
            run()
            done += 1
        return done

    with ThreadPoolExecutor(at_once) as pool:
        workers = [pool.submit(worker) for _ in range(at_once)]
    return sum(each.result() for each in workers) / (time.perf_counter() - started)
