"""The composition root: the one place that knows which implementation stands behind each port."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING

from domain.operations.operation import Access
from domain.services.reader import RunReader
from infrastructure.chosen import chosen, records_reads
from infrastructure.clock import SystemClock
from infrastructure.database.engine import default_database_url
from infrastructure.database.errors import (
    DatabaseMissing,
    DatabaseUnavailable,
    UnsupportedDatabase,
)
from infrastructure.database.opened import OpenDatabase
from infrastructure.engine_version import engine_version
from infrastructure.event_store.opening import event_store_on
from infrastructure.event_store.stream_rows import SqlStreamIds, StreamReader
from infrastructure.ids import UuidIds
from infrastructure.projections.run_search import SqlRunSearch
from infrastructure.run_list.views import SqlRunViews

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    import sqlalchemy as sa

    from adapters.identity import Identity
    from adapters.sources.sources import Sources
    from domain.estate.port import EstateSources
    from domain.plan.planner import Planner
    from domain.ports import Clock, EventStore, Leases, RunViews
    from domain.query.selection import QueriedEstate
    from domain.replay.verify.verifier import Verifier
    from domain.run.replanning import ControlLoopPolicy
    from domain.services.approvals import Approvals
    from domain.services.asset_desk import AssetDesk
    from domain.services.assets import Assets
    from domain.services.bulk.bulk_replays import BulkReplays
    from domain.services.bundles import BundleFormat, Bundles
    from domain.services.database import Database
    from domain.services.dispatcher import Dispatcher
    from domain.services.estates import Estates
    from domain.services.goldens import GoldenDesk, Goldens
    from domain.services.leases import LeaseHolder
    from domain.services.log import Log
    from domain.services.recovery import Recovery
    from domain.services.replays import Replays
    from domain.services.runs import RunService
    from domain.stages.workshop import Workshop
    from domain.tools.catalogue import KnownTools
    from domain.tools.confidential import Confidential
    from domain.tools.registry import ToolRegistry
    from domain.views.source import SourceState
    from infrastructure.projections.projections import Projections

__all__ = ["DatabaseMissing", "DatabaseUnavailable", "Opstrail", "UnsupportedDatabase"]
__all__ += ["engine_version", "open_service", "records_reads", "without_secrets"]


class Opstrail:
    """A whole opstrail on one database; each part of `Services` is made when first asked for.

    Without URL it is a file in the user's data. See `RunService`, `OpenDatabase`, `Services`.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        zone: tzinfo = UTC,
        request_rides: bool = False,
        access: Access = Access.BEGIN,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.database_url, self._request_rides = url or default_database_url(), request_rides
        self._tell, self.zone = tell, zone
        self.clock: Clock = SystemClock()
        self._opened = OpenDatabase(self.database_url, access, tell)

    def close(self) -> None:
        self._opened.close()

    @property
    def engine(self) -> sa.Engine:
        return self._opened.engine

    @property
    def is_new(self) -> bool:
        return self._opened.is_new

    @cached_property
    def store(self) -> EventStore:
        from infrastructure.event_store.group_commit import GroupCommit

        store = GroupCommit(event_store_on(self.engine), self.identity.streams)
        return self._opened.enter_context(closing(store))

    @cached_property
    def identity(self) -> Identity:
        from adapters.identity import Identity

        return Identity(self, self._opened)

    @cached_property
    def verifier(self) -> Verifier:
        from domain.replay.verify.verifier import Verifier
        from infrastructure.settings import settings

        tolerance = settings().verify_tolerance
        return Verifier(build=engine_version(), tolerance=tolerance, planner=self.planner)

    @cached_property
    def leases(self) -> Leases:
        from infrastructure.event_store.leases import SqlLeases

        return SqlLeases(self.engine)

    @cached_property
    def holder(self) -> LeaseHolder:
        from infrastructure.workers import this_worker

        return this_worker(self.leases)

    @cached_property
    def projections(self) -> Projections:
        from infrastructure.projections.projections import Projections

        return Projections(
            self.engine, clock=self.clock, ids=UuidIds(), to_move=lambda: self._opened.moved
        )

    @cached_property
    def database(self) -> Database:
        from infrastructure.whole_database import SqlDatabase

        return SqlDatabase(self.database_url, self._tell)

    @cached_property
    def log(self) -> Log:
        from infrastructure.whole_database import SqlLog

        return SqlLog(self.database_url, lambda: self.engine, self._tell)

    @cached_property
    def views(self) -> RunViews:
        return SqlRunViews(self.engine, self._catch_up)

    @cached_property
    def reader(self) -> RunReader:
        search = SqlRunSearch(self.engine, self._catch_up)
        return RunReader(StreamReader(self.engine), self.views, search, SystemClock(self.zone))

    @cached_property
    def runs(self) -> RunService:
        from domain.services.runs import RunService

        return RunService(
            store=self.store,
            clock=self.clock,
            ids=UuidIds(),
            workshop=self.workshop,
            engine_version=engine_version(),
            request_rides=self._request_rides,
            holder=self.holder,
        )

    @cached_property
    def recovery(self) -> Recovery:
        from domain.services.recovery import Recovery

        return Recovery(
            service=self.runs,
            dispatcher=self.dispatcher,
            views=self.views,
            leases=self.leases,
            replays=self.replays,
            clock=self.clock,
        )

    @cached_property
    def approvals(self) -> Approvals:
        from domain.services.approvals import Approvals

        return Approvals(self.runs, self.clock)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        from domain.services.dispatcher import Dispatcher

        return Dispatcher(self.runs, self.reader, self.leases)

    @cached_property
    def replanning(self) -> ControlLoopPolicy:
        """What runs may change of their plans; raises `InvalidSetting`."""
        from domain.run.replanning import RUN_POLICY

        settings = chosen("OPSTRAIL_REPLANNING")
        return settings.replanning if settings else RUN_POLICY

    @cached_property
    def replays(self) -> Replays:
        from domain.services.replays import Replays

        return Replays(
            self.runs,
            workshop=self.workshop,
            clock=self.clock,
            verifier=self.verifier,
            known_tools=self.known_tools,
        )

    @cached_property
    def bulk_replays(self) -> BulkReplays:
        from domain.services.bulk.bulk_replays import BulkReplays

        return BulkReplays(
            store=self.store,
            stream_ids=SqlStreamIds(self.engine),
            views=self.views,
            service=self.runs,
            replays=self.replays,
            holder=self.holder,
            clock=self.clock,
            zone=self.zone,
            ids=UuidIds(),
            engine_version=engine_version(),
            redaction=self.confidential.redaction,
        )

    @cached_property
    def assets(self) -> Assets:
        from domain.services.assets import Assets

        return Assets(store=self.store, stream_ids=SqlStreamIds(self.engine))

    @cached_property
    def asset_desk(self) -> AssetDesk:
        from domain.services.asset_desk import AssetDesk

        return AssetDesk(
            assets=self.assets,
            store=self.store,
            clock=self.clock,
            ids=UuidIds(),
            tools=self.tools,
            redaction=self.confidential.redaction,
        )

    @cached_property
    def goldens(self) -> Goldens:
        from domain.services.goldens import Goldens

        return Goldens(self.reader, self.verifier)

    @cached_property
    def golden_desk(self) -> GoldenDesk:
        from domain.services.goldens import GoldenDesk

        return GoldenDesk(self.goldens, self.runs, self.replays)

    @cached_property
    def bundle_format(self) -> BundleFormat:
        from adapters.exporters.bundle_file import ZipBundles

        return ZipBundles()

    @cached_property
    def bundles(self) -> Bundles:
        from domain.services.bundles import Bundles
        from infrastructure.bundles import SqlBundleDatabase

        return Bundles(
            store=self.store,
            database=SqlBundleDatabase(self.engine),
            file_format=self.bundle_format,
            clock=self.clock,
            engine_version=engine_version(),
        )

    @cached_property
    def estate(self) -> QueriedEstate:
        from infrastructure.estate.sql_estate import SqlEstate

        return SqlEstate(self.engine)

    @cached_property
    def estates(self) -> Estates:
        from domain.services.estates import Estates
        from infrastructure.estate.sql_estate_writer import SqlEstateWriter

        to_try, redaction = lambda: self._opened.moved, self.confidential.redaction
        return Estates(
            estate=self.estate,
            writer=SqlEstateWriter(self.engine, redaction, to_try=to_try),
            store=self.store,
            stream_ids=SqlStreamIds(self.engine),
            clock=self.clock,
            ids=UuidIds(),
            redaction=redaction,
        )

    @cached_property
    def estate_sources(self) -> EstateSources:
        from adapters.estates.sources import LocalEstateSources

        return LocalEstateSources()

    @cached_property
    def sources(self) -> Sources:
        """What tools may ask outside; raises `InvalidSetting`, `WrongSourcesFile`."""
        from adapters.sources.sources import Sources

        settings = chosen("OPSTRAIL_SOURCES_FILE")
        path = settings.sources_file if settings else None
        return Sources.of_file(path, self.confidential.secrets)

    async def try_sources(self, tenant_id: str) -> list[SourceState]:
        """See `Services`."""
        from adapters.sources.trials import tried

        return await tried(self.sources, tenant_id)

    @cached_property
    def known_tools(self) -> KnownTools:
        from adapters.tools.builtin import declared_tools

        return declared_tools()

    @cached_property
    def tools(self) -> ToolRegistry:
        from adapters.tools.builtin import builtin_registry
        from adapters.tools.installed import register_installed

        register_installed(registry := builtin_registry(self.estate, self.sources))
        return registry

    @cached_property
    def confidential(self) -> Confidential:
        from domain.tools.confidential import Confidential
        from infrastructure.redaction.patterns import redaction
        from infrastructure.redaction.secrets import MountedSecrets

        return Confidential(MountedSecrets(), redaction())

    @cached_property
    def planner(self) -> Planner:
        from adapters.planners.reader.planner import ReaderPlanner

        return ReaderPlanner()

    @cached_property
    def workshop(self) -> Workshop:
        from domain.stages.effects import APPROVAL_SECONDS
        from domain.stages.workshop import RANKED_CALLS, Workshop
        from domain.tools.tracer import ExecutionTracer
        from infrastructure.breakers.sql import enforcement_on
        from infrastructure.projections.sql_tool_statistics import SqlToolStatistics

        if not logging.root.handlers:  # nobody decided what is logged: calls keep what tools say
            logging.root.setLevel(logging.INFO)
        settings = chosen("OPSTRAIL_APPROVAL_SECONDS")
        tracer = ExecutionTracer(RANKED_CALLS, now=self.clock.now)
        statistics = SqlToolStatistics(self.engine, self.projections)
        return Workshop(
            *(self.planner, self.tools, self.estate, tracer, statistics, self.confidential),
            policies=self.assets.policies,
            assets=self.assets,
            enforcement=enforcement_on(self.engine),
            approval_seconds=settings.approval_seconds if settings else APPROVAL_SECONDS,
        )

    def _catch_up(self, name: str, *, seconds: float) -> int:
        return self.projections.catch_up(name, seconds=seconds)


def without_secrets(message: str) -> str:
    """Return a message to a user without the secrets that it quotes."""
    from infrastructure.redaction.patterns import packaged_redaction

    return packaged_redaction().of_text(message)


def open_service(
    url: str | None = None,
    *,
    zone: tzinfo = UTC,
    request_rides: bool = False,
    access: Access = Access.BEGIN,
    tell: Callable[[str], None] = lambda _: None,
) -> closing[Opstrail]:
    """Give an opstrail on the database of this URL, by default a file in the data folder."""
    return closing(Opstrail(url, zone=zone, request_rides=request_rides, access=access, tell=tell))
