"""The composition root: the one place that knows which implementation stands behind each port."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cached_property

import sqlalchemy as sa

from adapters.exporters.bundle_file import ZipBundles
from adapters.planners.rules.planner import RulesPlanner
from adapters.tools.builtin import builtin_tools, declared_tools
from domain.estate.port import Estate, EstateSources, EstateWriter
from domain.plan.planner import Planner
from domain.ports import Clock, EventStore, RunViews, Workers
from domain.replay.verify.verifier import Verifier
from domain.services.bulk.bulk_replays import BulkReplays
from domain.services.bundles import BundleFormat, Bundles
from domain.services.database import Database
from domain.services.dispatcher import Dispatcher
from domain.services.goldens import GoldenDesk, Goldens
from domain.services.log import Log
from domain.services.reader import RunReader
from domain.services.recovery import Recovery
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.stages.workshop import Workshop
from domain.tools.catalogue import KnownTools
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from infrastructure.bundles import SqlBundleDatabase
from infrastructure.clock import SystemClock
from infrastructure.database.engine import default_database_url
from infrastructure.database.errors import DatabaseUnavailable, UnsupportedDatabase
from infrastructure.database.opening import opened
from infrastructure.engine_version import engine_version
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.opening import event_store_on
from infrastructure.event_store.stream_rows import SqlStreamIds
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from infrastructure.projections.run_search import SqlRunSearch
from infrastructure.projections.sql_tool_statistics import SqlToolStatistics
from infrastructure.run_list.views import SqlRunViews
from infrastructure.workers import ProcessWorkers

__all__ = ["DatabaseUnavailable", "Opstrail", "UnsupportedDatabase"]
__all__ += ["default_database_url", "open_service"]

_RANKED_CALLS = 200
"""Tools are ranked by their latest calls; every ranking reads all that are kept."""


class Opstrail:
    """A whole opstrail on one database; each part is made when it is first asked for.

    The database is created or brought to this version's schema when it is first needed. Asking for
    a part raises `DatabaseUnavailable` when the database cannot be opened.
    """

    def __init__(self, url: str | None = None) -> None:
        """Open nothing yet; without URL the database is a file in the user's data folder."""
        self.database_url = url or default_database_url()
        self._opened = ExitStack()

    def close(self) -> None:
        """Close what was opened."""
        self._opened.close()

    @cached_property
    def engine(self) -> sa.Engine:
        """The database, with this version's schema."""
        return self._opened.enter_context(opened(self.database_url))

    @cached_property
    def store(self) -> EventStore:
        """The append-only log of events."""
        return self._opened.enter_context(closing(GroupCommit(event_store_on(self.engine))))

    @cached_property
    def clock(self) -> Clock:
        """The system's clock."""
        return SystemClock()

    @cached_property
    def verifier(self) -> Verifier:
        """See `Services`. Raises `InvalidSetting`."""
        from infrastructure.settings import settings  # noqa: PLC0415 - for few commands

        return Verifier(build=engine_version(), tolerance=settings().verify_tolerance)

    @cached_property
    def workers(self) -> Workers:
        """The processes of this host."""
        return ProcessWorkers()

    @cached_property
    def projections(self) -> Projections:
        """See `Services`."""
        return Projections(self.engine, clock=self.clock, ids=UuidIds())

    @cached_property
    def database(self) -> Database:
        """See `Services`."""
        from infrastructure.whole_database import SqlDatabase  # noqa: PLC0415 - for few commands

        return SqlDatabase(self.database_url)

    @cached_property
    def log(self) -> Log:
        """See `Services`."""
        from infrastructure.whole_database import SqlLog  # noqa: PLC0415 - for few commands

        return SqlLog(
            self.database_url, lambda: (self.engine, event_store_on(self.engine), self.views)
        )

    @cached_property
    def views(self) -> RunViews:
        """The run list."""
        return SqlRunViews(self.engine, self.projections)

    @cached_property
    def reader(self) -> RunReader:
        """See `Services`."""
        return RunReader(
            self.store, self.views, SqlRunSearch(self.engine, self.projections), self.clock
        )

    @cached_property
    def runs(self) -> RunService:
        """See `Services`."""
        return RunService(
            store=self.store,
            clock=self.clock,
            ids=UuidIds(),
            workshop=self._workshop,
            worker=self.workers.own,
            engine_version=engine_version(),
        )

    @cached_property
    def recovery(self) -> Recovery:
        """See `Services`."""
        return Recovery(self.runs, self.views, workers=self.workers, clock=self.clock)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """See `Services`."""
        return Dispatcher(self.runs, self.reader, self.recovery)

    @cached_property
    def replays(self) -> Replays:
        """See `Services`."""
        return Replays(
            self.runs, workshop=self._workshop, clock=self.clock, verifier=self.verifier
        )

    @cached_property
    def bulk_replays(self) -> BulkReplays:
        """See `Services`."""
        return BulkReplays(
            store=self.store,
            stream_ids=SqlStreamIds(self.engine),
            views=self.views,
            service=self.runs,
            replays=self.replays,
            workers=self.workers,
            clock=self.clock,
            ids=UuidIds(),
            engine_version=engine_version(),
        )

    @cached_property
    def goldens(self) -> Goldens:
        """See `Services`."""
        return Goldens(self.reader, self.verifier)

    @cached_property
    def golden_desk(self) -> GoldenDesk:
        """See `Services`."""
        return GoldenDesk(self.goldens, self.runs, self.replays)

    @cached_property
    def bundle_format(self) -> BundleFormat:
        """See `Services`."""
        return ZipBundles()

    @cached_property
    def bundles(self) -> Bundles:
        """See `Services`."""
        return Bundles(
            store=self.store,
            database=SqlBundleDatabase(self.engine, event_store_on(self.engine)),
            file_format=self.bundle_format,
            clock=self.clock,
            engine_version=engine_version(),
        )

    @cached_property
    def estate(self) -> Estate:
        """See `Services`."""
        return SqlEstate(self.engine)

    @cached_property
    def estate_writer(self) -> EstateWriter:
        """See `Services`."""
        return SqlEstateWriter(self.engine)

    @cached_property
    def estate_sources(self) -> EstateSources:
        """See `Services`."""
        from adapters.estates.sources import LocalEstateSources  # noqa: PLC0415 - for few commands

        return LocalEstateSources()

    @cached_property
    def known_tools(self) -> KnownTools:
        """See `Services`."""
        return declared_tools()

    @cached_property
    def tools(self) -> ToolRegistry:
        """See `Services`."""
        registry = ToolRegistry()
        for tool in builtin_tools(self.estate):
            registry.register_dynamic(tool)
        return registry

    @cached_property
    def planner(self) -> Planner:
        """See `Services`."""
        return RulesPlanner()

    @cached_property
    def _workshop(self) -> Workshop:
        tracer = ExecutionTracer(_RANKED_CALLS, now=self.clock.now)
        statistics = SqlToolStatistics(self.engine, self.projections)
        return Workshop(self.planner, self.tools, self.estate, tracer, statistics)


@contextmanager
def open_service(url: str | None = None) -> Iterator[Opstrail]:
    """Give an opstrail on the database of this URL, by default a file in the data folder."""
    with closing(Opstrail(url)) as opstrail:
        yield opstrail
