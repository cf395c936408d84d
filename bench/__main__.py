"""Runs the benchmarks, prints what came out, judges the budgets and writes bench/RESULTS.md."""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import (
    appends,
    causes,
    estates,
    load,
    overhead,
    pages,
    policies,
    proof,
    reading,
    run_list,
    runs,
    service,
    starting,
    verify_runs,
)
from bench.budgets import TITLE as BUDGETS_TITLE
from bench.budgets import budgets
from bench.harness import Options, Table
from bench.machine import facts
from bench.results import PAGE, Making, section, sections_of, write


def main() -> None:
    """Measure what was asked for, and show and write down each table as soon as it is there."""
    arguments = sys.argv[1:]
    asked = _parser().parse_args(arguments)
    options = Options(asked.seconds, asked.rounds, asked.folder, asked.peers, asked.items)
    making = Making(shlex.join(["scripts/bench", *arguments]), facts(asked.folder))
    for name in asked.only or TABLES:
        _show(TABLES[name][0](options), making, asked.results)
    _show(budgets(sections_of(asked.results)), making, asked.results)


def _show(table: Table, making: Making, page: Path) -> None:
    text = section(table, making)
    print("", f"## {text}", sep="\n", flush=True)
    write(page, {table.title: text}, [BUDGETS_TITLE, *(title for _, title in TABLES.values())])


TABLES: Final[dict[str, tuple[Callable[[Options], Table], str]]] = {
    "runs": (runs.table, "Whole runs"),
    "overhead": (overhead.table, "Overhead"),
    "appends": (appends.table, "Appends"),
    "reading": (reading.table, "Reading"),
    "proof": (proof.table, "The whole log"),
    "list": (run_list.table, "The run list"),
    "verify": (verify_runs.table, "Bulk verification"),
    "load": (load.table, "Load"),
    "estates": (estates.table, "Estates"),
    "causes": (causes.table, "Causes"),
    "policies": (policies.table, "Policies"),
    "service": (service.table, "The service"),
    "pages": (pages.table, "The pages"),
    "start": (starting.table, "Start and overhead"),
}
"""What can be measured, and the title of its table."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=TABLES, help="measure these alone")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a figure takes")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where the databases go, on the disk to be measured",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=PAGE,
        metavar="FILE",
        help="the page that the tables are written into",
    )
    parser.add_argument(
        "--peers",
        type=Path,
        default=Path(sys.prefix) / "peers" / "bin" / "python",
        help="the Python that has LangGraph and DBOS",
    )
    parser.add_argument(
        "--items",
        nargs="+",
        type=int,
        default=[1_000, 10_000, 100_000],
        help="how many configuration items the estates have",
    )
    return parser


if __name__ == "__main__":
    main()
