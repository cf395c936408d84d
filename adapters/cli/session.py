"""What the root options chose: a database, a tenant, a screen; and who is asking."""

import getpass
import logging
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from adapters.cli.screen import Screen

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.run.facts import RunOptions
    from domain.services.reader import RunReader
    from domain.tools.catalogue import KnownTools
    from domain.writer import Authorship


@dataclass(frozen=True, slots=True)
class Session:
    """One invocation of the command; `database_url` None is the default database."""

    database_url: str | None
    tenant_id: str
    screen: Screen

    def open(self) -> "AbstractContextManager[Opstrail]":
        """Give the opstrail on the chosen database. Raises `DatabaseUnavailable`."""
        from adapters.bootstrap import open_service

        # What goes wrong in a run is in its events, and the answer says it.
        logging.getLogger("opstrail").addHandler(logging.NullHandler())
        return open_service(self.database_url)

    def open_record(self) -> "AbstractContextManager[tuple[RunReader, KnownTools]]":
        """Give what is recorded, without tools and estate. Raises `DatabaseUnavailable`."""
        from adapters.bootstrap import open_record

        logging.getLogger("opstrail").addHandler(logging.NullHandler())
        return open_record(self.database_url)

    def authorship(self) -> "Authorship":
        """Return the user of the operating system as the author, in the chosen tenant."""
        from domain.aggregate.envelope import Actor
        from domain.writer import Authorship

        return Authorship(self.tenant_id, Actor("person", _user_name()))


def session_of(context: typer.Context) -> Session:
    """Return the session that the root options made."""
    session = context.find_object(Session)
    if session is None:
        message = "the root command makes the session"
        raise LookupError(message)
    return session


def anchored_now(session: Session, opstrail: "Opstrail", options: "RunOptions") -> datetime:
    """Return the instant that relative times count back from in what is not a run."""
    from domain.run.events import RunRequested
    from domain.stages.workshop import anchored

    return anchored(
        RunRequested(question="", options=options),
        tenant_id=session.tenant_id,
        requested_at=opstrail.clock.now(),
        estate=opstrail.estate,
    )


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # in a container the user may have a number and no name
        return f"uid-{os.getuid()}"
