"""Runs one after the other on the opstrail on the path, whichever version that is.

`python one_at_a_time.py --database URL --calls N --runs N` prints, as a line of JSON, the median
milliseconds of a run and the processor's milliseconds for each. It uses nothing of `bench` that
693ce3c lacks, so it is started by its path.
"""

import argparse
import asyncio
import json
import statistics
import time
from typing import Final

from bench.noop import Bench, noop_bench

_WARM_UP_RUNS: Final = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    asked = parser.parse_args()
    with noop_bench(asked.database) as bench:
        print(json.dumps(asyncio.run(_measured(bench, asked.calls, asked.runs))))


async def _measured(bench: Bench, calls: int, runs: int) -> dict[str, float]:
    for _ in range(_WARM_UP_RUNS):
        await bench.run(call_count=calls)
    times, begun = [], time.process_time()
    for _ in range(runs):
        started = time.perf_counter()
        await bench.run(call_count=calls)
        times.append(time.perf_counter() - started)
    cpu = (time.process_time() - begun) / runs
    return {"p50_ms": 1000 * statistics.median(times), "cpu_ms": 1000 * cpu}


if __name__ == "__main__":
    main()
