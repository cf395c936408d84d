"""However many ask at once for what never ends, a server keeps its size and answers others."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from adapters.http.hub import MOST_OF_ONE
from adapters.http.pace import BODIES_BYTES
from adapters.http.protocol import HEAD_SECONDS
from tests.acceptance.serving import Server, serving

if TYPE_CHECKING:
    import subprocess

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

HOST = "Host: localhost\r\n"
STREAM = f"GET /v1/stream HTTP/1.1\r\n{HOST}\r\n".encode()
BODY_BYTES = 100_000_000
BUNDLE = (
    f"POST /v1/bundles/verify HTTP/1.1\r\n{HOST}Content-Type: application/zip\r\n"
    f"Content-Length: {BODY_BYTES}\r\n\r\n"
).encode()
AT_ONCE = 4000
"""Connections that are open at a time: a process has so many files, and a few more."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "opstrail.db") as server:
        yield server


def megabytes(process: "subprocess.Popen[str]") -> int:
    return int(psutil.Process(process.pid).memory_info().rss) >> 20


async def opened(server: Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", httpx.URL(server.url).port)


async def status(reader: asyncio.StreamReader) -> str:
    """Return the status of an answer, nothing where the connection was closed without one."""
    try:
        return (await reader.readline()).decode().partition(" ")[2][:3]
    except ConnectionError:
        return ""


async def others_are_answered(server: Server) -> float:
    """Return how long somebody else waits for an answer."""
    began = time.monotonic()
    async with httpx.AsyncClient(timeout=60) as client:
        assert (await client.get(f"{server.url}/runs")).status_code == 200
    return time.monotonic() - began


async def meanwhile(server: Server, flood: "Awaitable[Counter[str]]") -> "Counter[str]":
    """Return what became of a flood, during which others are answered and memory is bounded."""
    before, flooding = megabytes(server.process), asyncio.ensure_future(flood)
    while not flooding.done():
        assert await others_are_answered(server) < 20
        assert megabytes(server.process) < before + 4 * (BODIES_BYTES >> 20)
        await asyncio.sleep(0.2)
    assert await others_are_answered(server) < 2
    return await flooding


async def flood_of(
    count: int, one: Callable[[], Awaitable[str]], at_once: int = AT_ONCE
) -> "Counter[str]":
    places = asyncio.Semaphore(at_once)

    async def in_turn() -> str:
        async with places:
            return await one()

    return Counter(await asyncio.gather(*(in_turn() for _ in range(count))))


def test_ten_thousand_idle_streams_get_the_places_there_are_and_refusals(server: Server) -> None:
    kept: list[asyncio.StreamWriter] = []

    async def idle() -> str:
        reader, writer = await opened(server)
        writer.write(STREAM)
        answered = await status(reader)
        if answered == "200":
            kept.append(writer)
        else:
            writer.close()
        return answered

    async def all_of_them() -> "Counter[str]":
        found = await meanwhile(server, flood_of(10_000, idle))
        for writer in kept:
            writer.close()
            await writer.wait_closed()
        return found

    found = asyncio.run(all_of_them())
    assert found == {"200": MOST_OF_ONE, "429": 10_000 - MOST_OF_ONE}


def test_thousands_who_never_end_a_head_are_cut_off(server: Server) -> None:
    async def slowly() -> str:
        reader, writer = await opened(server)
        try:
            for byte in STREAM[:-2] * 100:
                writer.write(bytes([byte]))
                await asyncio.wait_for(writer.drain(), 1)
                if await ended(reader, 1):
                    return "cut off"
        except ConnectionError:
            return "cut off"
        finally:
            writer.close()
        return "heard to the end"

    async def ended(reader: asyncio.StreamReader, seconds: float) -> bool:
        try:
            return await asyncio.wait_for(reader.read(1), seconds) == b""
        except TimeoutError:
            return False

    began = time.monotonic()
    found = asyncio.run(meanwhile(server, flood_of(3000, slowly)))
    assert found == {"cut off": 3000}
    assert time.monotonic() < began + 4 * HEAD_SECONDS


def test_bodies_of_100_megabytes_from_many_at_once_hold_no_more_than_they_may(
    server: Server,
) -> None:
    part = b"x" * (1 << 20)

    async def large() -> str:
        reader, writer = await opened(server)
        sent, answer = 0, asyncio.ensure_future(status(reader))
        writer.write(BUNDLE)
        try:
            while sent < BODY_BYTES and not answer.done():
                writer.write(part[: BODY_BYTES - sent])
                sent += len(part)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            answered = await answer
            writer.close()
        return answered

    found = asyncio.run(meanwhile(server, flood_of(30, large)))
    assert found.keys() <= {"503", "422", "408", ""}, found
    assert found["503"] > found["422"]
