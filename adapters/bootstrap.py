"""The composition root: the one place that knows which implementation stands behind each port."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack, closing
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING

from domain.operations.operation import Access
from domain.services.reader import RunReader
from infrastructure.clock import SystemClock
from infrastructure.database.engine import default_database_url
from infrastructure.database.errors import (
    DatabaseMissing,
    DatabaseUnavailable,
    UnsupportedDatabase,
)
from infrastructure.database.opening import (
    is_new,
    opened,
    opened_to_move,
    opened_to_read,
    opened_to_try,
)
from infrastructure.engine_version import engine_version
from infrastructure.event_store.opening import event_store_on
from infrastructure.event_store.stream_rows import StreamReader
from infrastructure.ids import UuidIds
from infrastructure.projections.run_search import SqlRunSearch
from infrastructure.run_list.views import SqlRunViews

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    import sqlalchemy as sa

    from adapters.sources.sources import Sources
    from domain.estate.port import Estate, EstateSources
    from domain.estate_changes.port import EstateWriter
    from domain.plan.planner import Planner
    from domain.ports import Clock, EventStore, Leases, RunViews
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
    from domain.stages.road import Enforcement
    from domain.stages.workshop import Workshop
    from domain.tools.catalogue import KnownTools
    from domain.tools.confidential import Confidential
    from domain.tools.registry import ToolRegistry
    from domain.views.source import SourceState
    from infrastructure.projections.projections import Projections

__all__ = ["DatabaseMissing", "DatabaseUnavailable", "Opstrail", "UnsupportedDatabase"]
__all__ += ["engine_version", "open_service", "without_secrets"]


class Opstrail:
    """A whole opstrail on one database; each part of `Services` is made when first asked for.

    Without URL it is a file in the user's data folder. For `request_rides` see `RunService`.
    `tell` takes what is to be known of the database: that it was made, or that a copy is read.
    `zone` is that of who asks; see `Services`.
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
        self._access, self._tell, self.zone = access, tell, zone
        self._opened = ExitStack()

    def close(self) -> None:
        self._opened.close()

    @cached_property
    def engine(self) -> sa.Engine:
        """The database, with this version's schema; raises `DatabaseUnavailable`."""
        if self._access is Access.READ:
            reading = opened_to_read(self.database_url, tell=self._tell)
            return self._opened.enter_context(reading)
        if self._access is Access.TRY:
            trying = opened_to_try(self.database_url, tell=self._tell)
            return self._opened.enter_context(trying)
        must_exist = self._access is Access.WRITE
        writing = opened(self.database_url, must_exist=must_exist, tell=self._tell)
        return self._opened.enter_context(writing)

    @property
    def is_new(self) -> bool:
        return is_new(self.database_url)

    @cached_property
    def store(self) -> EventStore:
        from infrastructure.event_store.group_commit import GroupCommit

        return self._opened.enter_context(closing(GroupCommit(event_store_on(self.engine))))

    @cached_property
    def clock(self) -> Clock:
        return SystemClock()

    @cached_property
    def verifier(self) -> Verifier:
        from domain.replay.verify.verifier import Verifier
        from infrastructure.settings import settings

        build, tolerance = engine_version(), settings().verify_tolerance
        return Verifier(build=build, tolerance=tolerance, planner=self.planner)

    @cached_property
    def leases(self) -> Leases:
        from infrastructure.event_store.leases import SqlLeases

        return SqlLeases(self.engine)

    @cached_property
    def holder(self) -> LeaseHolder:
        """This process as a worker; raises `InvalidSetting`."""
        from domain.services.leases import LEASE_SECONDS, LeaseHolder
        from infrastructure.workers import worker_id

        seconds = LEASE_SECONDS
        if "OPSTRAIL_LEASE_SECONDS" in os.environ:  # else nothing that reads settings is loaded
            from infrastructure.settings import settings

            seconds = settings().lease_seconds
        return LeaseHolder(self.leases, worker_id(), seconds)

    @cached_property
    def projections(self) -> Projections:
        from infrastructure.projections.projections import Projections

        return Projections(
            self.engine, clock=self.clock, ids=UuidIds(), to_move=lambda: self._moved
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
        clock = SystemClock(self.zone)
        return RunReader(StreamReader(self.engine), self.views, search, clock)

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

        if "OPSTRAIL_REPLANNING" not in os.environ:
            return RUN_POLICY
        from infrastructure.settings import settings

        return settings().replanning

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
        from infrastructure.event_store.stream_rows import SqlStreamIds

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
        from infrastructure.event_store.stream_rows import SqlStreamIds

        return Assets(store=self.store, stream_ids=SqlStreamIds(self.engine))

    @cached_property
    def asset_desk(self) -> AssetDesk:
        from domain.services.asset_desk import AssetDesk

        return AssetDesk(
            assets=self.assets,
            store=self.store,
            clock=self.clock,
            ids=UuidIds(),
            tools=self.known_tools,
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
    def estate(self) -> Estate:
        from infrastructure.estate.sql_estate import SqlEstate

        return SqlEstate(self.engine)

    @cached_property
    def estate_writer(self) -> EstateWriter:
        from infrastructure.estate.sql_estate_writer import SqlEstateWriter

        redaction = self.confidential.redaction
        return SqlEstateWriter(self.engine, redaction, to_try=lambda: self._moved)

    @cached_property
    def estates(self) -> Estates:
        from domain.services.estates import Estates
        from infrastructure.event_store.stream_rows import SqlStreamIds

        return Estates(
            estate=self.estate,
            writer=self.estate_writer,
            store=self.store,
            stream_ids=SqlStreamIds(self.engine),
            clock=self.clock,
            ids=UuidIds(),
            redaction=self.confidential.redaction,
        )

    @cached_property
    def estate_sources(self) -> EstateSources:
        from adapters.estates.sources import LocalEstateSources

        return LocalEstateSources()

    @cached_property
    def sources(self) -> Sources:
        """What tools may ask outside; raises `InvalidSetting`, `WrongSourcesFile`."""
        from adapters.sources.sources import Sources

        path = None
        if os.environ.get("OPSTRAIL_SOURCES_FILE"):  # else nothing that reads settings is loaded
            from infrastructure.settings import settings

            path = settings().sources_file
        return Sources.of_file(path, self.confidential.secrets)

    async def try_sources(self, tenant_id: str) -> list[SourceState]:
        """See `TriesSources`."""
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

        registry = builtin_registry(self.estate, self.sources)
        register_installed(registry)
        return registry

    @cached_property
    def confidential(self) -> Confidential:
        from domain.tools.confidential import Confidential
        from infrastructure.redaction.patterns import redaction
        from infrastructure.redaction.secrets import MountedSecrets

        return Confidential(MountedSecrets(), redaction())

    @cached_property
    def planner(self) -> Planner:
        from adapters.planners.rules.planner import RulesPlanner

        return RulesPlanner()

    @cached_property
    def workshop(self) -> Workshop:
        from domain.stages.workshop import RANKED_CALLS, Workshop
        from domain.tools.tracer import ExecutionTracer
        from infrastructure.projections.sql_tool_statistics import SqlToolStatistics

        if not logging.root.handlers:  # nobody decided what is logged: calls keep what tools say
            logging.root.setLevel(logging.INFO)
        tracer = ExecutionTracer(RANKED_CALLS, now=self.clock.now)
        statistics = SqlToolStatistics(self.engine, self.projections)
        return Workshop(
            *(self.planner, self.tools, self.estate, tracer, statistics, self.confidential),
            policies=self.assets.policies,
            assets=self.assets,
            enforcement=self.enforcement,
            approval_seconds=self._approval_seconds,
        )

    @cached_property
    def enforcement(self) -> Enforcement:
        from infrastructure.breakers.sql import enforcement_on

        return enforcement_on(self.engine)

    @property
    def _approval_seconds(self) -> float:
        """How long a call waits for a person; raises `InvalidSetting`."""
        if "OPSTRAIL_APPROVAL_SECONDS" not in os.environ:
            from domain.stages.effects import APPROVAL_SECONDS

            return APPROVAL_SECONDS
        from infrastructure.settings import settings

        return settings().approval_seconds

    def _catch_up(self, name: str, *, seconds: float) -> int:
        return self.projections.catch_up(name, seconds=seconds)

    @cached_property
    def _moved(self) -> sa.Engine:
        """Where projections are moved, and changes are tried; raises `DatabaseReadOnly`."""
        if self._access is not Access.READ:
            return self.engine
        return self._opened.enter_context(opened_to_move(self.engine, self.database_url))


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
