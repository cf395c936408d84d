"""What is there before and around the work: the start of the command, and orchestration."""

import asyncio
import statistics
import subprocess
import sys
import time
from functools import partial
from tempfile import TemporaryDirectory

from bench.harness import HEAD, Options, Table, Workload, measured, milliseconds
from bench.noop import Bench, noop_bench

_RUNS_A_ROUND = 100


def table(options: Options) -> Table:
    """Measure the command, and runs one after the other on a new SQLite database."""
    help_page = [sys.executable, "-m", "adapters.cli", "--help"]
    start = partial(subprocess.run, help_page, check=True, capture_output=True)
    with (
        TemporaryDirectory(dir=options.folder) as folder,
        noop_bench(f"sqlite:///{folder}/bench.db") as bench,
    ):
        workloads = [
            Workload("`opstrail --help`", "ms", partial(milliseconds, start)),
            Workload(
                "run of one call that does nothing, p50",
                "ms",
                lambda: asyncio.run(_median_run(bench)),
                ",.2f",
            ),
        ]
        for workload in workloads:
            workload.measure()  # warm-up
        rows = measured(workloads, rounds=options.rounds)
    note = (
        "The call does nothing: its run is all orchestration, from the request to the end, "
        f"and durable. Each figure is the median of {_RUNS_A_ROUND} runs, one at a time."
    )
    return Table("Start and overhead", [note], HEAD, rows)


async def _median_run(bench: Bench) -> float:
    times = []
    for _ in range(_RUNS_A_ROUND):
        started = time.perf_counter()
        await bench.run(call_count=1)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)
