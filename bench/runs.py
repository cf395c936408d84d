"""Whole durable runs: opstrail beside engines that people use for them."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.harness import HEAD, NotMeasured, Options, Table, Workload, measured
from bench.postgres import new_databases

_AT_ONCE = (1, 8, 32)
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class _Contender:
    """An engine, the module that measures it, and what is on disk before the next step starts."""

    name: str
    module: str
    keeps: str
    is_peer: bool = True


_CONTENDERS = (
    _Contender(
        "opstrail",
        "opstrail_runs",
        "request, starts, inputs and results, in a hash chain",
        is_peer=False,
    ),
    _Contender(
        "LangGraph",
        "langgraph_runs",
        'results and the whole state (durability="sync")',
    ),
    _Contender("DBOS", "dbos_runs", "status and results"),
)

_NOTES = (
    "A run has five stages and five tool calls that do nothing and answer 1 KB. Each figure is of "
    "a process of its own on a new database, after a warm-up.",
    "The calls do not depend on each other: opstrail and LangGraph make them in one step, "
    "DBOS one after the other. opstrail's stages make nothing that is not in its record, so their "
    "results ride in the commit of what follows; a call's result is on disk before it is used.",
)
_HEAD = (*HEAD, "on disk before the next step")

_NewDatabase = Callable[[], str]


class _Field:
    """Measures contenders on new databases, and remembers the settings that each saw there."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._settings: dict[str, str] = {}

    def workloads(self, where: str, new_database: _NewDatabase | None) -> list[Workload]:
        """Return what is measured on one kind of database."""
        return [
            Workload(
                f"{contender.name} on {where}, {at_once} at once",
                "runs/s",
                partial(self._measure, contender, new_database, where=where, at_once=at_once),
            )
            for at_once in _AT_ONCE
            for contender in _CONTENDERS
        ]

    def settings(self) -> list[str]:
        """Return the settings of the database that each contender saw."""
        return [f"{name} saw {settings}." for name, settings in self._settings.items()]

    def _measure(
        self,
        contender: _Contender,
        new_database: _NewDatabase | None,
        *,
        where: str,
        at_once: int,
    ) -> float:
        if new_database is None:
            why = "no PostgreSQL here"
            raise NotMeasured(why)
        command = [*self._program(contender), "--database", new_database()]
        seconds = self._options.seconds
        result = _result([*command, "--at-once", str(at_once), "--seconds", str(seconds)], seconds)
        self._settings[f"{contender.name} on {where}"] = result["settings"]
        return float(result["runs_per_second"])

    def _program(self, contender: _Contender) -> list[str]:
        python = self._options.peers if contender.is_peer else Path(sys.executable)
        if not python.exists():
            why = f"{contender.name} is not installed"
            raise NotMeasured(why)
        return [str(python), "-m", f"bench.contenders.{contender.module}"]


def table(options: Options) -> Table:
    """Measure all contenders on both databases."""
    field = _Field(options)
    with (
        TemporaryDirectory(dir=options.folder) as folder,
        new_databases(options.folder) as new_database,
    ):
        numbers = count(1)
        on_sqlite = field.workloads(
            "SQLite", lambda: f"sqlite:///{folder}/bench{next(numbers)}.db"
        )
        on_postgres = field.workloads("PostgreSQL", new_database)
        rows = measured([*on_sqlite, *on_postgres], rounds=options.rounds)
    told = [(*row, _keeps(row[0])) for row in rows]
    return Table("Whole runs", [*_NOTES, *field.settings()], _HEAD, told)


def _keeps(what: str) -> str:
    return next(each.keeps for each in _CONTENDERS if what.startswith(each.name))


def _result(command: list[str], seconds: float) -> dict[str, Any]:
    """Return what a contender's process printed. Raises `NotMeasured` when it failed."""
    patience = _START_SECONDS + 4 * seconds
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command, capture_output=True, text=True, timeout=patience, check=True
        )
    except subprocess.TimeoutExpired:
        why = f"it did not end within {patience:.0f} seconds"
        raise NotMeasured(why) from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or ["it failed without a word"]
        raise NotMeasured(lines[-1]) from None
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
