"""The composition root: the one place that knows which implementation stands behind each port."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import sqlalchemy as sa

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
from infrastructure.database.existing import open_existing
from infrastructure.database.migrate import ensure_current
from infrastructure.database_check import DatabaseReport, check
from infrastructure.doctor.examination import Examination, examine
from infrastructure.estate.reading import SqlEstate
from infrastructure.estate.writing import SqlEstateWriter
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.verification import LogMark
from infrastructure.ids import UuidIds
from infrastructure.log_files import exporting, importing
from infrastructure.log_files.importing import ImportTarget
from infrastructure.log_files.lines import LogFileRefused
from infrastructure.log_files.reading import open_log_file
from infrastructure.log_verification import LogProgress, LogReport, log_end
from infrastructure.log_verification import verify_log as verify_log_of
from infrastructure.projections.errors import ProjectionError, UnknownProjection
from infrastructure.projections.measuring import SqlToolStatistics
from infrastructure.projections.projections import Projections, ProjectionStatus
from infrastructure.projections.rebuild import RebuildReport
from infrastructure.projections.searching import SqlRunSearch
from infrastructure.run_views import SqlRunViews

__all__ = [
    "DatabaseReport",
    "DatabaseUnavailable",
    "Examination",
    "ImportRefused",
    "LogFileRefused",
    "LogMark",
    "LogProgress",
    "LogReport",
    "Opstrail",
    "ProjectionError",
    "ProjectionStatus",
    "RebuildReport",
    "UnknownProjection",
    "UnsupportedDatabase",
    "check_database",
    "default_database_url",
    "demo_estate",
    "discover",
    "examine_database",
    "export_log",
    "import_log",
    "open_service",
    "read_files",
    "verify_log",
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
    projections: Projections
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
    with _opened(url) as engine, closing(GroupCommit(_store(engine))) as store:
        clock, estate = SystemClock(), SqlEstate(engine)
        registry, planner = _registry(estate), RulesPlanner()
        projections = Projections(engine, clock=clock, ids=UuidIds())
        tracer = ExecutionTracer(_RANKED_CALLS, now=clock.now)
        statistics = SqlToolStatistics(engine, projections)
        workshop = Workshop(planner, registry, estate, tracer, statistics)
        yield Opstrail(
            service=RunService(store=store, clock=clock, ids=UuidIds(), workshop=workshop),
            reader=RunReader(store, SqlRunViews(engine), SqlRunSearch(engine, projections)),
            store=store,
            projections=projections,
            estate=estate,
            estate_writer=SqlEstateWriter(engine),
            tools=registry,
            planner=planner,
            clock=clock,
            database_url=url or default_database_url(),
        )


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


def examine_database(url: str | None = None) -> Examination:
    """See `infrastructure.doctor.examination.examine`. Raises `DatabaseUnavailable`."""
    with open_existing(url or default_database_url()) as engine:
        return examine(engine)


def export_log(
    url: str | None, path: Path, *, is_compressed: bool, on_progress: Callable[[int], None]
) -> LogMark:
    """See `infrastructure.log_files.exporting.export_log`. Raises `DatabaseUnavailable`."""
    with open_existing(url or default_database_url()) as engine:
        return exporting.export_log(
            engine, path, is_compressed=is_compressed, on_progress=on_progress
        )


def import_log(url: str | None, path: Path, *, on_progress: Callable[[int], None]) -> LogMark:
    """See `infrastructure.log_files.importing.import_log`; the database is created when needed.

    Raises `DatabaseUnavailable`.
    """
    with open_log_file(path) as file, _opened(url) as engine:
        target = ImportTarget(_store(engine), SqlRunViews(engine))
        stands_at = log_end(engine)
        return importing.import_log(file, target, stands_at=stands_at, on_progress=on_progress)


def verify_log(
    url: str | None, since: LogMark | int, *, on_progress: Callable[[LogProgress], None]
) -> LogReport:
    """See `infrastructure.log_verification.verify_log`. Raises `DatabaseUnavailable`."""
    with open_existing(url or default_database_url()) as engine:
        return verify_log_of(engine, since, on_progress=on_progress)


@contextmanager
def _opened(url: str | None) -> Iterator[sa.Engine]:
    engine = create_engine(url or default_database_url())
    try:
        ensure_current(engine)
        yield engine
    finally:
        engine.dispose()


def _store(engine: sa.Engine) -> BatchStore:
    if engine.dialect.name == "sqlite":
        return SqliteEventStore(engine)
    # Only who has PostgreSQL has its driver.
    from infrastructure.event_store.postgres import PostgresEventStore  # noqa: PLC0415

    return PostgresEventStore(engine)


def _registry(estate: Estate) -> ToolRegistry:
    registry = ToolRegistry()
    for tool in builtin_tools(estate):
        registry.register_dynamic(tool)
    return registry
