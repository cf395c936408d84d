"""Estates of several sizes: importing them, and what a question costs that finds them cold."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Final, NamedTuple

from adapters.bootstrap import open_service
from bench.estate_files import write_estate
from bench.harness import Options, Table
from bench.postgres import new_databases
from domain.plan.planner import PlanningContext

_TENANT: Final = "default"
_KB: Final = 1024
_HEAD: Final = ("estate", "import", "count", "impact, depth 3", "path", "top 5", "planning")


class Cost(NamedTuple):
    """What a command took: processor time of its process, and the most memory that it had."""

    cpu_seconds: float
    peak_mb: float


def table(options: Options) -> Table:
    """Measure on a new database of either kind for each number of items."""
    rows: list[list[str]] = []
    parent = options.folder
    with TemporaryDirectory(dir=parent) as folder, new_databases(parent) as new:
        for item_count in options.items:
            files = Path(folder) / f"files-{item_count}"
            write_estate(files, item_count=item_count)
            urls = {"SQLite": f"sqlite:///{folder}/{item_count}.db"}
            if new is not None:
                urls["PostgreSQL"] = new()
            for kind, url in urls.items():
                figures = _figures(url, files, item_count=item_count, rounds=options.rounds)
                rows.append([f"{item_count:,} items on {kind}", *figures])
    notes = [
        "An estate has four relations and fifty metric points an item; it is imported from CSV.",
        "Each figure is of a process of its own, with all that it takes to start: the median of "
        "its processor time and of its greatest memory. PostgreSQL's own processes are not in it.",
        "Planning is that of the count, by a process that has planned for an empty estate before, "
        "so without what is loaded once.",
    ]
    return Table("Estates", notes, _HEAD, rows)


def _figures(url: str, files: Path, *, item_count: int, rounds: int) -> list[str]:
    loaded = _cost(url, "estate", "import", str(files))
    row_count = sum(_rows_of(file) for file in files.iterdir())
    rate = row_count / loaded.cpu_seconds
    figures = [f"{rate:,.0f} rows/s, {loaded.peak_mb:,.0f} MB"]
    for question in questions(item_count).values():
        costs = [_cost(url, "ask", question, "--anchor", "data") for _ in range(rounds)]
        seconds = statistics.median(cost.cpu_seconds for cost in costs)
        peak = statistics.median(cost.peak_mb for cost in costs)
        figures.append(f"{seconds:.2f} s, {peak:,.0f} MB")
    planned = [_planning_ms(url, questions(item_count)["count"]) for _ in range(rounds)]
    return [*figures, f"{statistics.median(planned):.0f} ms"]


def questions(item_count: int) -> dict[str, str]:
    """Return a question of each kind that an estate of this size can answer."""
    last = item_count // 100 - 1
    middle, third = last // 2, last // 3
    return {
        "count": "How many servers are there?",
        "impact": f"What is affected if srv-{middle:04}-03 fails?",
        "path": f"What is the path between app-{middle:04}-30 and db-{third:04}-85?",
        "top 5": "Top 5 servers by cpu usage in the last 24 hours",
    }


def _cost(url: str, *arguments: str) -> Cost:
    command = [sys.executable, "-m", "adapters.cli", "--database", url, *arguments]
    with TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)  # noqa: S603 - our own
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, said.read())
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / _KB)


def _rows_of(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1


def _planning_ms(url: str, question: str) -> float:
    _plan(url, "nobody", "How many configuration items are there?")  # warm-up
    return _plan(url, _TENANT, question)


def _plan(url: str, tenant_id: str, question: str) -> float:
    with open_service(url) as service:
        now = service.clock.now()
        estate, planner = service.estate, service.planner
        started = time.process_time()
        context = PlanningContext(tenant_id, estate.vocabulary(tenant_id), now)
        asyncio.run(planner.plan(question, context))
        return 1000 * (time.process_time() - started)
