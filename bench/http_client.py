"""A client that costs little: HTTP/1.1 over one connection, and streams of server-sent events."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

_MESSAGE: Final = re.compile(rb"(?:id: (\d+)\n)?event: (\w+)\n")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_SECONDS: Final = 30.0


class NoAnswer(Exception):
    """The server has gone, or is not there yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body as a value."""
        return json.loads(self.body)


class Connection:
    """A connection to a port of this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = _NONE
    ) -> Answer:
        """Return the answer. Raises `NoAnswer`."""
        async with _answered():
            status, told = await self._asked(method, path, body, headers)
            return Answer(status, await self._reader.readexactly(int(told["content-length"])))

    async def follow(self, path: str, *, after: int) -> AsyncIterator[tuple[int | None, str]]:
        """Yield the id and the kind of each message of a stream. Raises `NoAnswer`."""
        async with _answered():
            status, told = await self._asked("GET", path, None, {"Last-Event-ID": str(after)})
            if status != 200:
                raise NoAnswer(await self._reader.readexactly(int(told["content-length"])))
            text = b""
            while size := int(await self._reader.readline(), 16):
                text += (await self._reader.readexactly(size + 2))[:-2]
                whole, _, text = text.rpartition(b"\n\n")
                for number, kind in _MESSAGE.findall(whole + b"\n"):
                    yield int(number) if number else None, kind.decode()

    async def _asked(
        self, method: str, path: str, body: object, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str]]:
        """Send a request, and return the status and the headers of the answer."""
        content = b"" if body is None else json.dumps(body).encode()
        own = {"Host": "localhost", "Content-Length": str(len(content))}
        kind = {"Content-Type": "application/json"} if content else {}
        lines = (f"{name}: {value}" for name, value in {**own, **kind, **headers}.items())
        head = "\r\n".join([f"{method} /v1{path} HTTP/1.1", *lines, "", ""])
        self._writer.write(head.encode() + content)
        async with asyncio.timeout(_SECONDS):
            found = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told = (line.partition(": ") for line in found[1:])
        return int(found[0].split()[1]), {name.lower(): value for name, _, value in told}


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    """Give a connection. Raises `NoAnswer`."""
    async with _answered():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def _answered() -> AsyncIterator[None]:
    try:
        yield
    except (OSError, EOFError, ValueError, TimeoutError) as error:
        raise NoAnswer from error
