"""What is there before and around the work: the start of the command, and orchestration."""

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import commands
from bench.harness import HEAD, Options, Table, Workload, measured
from bench.noop import Bench, noop_bench

_RUNS_A_ROUND = 100


def table(options: Options) -> Table:
    """Measure the command, and runs one after the other on a new SQLite database."""
    with (
        TemporaryDirectory(dir=options.folder) as folder,
        noop_bench(f"sqlite:///{folder}/bench.db") as bench,
    ):
        workloads = [
            *commands.workloads(Path(folder)),
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
    notes = [
        "Commands run on the demo estate, their modules compiled as in an installation; each "
        "figure is the least CPU of a few tries against that of importing the libraries.",
        "The call does nothing: its run is all orchestration, from the request to the end, "
        f"and durable. Each figure is the median of {_RUNS_A_ROUND} runs, one at a time.",
    ]
    return Table("Start and overhead", notes, HEAD, rows)


async def _median_run(bench: Bench) -> float:
    times = []
    for _ in range(_RUNS_A_ROUND):
        started = time.perf_counter()
        await bench.run(call_count=1)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)
