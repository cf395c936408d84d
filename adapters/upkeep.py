"""What a server looks after beside answering: each part is made when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from domain.ports import Append, Clock, EventStore
    from domain.services.deliveries import Target
    from domain.services.readiness import Readiness
    from domain.tools.confidential import Confidential
    from infrastructure.deliveries import SqlDeliveries
    from infrastructure.projections.projections import Projections


class Parts(Protocol):
    """What it is made of; see `adapters.bootstrap.Opstrail`."""

    @property
    def engine(self) -> sa.Engine: ...
    @property
    def store(self) -> EventStore: ...
    @property
    def projections(self) -> Projections: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def confidential(self) -> Confidential: ...


class Upkeep:
    """The upkeep of one opstrail."""

    def __init__(self, of: Parts) -> None:
        """Make nothing yet."""
        self._of = of

    @property
    def log_format(self) -> Literal["json", "console", "auto"]:
        from infrastructure.settings import settings

        return settings().log_format

    @cached_property
    def readiness(self) -> Readiness:
        from infrastructure.readiness import SqlReadiness

        return SqlReadiness(self._of.engine, self._of.projections)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        from infrastructure.deliveries import SqlDeliveries
        from infrastructure.workers import worker_id

        return SqlDeliveries(self._of.engine, self._of.clock, worker_id())

    def targets(self) -> list[Target]:
        """Return who hears of what happens. Raises `InvalidSetting`, `WrongDelivery`."""
        from adapters.delivery.webhook import webhooks
        from infrastructure.config import config_table

        said = config_table("delivery")
        return webhooks(said, self._of.confidential.secrets, self._of.clock) if said else []

    def hear(self, heard: Callable[[Append], None]) -> None:
        """Let somebody hear, from now on, of each append of this process that went in."""
        from infrastructure.event_store.group_commit import GroupCommit

        if isinstance(self._of.store, GroupCommit):
            self._of.store.heard = heard
