"""Servers in this process on the databases of tests, for commands that ask one.

With OPSTRAIL_TEST_SERVER=1 the tests of the command line run against servers; `not_served.py` says
which do not, and why.
"""

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from adapters.bootstrap import open_service
from adapters.cli.who import user_name
from adapters.http.identity import Users
from adapters.http.serving import application
from adapters.http.workroom import Workroom
from domain.identity.principal import local_principal
from tests.not_served import why_not

IS_ASKED_FOR = os.environ.get("OPSTRAIL_TEST_SERVER") == "1"
SECONDS = 30.0
OF_THE_MACHINE = ("serve", "doctor", "db", "profile", "help", "completion")
_ALSO = (("log", "export"), ("log", "import"), ("estate", "discover"))


def is_of_the_machine(arguments: Sequence[str]) -> bool:
    """Return whether a command is never asked of a server: it works on the database itself."""
    return not arguments or arguments[0] in OF_THE_MACHINE or tuple(arguments[:2]) in _ALSO


def taken_out(words: list[str], option: str) -> str | None:
    """Return the value of an option, which is not among the words from then on."""
    if option not in words:
        return None
    place = words.index(option)
    words.pop(place)
    return words.pop(place)


@dataclass
class Servers:
    """One for each database and tenant, started when it is first asked."""

    started: dict[tuple[Path, str], str] = field(default_factory=dict)
    running: ExitStack = field(default_factory=ExitStack)

    def url(self, database: Path, tenant: str) -> str:
        if (database, tenant) not in self.started:
            server = served(f"sqlite:///{database}", tenant)
            self.started[database, tenant] = self.running.enter_context(server)
        return self.started[database, tenant]

    def stop(self) -> None:
        self.started.clear()
        self.running.close()


@contextmanager
def served(database_url: str, tenant: str, pages: ASGIApp | None = None) -> Iterator[str]:
    """Give the URL of a server whose single user is of this tenant."""
    with open_service(database_url) as opstrail, ExitStack() as closing:
        workroom = Workroom(opstrail, opstrail.identity.settings.runs_per_tenant)
        closing.callback(workroom.close)
        identity = opstrail.identity
        users = Users(identity.keys, identity.sessions, local_principal(user_name(), tenant))
        closing.enter_context(opstrail.log.tail().telling(workroom.hub.tell))
        yield closing.enter_context(_listening(application(opstrail, workroom, users, pages)))


@contextmanager
def _listening(app: object) -> Iterator[str]:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # an application of any kind
        port=0,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    up = threading.Event()
    startup = server.startup

    async def telling(sockets: object = None) -> None:
        await startup(sockets)  # type: ignore[arg-type]  # as it is given
        up.set()

    server.startup = telling  # type: ignore[method-assign]  # there is no other way to hear of it
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(SECONDS)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(SECONDS)


SERVERS = Servers()


def skip_not_served(items: Iterable[pytest.Item]) -> None:
    """Skip what cannot be asked of a server, where servers are to be asked."""
    for item in items if IS_ASKED_FOR else ():
        if why := why_not(item.nodeid):
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(autouse=True)
def servers() -> Iterator[Servers]:
    """Give the servers that a test asks, and end them."""
    yield SERVERS
    SERVERS.stop()
