"""Runs the benchmarks, prints what came out and writes bench/RESULTS.md."""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import appends, load, reading, run_list, runs, starting, verify_runs
from bench.harness import Options, Table
from bench.machine import facts

_RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Measure what was asked for and show it; all of it is written down as well."""
    arguments = sys.argv[1:]
    asked = _parser().parse_args(arguments)
    options = Options(asked.seconds, asked.rounds, asked.folder, asked.peers)
    lines = facts(asked.folder)
    print(*lines, sep="\n")
    tables = []
    for name in asked.only or _TABLES:
        tables.append(_TABLES[name](options))
        print("", _section(tables[-1]), sep="\n", flush=True)
    if not asked.only:
        command = shlex.join(["scripts/bench", *arguments])
        _RESULTS.write_text(_page(command, lines, tables), encoding="utf-8")


_TABLES: Final[dict[str, Callable[[Options], Table]]] = {
    "runs": runs.table,
    "appends": appends.table,
    "reading": reading.table,
    "list": run_list.table,
    "verify": verify_runs.table,
    "load": load.table,
    "start": starting.table,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=_TABLES, help="measure these alone, and write nothing"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a figure takes")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where the databases go, on the disk to be measured",
    )
    parser.add_argument(
        "--peers",
        type=Path,
        default=Path(sys.prefix) / "peers" / "bin" / "python",
        help="the Python that has LangGraph and DBOS",
    )
    return parser


def _section(table: Table) -> str:
    rows = [table.head, ["---"] * len(table.head), *table.rows]
    grid = ["| " + " | ".join(row) + " |" for row in rows]
    notes = [*(f"- {note}" for note in table.notes), ""] if table.notes else []
    return "\n".join([f"## {table.title}", "", *notes, *grid])


def _page(command: str, lines: list[str], tables: list[Table]) -> str:
    head = [
        "# Results",
        "",
        f"Made by `{command}`. Compare inside a table only. On:",
        "",
        *(f"- {line}" for line in lines),
    ]
    return "\n\n".join(["\n".join(head), *map(_section, tables)]) + "\n"


if __name__ == "__main__":
    main()
