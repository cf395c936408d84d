"""The composition root: the one place that knows which implementation stands behind each port."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from adapters.estates.demo import demo_estate
from adapters.estates.files import ImportRefused, read_files
from adapters.estates.machine import discover
from adapters.exporters.bundle_file import BundleTooLarge, read_bundle
from adapters.exporters.bundles import Bundles
from adapters.planners.rules.planner import RulesPlanner
from adapters.tools.builtin import builtin_tools, declared_tools
from domain.estate.port import Estate, EstateWriter
from domain.large_results import history_of
from domain.plan.planner import Planner
from domain.ports import Clock, EventStore
from domain.run.codec import HistoryEntry
from domain.services.bulk.bulk_replays import BulkReplays, BulkSurroundings
from domain.services.reader import RunReader
from domain.services.recovery import Recovery
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.stages.workshop import Workshop
from domain.tools.catalogue import KnownTools
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from infrastructure.bulk_replays import SqlBulkReplayIds
from infrastructure.bundles import SqlBundleDatabase
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine, default_database_url
from infrastructure.database.errors import DatabaseUnavailable, UnsupportedDatabase
from infrastructure.database.migrate import ensure_current
from infrastructure.engine_version import engine_version
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from infrastructure.payloads.memory import MemoryPayloads
from infrastructure.projections.errors import ProjectionError, UnknownProjection
from infrastructure.projections.projections import Projections, ProjectionStatus
from infrastructure.projections.rebuild import RebuildReport
from infrastructure.projections.run_list_rebuild import RebuiltRunList
from infrastructure.projections.run_search import SqlRunSearch
from infrastructure.projections.sql_tool_statistics import SqlToolStatistics
from infrastructure.run_list.views import SqlRunViews
from infrastructure.workers import ProcessWorkers

__all__ = [
    "BundleTooLarge",
    "DatabaseUnavailable",
    "ImportRefused",
    "Opstrail",
    "ProjectionError",
    "ProjectionStatus",
    "RebuildReport",
    "RebuiltRunList",
    "UnknownProjection",
    "UnsupportedDatabase",
    "bundled_record",
    "default_database_url",
    "demo_estate",
    "discover",
    "open_record",
    "open_service",
    "read_bundle",
    "read_files",
]

_RANKED_CALLS = 200
"""Tools are ranked by their latest calls; every ranking reads all that are kept."""


@dataclass(frozen=True, slots=True)
class Opstrail:
    """A whole opstrail on one database."""

    service: RunService
    replays: Replays
    bulk_replays: BulkReplays
    recovery: Recovery
    reader: RunReader
    store: EventStore
    bundles: Bundles
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
    with opened(url) as engine, closing(GroupCommit(event_store_on(engine))) as store:
        clock, estate = SystemClock(), SqlEstate(engine)
        registry, planner = _registry(estate), RulesPlanner()
        projections = Projections(engine, clock=clock, ids=UuidIds())
        tracer = ExecutionTracer(_RANKED_CALLS, now=clock.now)
        statistics = SqlToolStatistics(engine, projections)
        workshop = Workshop(planner, registry, estate, tracer, statistics)
        views, workers = SqlRunViews(engine, projections), ProcessWorkers()
        service = RunService(
            store=store,
            clock=clock,
            ids=UuidIds(),
            workshop=workshop,
            worker=workers.own,
            engine_version=engine_version(),
        )
        replays = Replays(service, views, workshop=workshop, clock=clock)
        yield Opstrail(
            service=service,
            replays=replays,
            bulk_replays=_bulk_replays(
                engine, store, service=service, replays=replays, views=views
            ),
            recovery=Recovery(service, views, workers=workers, clock=clock),
            reader=RunReader(store, views, SqlRunSearch(engine, projections)),
            store=store,
            bundles=_bundles(engine, store),
            projections=projections,
            estate=estate,
            estate_writer=SqlEstateWriter(engine),
            tools=registry,
            planner=planner,
            clock=clock,
            database_url=url or default_database_url(),
        )


@contextmanager
def open_record(url: str | None = None) -> Iterator[tuple[RunReader, KnownTools]]:
    """Give the reader and what is known of the tools: none is made, and no estate is opened."""
    with opened(url) as engine, closing(GroupCommit(event_store_on(engine))) as store:
        projections = Projections(engine, clock=SystemClock(), ids=UuidIds())
        search = SqlRunSearch(engine, projections)
        yield RunReader(store, SqlRunViews(engine, projections), search), declared_tools()


def bundled_record(path: Path) -> tuple[dict[str, list[HistoryEntry]], KnownTools]:
    """Return the runs of a bundle by id, and what is known of the tools; no database is needed.

    Raises like `read_bundle`, and `CorruptLog` when an event cannot be read.
    """
    bundle, payloads = read_bundle(path), MemoryPayloads()
    payloads.put(bundle.manifest.tenant_id, bundle.payloads)
    histories = {
        run_id: history_of(recorded, payloads) for run_id, recorded in bundle.histories.items()
    }
    return histories, declared_tools()


@contextmanager
def opened(url: str | None) -> Iterator[sa.Engine]:
    """Give the database of this URL, created or migrated when needed, and close it at the end."""
    engine = create_engine(url or default_database_url())
    try:
        ensure_current(engine)
        yield engine
    finally:
        engine.dispose()


def event_store_on(engine: sa.Engine) -> BatchStore:
    """Return the event store of this kind of database."""
    if engine.dialect.name == "sqlite":
        return SqliteEventStore(engine)
    # Only who has PostgreSQL has its driver.
    from infrastructure.event_store.postgres import PostgresEventStore  # noqa: PLC0415

    return PostgresEventStore(engine)


def _bulk_replays(
    engine: sa.Engine,
    store: EventStore,
    *,
    service: RunService,
    replays: Replays,
    views: SqlRunViews,
) -> BulkReplays:
    surroundings = BulkSurroundings(
        store=store,
        ids_of_bulk_replays=SqlBulkReplayIds(engine),
        views=views,
        service=service,
        replays=replays,
        workers=ProcessWorkers(),
        clock=SystemClock(),
        ids=UuidIds(),
        engine_version=engine_version(),
    )
    return BulkReplays(surroundings)


def _bundles(engine: sa.Engine, store: EventStore) -> Bundles:
    database = SqlBundleDatabase(engine, event_store_on(engine))
    return Bundles(store, database=database, clock=SystemClock(), engine_version=engine_version())


def _registry(estate: Estate) -> ToolRegistry:
    registry = ToolRegistry()
    for tool in builtin_tools(estate):
        registry.register_dynamic(tool)
    return registry
