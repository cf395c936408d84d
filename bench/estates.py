"""Estates of several sizes: importing them, and what a question costs that finds them cold."""

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Final, NamedTuple

from adapters.bootstrap import open_service
from bench.estate_files import write_estate
from bench.harness import HEAD, Options, Rows, Table, cpu_milliseconds, spread
from bench.postgres import new_databases
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import PlanningContext, QuestionNotUnderstood

_TENANT: Final = "default"
_KB: Final = 1024
_TIMES: Final = 20
"""How often each question is planned."""


class Cost(NamedTuple):
    """What a command took: processor time of its process, and the most memory that it had."""

    cpu_seconds: float
    peak_mb: float


def table(options: Options) -> Table:
    """Measure on a new database of either kind for each number of items."""
    rows: Rows = []
    parent = options.folder
    with TemporaryDirectory(dir=parent) as folder, new_databases(parent) as new_database:
        for item_count in options.items:
            files = Path(folder) / f"files-{item_count}"
            write_estate(files, item_count=item_count)
            urls = {"SQLite": f"sqlite:///{folder}/{item_count}.db"}
            if new_database is not None:
                urls["PostgreSQL"] = new_database()
            for kind, url in urls.items():
                estate = f"{item_count:,} items on {kind}"
                rows += _import(url, files, estate)
                rows += _questions(url, estate, item_count=item_count, rounds=options.rounds)
                rows += _planning(url, estate, item_count=item_count, rounds=options.rounds)
    notes = [
        "An estate has four relations and fifty metric points an item; it is imported from CSV.",
        "An import or a question is a process of its own, with all that it takes to start: its "
        "processor time, and the most memory that it had. PostgreSQL's processes are not in it.",
        "Planning is that of the count, in a process that has planned for an empty estate before; "
        "warm, the median of the four questions, each planned again and again.",
    ]
    return Table("Estates", notes, HEAD, rows)


def _import(url: str, files: Path, estate: str) -> Rows:
    cost = _cost(url, "estate", "import", str(files))
    rate = sum(map(_row_count, files.iterdir())) / cost.cpu_seconds
    return [
        (f"import of {estate}", f"{rate:,.0f}", "rows per CPU second"),
        (f"import of {estate}, memory", f"{cost.peak_mb:,.0f}", "MB"),
    ]


def _questions(url: str, estate: str, *, item_count: int, rounds: int) -> Rows:
    rows: Rows = []
    for name, question in questions(item_count).items():
        costs = [_cost(url, "ask", question, "--anchor", "data") for _ in range(rounds)]
        seconds, peaks = [cost.cpu_seconds for cost in costs], [cost.peak_mb for cost in costs]
        rows.append((f"{name} of {estate}", spread(seconds, ".2f"), "CPU s"))
        rows.append((f"{name} of {estate}, memory", spread(peaks, ",.0f"), "MB"))
    return rows


def questions(item_count: int) -> dict[str, str]:
    """Return a question of each kind that an estate of this size can answer."""
    last = item_count // 100 - 1
    middle, third = last // 2, last // 3
    return {
        "count": "How many servers are there?",
        "impact at depth 3": f"What is affected if srv-{middle:04}-03 fails?",
        "path": f"What is the path between app-{middle:04}-30 and db-{third:04}-85?",
        "top 5": "Top 5 servers by cpu usage in the last 24 hours",
    }


def _planning(url: str, estate: str, *, item_count: int, rounds: int) -> Rows:
    asked = [*questions(item_count).values()]
    _planned(url, "nobody", asked)  # warm-up
    cold, warm = zip(*(_planned(url, _TENANT, asked) for _ in range(rounds)), strict=True)
    return [
        (f"planning for {estate}", spread(cold, ".1f"), "CPU ms"),
        (f"planning for {estate}, warm", spread(warm, ".1f"), "CPU ms"),
    ]


def _planned(url: str, tenant_id: str, asked: list[str]) -> tuple[float, float]:
    """Return what the first planning takes, and the median of those after it."""
    with open_service(url) as service:
        estate, planner, now = service.estate, service.planner, service.clock.now()

        def plan(question: str) -> None:
            look_ups = EstateLookUps(estate.vocabulary(tenant_id), question)
            context = PlanningContext(tenant_id, look_ups, now)
            # The empty estate knows none of the items that are named.
            with suppress(QuestionNotUnderstood):
                asyncio.run(planner.plan(question, context))

        first, *others = [cpu_milliseconds(partial(plan, each)) for each in asked * _TIMES]
        return first, median(others[len(asked) - 1 :])


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


def _row_count(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1
