"""Runs the benchmarks, prints a table and writes bench/RESULTS.md.

scripts/bench [--seconds N]
"""

import argparse
import asyncio
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.noop import BY, noop_service, request
from domain.service import RunService

_ROUNDS = 5
_RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Measure everything and write it down."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each round measures")
    seconds = parser.parse_args().seconds
    rows = [*_runs(seconds), _help()]
    table = _table(rows)
    print(table)
    _RESULTS.write_text(_page(table, seconds), encoding="utf-8")


def _runs(seconds: float) -> list[tuple[str, str, str]]:
    """Interleave the workloads round by round, so that a noisy moment hits all of them."""
    workloads = [(calls, at_once) for calls in (0, 1, 5) for at_once in (1, 8)]
    figures: dict[tuple[int, int], list[float]] = {workload: [] for workload in workloads}
    with tempfile.TemporaryDirectory() as folder, noop_service(Path(folder)) as service:
        asyncio.run(_round(service, calls=5, at_once=8, seconds=0.5))  # warm-up
        for _ in range(_ROUNDS):
            for calls, at_once in workloads:
                rate = asyncio.run(_round(service, calls=calls, at_once=at_once, seconds=seconds))
                figures[calls, at_once].append(rate)
    return [
        (f"run of {calls} no-op calls, {at_once} at once", _spread(rates, ".0f"), "runs/s")
        for (calls, at_once), rates in figures.items()
    ]


async def _round(service: RunService, *, calls: int, at_once: int, seconds: float) -> float:
    """Return runs per second, each requested, carried out and durable."""
    started = time.perf_counter()
    done = 0

    async def worker() -> None:
        nonlocal done
        while time.perf_counter() - started < seconds:
            run = service.request(request(calls), BY)
            await service.carry_out(BY.tenant_id, run.run_id)
            done += 1

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return done / (time.perf_counter() - started)


def _help() -> tuple[str, str, str]:
    command = [sys.executable, "-m", "adapters.cli", "--help"]
    start = partial(subprocess.run, command, check=True, capture_output=True)
    times = [_timed(start) for _ in range(9)]
    return "start of `opstrail --help`", _spread([1000 * each for each in times], ".0f"), "ms"


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} - {max(values):{form}})"


def _table(rows: list[tuple[str, str, str]]) -> str:
    head = [("what", "median (min - max)", "unit"), ("---", "---", "---")]
    return "\n".join("| " + " | ".join(row) + " |" for row in [*head, *rows])


def _page(table: str, seconds: float) -> str:
    return "\n".join(
        [
            "# Results",
            "",
            f"`scripts/bench --seconds {seconds:g}`, {_ROUNDS} interleaved rounds, one process, "
            f"{os.cpu_count()} cores, CPython {platform.python_version()}, "
            f"SQLite {sqlite3.sqlite_version} with WAL and synchronous=FULL.",
            "Every run is requested, carried out and durable. "
            "Compare inside the table only: the machine is shared.",
            "",
            table,
            "",
        ]
    )


if __name__ == "__main__":
    main()
