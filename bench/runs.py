"""Whole durable runs: opstrail beside its floor, an older opstrail, and engines in use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from tempfile import TemporaryDirectory

from bench.checkouts import REFERENCE
from bench.harness import HEAD, NotMeasured, Options, Pair, Table, Workload, measured
from bench.postgres import new_databases
from bench.processes import Program, ours, peers, reference

_AT_ONCE = (1, 8, 32)


@dataclass(frozen=True, slots=True)
class _Contender:
    """An engine, the module that measures it, and what is on disk before the next step starts."""

    name: str
    module: str
    keeps: str
    program: Callable[[Options], Program] = peers
    at_once: tuple[int, ...] = _AT_ONCE
    is_on_postgres: bool = True


_OURS = _Contender(
    "opstrail",
    "opstrail_runs",
    "request, starts, inputs and results, in a hash chain",
    lambda _: ours(),
)
_RIDING = _Contender(
    "opstrail, request rides",
    "riding_runs",
    "as opstrail, the request with the starts",
    lambda _: ours(),
    at_once=_AT_ONCE[:2],
)
_OTHERS = (
    _Contender(
        REFERENCE, "opstrail_runs", "as opstrail", lambda _: reference(), at_once=_AT_ONCE[:2]
    ),
    _Contender(
        "floor",
        "floor_runs",
        "as opstrail",
        lambda _: ours(),
        at_once=_AT_ONCE[:1],
        is_on_postgres=False,
    ),
    _Contender("LangGraph", "langgraph_runs", 'results and the whole state (durability="sync")'),
    _Contender("DBOS", "dbos_runs", "status and results"),
)
_CONTENDERS = (_OURS, _RIDING, *_OTHERS)

_NOTES = (
    "A run has five stages and five tool calls that do nothing and answer 1 KB. Each figure is of "
    "a process of its own on a new database, after a warm-up.",
    "The calls do not depend on each other: opstrail and LangGraph make them in one step, "
    "DBOS one after the other. opstrail's stages make nothing that is not in its record, so their "
    "results ride in the commit of what follows; a call's result is on disk before it is used.",
    f"{REFERENCE} is opstrail at that commit. The floor writes the rows of opstrail's runs by "
    "hand, with new ids and the hash chain, in three commits; it decides and encodes nothing.",
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
                _named(contender, where, at_once),
                "runs/s",
                partial(self._measure, contender, new_database, where=where, at_once=at_once),
            )
            for at_once in _AT_ONCE
            for contender in _CONTENDERS
            if at_once in contender.at_once and (where == "SQLite" or contender.is_on_postgres)
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
        seconds = self._options.seconds
        result = contender.program(self._options).result(
            [
                *("-m", f"bench.contenders.{contender.module}", "--database", new_database()),
                *("--at-once", str(at_once), "--seconds", str(seconds)),
            ],
            seconds=seconds,
        )
        self._settings[f"{contender.name} on {where}"] = result["settings"]
        return float(result["runs_per_second"])


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
        rows = measured([*on_sqlite, *on_postgres], rounds=options.rounds, compared=compared())
    told = [(*row, _keeps(row[0])) for row in rows]
    return Table("Whole runs", [*_NOTES, *field.settings()], _HEAD, told)


def _named(contender: _Contender, where: str, at_once: int) -> str:
    return f"{contender.name} on {where}, {at_once} at once"


def compared() -> list[Pair]:
    """Return what is held against what."""
    return [
        (_named(one, where, at_once), _named(other, where, at_once))
        for where in ("SQLite", "PostgreSQL")
        for one in (_OURS, _RIDING)
        for at_once in one.at_once
        for other in _OTHERS
    ]


def _keeps(what: str) -> str:
    """Return what the one contender keeps that a row is about."""
    return next(
        (
            each.keeps
            for each in _CONTENDERS
            if what.startswith(f"{each.name} on") and "/" not in what
        ),
        "",
    )
