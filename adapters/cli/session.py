"""What the root options chose: a database, a tenant, a screen; and who is asking."""

import getpass
import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import typer

from adapters.cli.screen import Screen

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.operations.operation import Caller, Operation, Params
    from domain.run.facts import RunOptions
    from domain.writer import Authorship


P = TypeVar("P", bound="Params")
V = TypeVar("V")


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

    def call(
        self,
        operation: "Operation[P, V]",
        params: "P",
        *,
        title: str | None = None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> "V":
        """Do what is asked and return what came of it; `title` is shown while it goes on.

        Once `is_stopped`, work in many steps begins no further one. Raises what the operation
        raises.
        """
        import asyncio

        with self.open() as opstrail, self._progress(title) as progress:
            return asyncio.run(operation.do(opstrail, self._caller(progress, is_stopped), params))

    def _caller(self, progress: Callable[[str], None], is_stopped: Callable[[], bool]) -> "Caller":
        from domain.operations.operation import Caller

        tell = self.screen.tell
        return Caller(self.authorship(), tell=tell, progress=progress, is_stopped=is_stopped)

    def _progress(self, title: str | None) -> "AbstractContextManager[Callable[[str], None]]":
        return nullcontext(_show_nothing) if title is None else self.screen.progress(title)

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


def _show_nothing(_text: str) -> None:
    """Drop the text."""


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # in a container the user may have a number and no name
        return f"uid-{os.getuid()}"
