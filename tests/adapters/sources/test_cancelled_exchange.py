"""A request to a server outside ends with the call that waits for it."""

import asyncio

from adapters.sources.exchange import Request, ask
from adapters.sources.source import HttpSource
from adapters.sources.sources import Sources


class NoSecrets:
    """Knows none; see `domain.redaction.secrets.Secrets`."""

    def value(self, name: str) -> str | None:
        return None

    def places(self, name: str) -> str:
        return "nowhere"


def test_a_call_that_is_cancelled_closes_its_connection() -> None:
    async def cancelled() -> bytes:
        begun, closed = asyncio.Event(), asyncio.Event()

        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            begun.set()
            rest.append(await reader.read())  # until the other side has closed
            writer.close()
            closed.set()

        rest = list[bytes]()
        slow = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = slow.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/"
        there = HttpSource(name="api", url=url, methods=("GET",), allow_private=True)
        with Sources([there], NoSecrets()).opened(there) as opened:
            call = asyncio.create_task(ask(there, opened, Request("/slow")))
            await begun.wait()
            call.cancel()
            async with asyncio.timeout(5):
                await closed.wait()
        slow.close()
        return rest[0]

    assert asyncio.run(cancelled()) == b""
