"""What a server looks after beside answering: each part is made when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from domain.ports import Append, EventStore
    from domain.services.readiness import Readiness
    from infrastructure.projections.projections import Projections


class Parts(Protocol):
    """What it is made of; see `adapters.bootstrap.Opstrail`."""

    @property
    def engine(self) -> sa.Engine: ...
    @property
    def store(self) -> EventStore: ...
    @property
    def projections(self) -> Projections: ...


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

    def hear(self, heard: Callable[[Append], None]) -> None:
        """Let somebody hear, from now on, of each append of this process that went in."""
        from infrastructure.event_store.group_commit import GroupCommit

        if isinstance(self._of.store, GroupCommit):
            self._of.store.heard = heard
