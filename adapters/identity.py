"""Who asks: the keys and the operator log of an opstrail, each made when first asked for."""

from __future__ import annotations

from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from infrastructure.event_store.stream_rows import SqlStreamIds
from infrastructure.ids import UuidIds

if TYPE_CHECKING:
    import sqlalchemy as sa

    from domain.operator_log.port import AuditRows
    from domain.ports import Clock, EventStore
    from domain.services.keys import Keys
    from domain.services.operator_log import OperatorLog, OperatorStreams
    from domain.services.sessions import Sessions
    from domain.tools.confidential import Confidential
    from infrastructure.database.opened import OpenDatabase
    from infrastructure.settings import Settings


class Parts(Protocol):
    """What it is made of; see `adapters.bootstrap.Opstrail`."""

    @property
    def engine(self) -> sa.Engine: ...
    @property
    def store(self) -> EventStore: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def confidential(self) -> Confidential: ...


class Identity:
    """See `domain.operations.services.Identity`."""

    def __init__(self, of: Parts, opened: OpenDatabase) -> None:
        """Make nothing yet; what is made is closed with the database."""
        self._of, self._opened = of, opened

    @cached_property
    def settings(self) -> Settings:
        """What a server lets who asks take; raises `InvalidSetting`."""
        from infrastructure.settings import settings

        return settings()

    @cached_property
    def keys(self) -> Keys:
        from secrets import token_bytes

        from domain.services.keys import Keys
        from infrastructure.identity.key_rows import SqlKeyRows

        return Keys(
            store=self._of.store,
            stream_ids=SqlStreamIds(self._of.engine),
            rows=SqlKeyRows(self._of.engine),
            clock=self._of.clock,
            ids=UuidIds(),
            random=token_bytes,
            redaction=self._of.confidential.redaction,
        )

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions of browsers."""
        from secrets import token_bytes

        from domain.services.sessions import Sessions
        from infrastructure.identity.log_ins import SqlLogIns

        log_ins = SqlLogIns(self._of.engine)
        return Sessions(keys=self.keys, log_ins=log_ins, clock=self._of.clock, random=token_bytes)

    @cached_property
    def cursor_key(self) -> bytes:
        """What the servers of this database sign cursors with."""
        from secrets import token_bytes

        from infrastructure.identity.server_secret import server_secret

        return server_secret(self._of.engine, "cursors", token_bytes)

    @cached_property
    def streams(self) -> OperatorStreams:
        """The streams of this process in the operator log."""
        from domain.services.operator_log import OperatorStreams

        redaction = self._of.confidential.redaction
        return OperatorStreams(clock=self._of.clock, ids=UuidIds(), redaction=redaction)

    @cached_property
    def operator_log(self) -> OperatorLog:
        from domain.services.operator_log import OperatorLog

        return self._opened.enter_context(closing(OperatorLog(self._of.store, self.streams)))

    @cached_property
    def audit_rows(self) -> AuditRows:
        from infrastructure.operator_log.rows import SqlAuditRows

        return SqlAuditRows(self._of.engine)
