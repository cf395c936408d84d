"""The composition root: the one place that knows which implementation stands behind each port."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from adapters.estates.demo import demo_estate
from adapters.estates.files import ImportRefused, read_files
from adapters.estates.machine import discover
from adapters.planners.rules.planner import RulesPlanner
from adapters.tools.builtin import builtin_tools
from domain.estate.port import Estate, EstateWriter
from domain.plan.planner import Planner
from domain.ports import Clock, EventStore
from domain.reader import RunReader
from domain.service import RunService
from domain.stages.workshop import Workshop
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseUnavailable, UnsupportedDatabase
from infrastructure.database.migrate import ensure_current
from infrastructure.database_check import DatabaseReport, check
from infrastructure.estate.reading import SqlEstate
from infrastructure.estate.writing import SqlEstateWriter
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from infrastructure.run_views import SqlRunViews

__all__ = [
    "DatabaseReport",
    "DatabaseUnavailable",
    "ImportRefused",
    "Opstrail",
    "UnsupportedDatabase",
    "check_database",
    "default_database_url",
    "demo_estate",
    "discover",
    "open_service",
    "read_files",
]

_DATABASE_FILE = "opstrail.db"
_RANKED_CALLS = 200
"""Tools are ranked by their latest calls; every ranking reads all that are kept."""


@dataclass(frozen=True, slots=True)
class Opstrail:
    """A whole opstrail on one database."""

    service: RunService
    reader: RunReader
    store: EventStore
    estate: Estate
    estate_writer: EstateWriter
    tools: ToolRegistry
    planner: Planner
    clock: Clock
    database_url: str


@contextmanager
def open_service(url: str | None = None) -> Iterator[Opstrail]:
    """Give an opstrail on the database of this URL, by default a file in the user's data folder.

    The database is created or brought to this version's schema first.
    Raises `DatabaseUnavailable`.
    """
    chosen = url or default_database_url()
    engine = create_engine(chosen)
    try:
        ensure_current(engine)
        clock, estate = SystemClock(), SqlEstate(engine)
        registry, planner = _registry(estate), RulesPlanner()
        store = SqliteEventStore(engine)
        tracer = ExecutionTracer(_RANKED_CALLS, now=clock.now)
        workshop = Workshop(planner, registry, estate, tracer)
        yield Opstrail(
            service=RunService(store=store, clock=clock, ids=UuidIds(), workshop=workshop),
            reader=RunReader(store, SqlRunViews(engine)),
            store=store,
            estate=estate,
            estate_writer=SqlEstateWriter(engine),
            tools=registry,
            planner=planner,
            clock=clock,
            database_url=chosen,
        )
    finally:
        engine.dispose()


def default_database_url() -> str:
    """Return the URL of the database file in the user's data folder."""
    folder = Path(platformdirs.user_data_dir("opstrail", appauthor=False))
    return f"sqlite:///{folder / _DATABASE_FILE}"


def check_database(url: str | None = None) -> DatabaseReport:
    """Return what is in the database of this URL, and what is wrong with it; changes nothing.

    Raises `DatabaseUnavailable`.
    """
    engine = create_engine(url or default_database_url())
    try:
        return check(engine)
    finally:
        engine.dispose()


def _registry(estate: Estate) -> ToolRegistry:
    registry = ToolRegistry()
    for tool in builtin_tools(estate):
        registry.register_dynamic(tool)
    return registry
