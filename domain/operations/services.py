"""What operations work with: the services of one opstrail, each made when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.estate.port import Estate, EstateSources
    from domain.operator_log.port import AuditRows
    from domain.plan.planner import Planner
    from domain.ports import Clock
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
    from domain.services.keys import Keys
    from domain.services.log import Log
    from domain.services.operator_log import OperatorLog
    from domain.services.projections import Projections
    from domain.services.reader import RunReader
    from domain.services.recovery import Recovery
    from domain.services.replays import Replays
    from domain.services.runs import RunService
    from domain.services.sessions import Sessions
    from domain.stages.workshop import Workshop
    from domain.tools.catalogue import KnownTools
    from domain.tools.confidential import Confidential
    from domain.tools.registry import ToolRegistry
    from domain.views.source import SourceState


class Identity(Protocol):
    """Who may ask, and where it is on record who asked."""

    @property
    def keys(self) -> Keys:
        """Who may ask from outside."""

    @property
    def sessions(self) -> Sessions:
        """Who is logged in with a browser."""

    @property
    def operator_log(self) -> OperatorLog:
        """Where it is put on the record who asks for what."""

    @property
    def audit_rows(self) -> AuditRows:
        """Where that is found again."""


class Services(Protocol):
    """The services of one opstrail on one database.

    Asking for one opens what it needs, and no more: who only reads runs has no tool made. Raises
    `DatabaseUnavailable` when the database cannot be opened.
    """

    @property
    def is_new(self) -> bool:
        """Whether there is no database yet, or nothing in it; to ask makes none."""

    @property
    def reader(self) -> RunReader:
        """Every read of runs."""

    @property
    def runs(self) -> RunService:
        """The one road from a request to events."""

    @property
    def dispatcher(self) -> Dispatcher:
        """Who carries runs to their ends."""

    @property
    def replanning(self) -> ControlLoopPolicy:
        """How often, and for what, runs that are asked for here may change their plan."""

    @property
    def recovery(self) -> Recovery:
        """Finds the runs whose worker is lost."""

    @property
    def approvals(self) -> Approvals:
        """Where calls that wait for a person are decided on."""

    @property
    def replays(self) -> Replays:
        """Forks, reruns, previews and verification of single runs."""

    @property
    def bulk_replays(self) -> BulkReplays:
        """Replays of all runs that a filter fits."""

    @property
    def assets(self) -> Assets:
        """What runs are made with."""

    @property
    def asset_desk(self) -> AssetDesk:
        """Where that is drafted, published and taken back."""

    @property
    def identity(self) -> Identity:
        """Who asks, and what is on record of that."""

    @property
    def bundle_format(self) -> BundleFormat:
        """Reads the files of bundles; it needs no database."""

    @property
    def bundles(self) -> Bundles:
        """Exports and imports of runs as files."""

    @property
    def goldens(self) -> Goldens:
        """The golden runs as they are recorded."""

    @property
    def golden_desk(self) -> GoldenDesk:
        """Where runs are pinned and unpinned, and run again to be checked."""

    @property
    def verifier(self) -> Verifier:
        """The build that runs, and how exactly it compares; raises `InvalidSetting`."""

    @property
    def known_tools(self) -> KnownTools:
        """What is known of the tools without making one."""

    @property
    def tools(self) -> ToolRegistry:
        """The tools."""

    @property
    def workshop(self) -> Workshop:
        """What runs are carried out with."""

    async def try_sources(self, tenant_id: str) -> list[SourceState]:
        """Return the sources outside that the tenant may use, each after one harmless try.

        Raises `Refused` where their file is wrong.
        """

    @property
    def confidential(self) -> Confidential:
        """Where secrets come from, and what is removed before it is recorded.

        Raises `InvalidSetting`.
        """

    @property
    def planner(self) -> Planner:
        """Turns questions into plans."""

    @property
    def estate(self) -> Estate:
        """The estate that tools read."""

    @property
    def estates(self) -> Estates:
        """Changes the estate, and tells what changed."""

    @property
    def estate_sources(self) -> EstateSources:
        """Where the records of an estate can come from."""

    @property
    def clock(self) -> Clock:
        """Tells the time."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of who asks: days and clock times are written in it."""

    @property
    def log(self) -> Log:
        """The log of all events as a whole."""

    @property
    def projections(self) -> Projections:
        """The views that follow the log on their own."""

    @property
    def database(self) -> Database:
        """The database as a whole."""
