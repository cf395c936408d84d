"""A server on a socket, in this process, and whoever speaks to it byte by byte."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from adapters.bootstrap import open_service
from adapters.http import serving
from adapters.http.workroom import Workroom
from domain.identity.principal import local_principal
from tests.adapters.http.conftest import users
from tests.estate_fixture import TENANT

SECONDS = 20.0


@dataclass(frozen=True)
class Said:
    """What a server answered: the status, the headers as they came, and the body."""

    status: int
    head: str
    body: bytes

    @property
    def refusal(self) -> tuple[int, str]:
        """The status and the code of a problem."""
        return self.status, self.code

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert "content-type: application/problem+json" in self.head.lower(), self
        found: dict[str, Any] = json.loads(self.body)
        return str(found["code"])


@dataclass(frozen=True)
class Listening:
    """A port of this machine on which a server answers."""

    port: int

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as connection:
            yield connection

    def say(self, *lines: str, body: bytes = b"", host: str = "localhost") -> Said:
        """Send a request line and headers as they are, and a body, and return the answer."""
        with self.connected() as connection:
            connection.sendall(head_of(*lines, f"Host: {host}") + body)
            return answer_on(connection)

    def post(self, body: bytes, *headers: str, path: str = "/v1/runs") -> Said:
        length = f"Content-Length: {len(body)}"
        kind = "Content-Type: application/json"
        return self.say(f"POST {path} HTTP/1.1", kind, length, *headers, body=body)


def head_of(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer_on(connection: socket.socket) -> Said:
    """Read one answer; a connection that is closed before its end raises `ConnectionError`."""
    with connection.makefile("rb") as stream:
        first, head, length = stream.readline().decode("latin-1"), "", 0
        if not first:
            raise ConnectionError
        while (line := stream.readline().decode("latin-1")) not in {"\r\n", ""}:
            head += line
            name, _, value = line.partition(": ")
            length = int(value) if name.lower() == "content-length" else length
        return Said(int(first.split()[1]), head, stream.read(length))


@contextmanager
def listening(url: str, *, proxies: str = "") -> Iterator[Listening]:
    """Serve a database to the single user, on a free port."""
    place = serving.Place("127.0.0.1", 0, local_principal("ada", TENANT), proxies)
    with open_service(url) as opstrail:
        workroom = Workroom(opstrail, opstrail.identity.settings.runs_per_tenant)
        up, told = threading.Event(), list[str]()
        app = serving.application(opstrail, workroom, users(opstrail, place.owner))
        server = serving._Server(app, workroom, place)

        def when_up(where: str) -> None:
            told.append(where)
            up.set()

        server.when_up = when_up
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
        thread.start()
        try:
            assert up.wait(SECONDS)
            yield Listening(int(told[0].split(":")[2].partition("/")[0]))
        finally:
            workroom.hub.close()
            server.should_exit = True
            thread.join(SECONDS)
            workroom.close()
