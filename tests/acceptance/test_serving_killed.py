"""However a server ends under load, each acknowledged run ends once, and readers miss nothing."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.http_client import Answer, NoAnswer, connected
from bench.service_load import body
from infrastructure.database.engine import create_engine
from tests.acceptance.serving import Server, serving

ROUNDS = 10
"""How often each signal ends a server, of all those on the database."""
SERVERS = {"sqlite": 1, "postgresql": 2}
CLIENTS = 8
READERS = 20
NOOP = (sys.executable, "-m", "bench.served_noop")
STATES = "SELECT DISTINCT state FROM run_summaries"
IDS = "SELECT run_id FROM run_summaries"


@dataclass
class Site:
    """Where servers answer now, and what was asked of any of them."""

    ports: list[int]
    is_over: bool = False
    runs_of: dict[str, set[str]] = field(default_factory=dict)
    ids_of: dict[str, list[int]] = field(default_factory=dict)
    begun: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    async def asks(self, name: str) -> None:
        """Ask for runs, each with a key of its own, again and again until it is answered."""
        number = 0
        while not self.is_over:
            number += 1
            key, asked = f"{name}-{number}", body()
            self.runs_of[key] = set()
            await _until(lambda: self._acknowledged(key, asked))  # noqa: B023 - it is awaited here

    async def _acknowledged(self, key: str, asked: object) -> bool:
        headers = {"Idempotency-Key": key}
        try:
            async with connected(random.choice(self.ports)) as connection:
                answer = await connection.ask("POST", "/runs", asked, headers)
        except NoAnswer:
            return False
        run = run_of(answer)
        if run is None:
            return False
        self.runs_of[key].add(run)
        self.begun.put_nowait(run)
        return True

    async def reads(self) -> None:
        """Follow one run after the other, on from where the server left it."""
        while run := await self.begun.get():
            ids = self.ids_of.setdefault(run, [])
            await _until(lambda: self._followed(run, ids))  # noqa: B023 - the same

    async def _followed(self, run: str, ids: list[int]) -> bool:
        after, last = ids[-1] if ids else 0, ""
        try:
            async with connected(random.choice(self.ports)) as connection:
                messages = connection.follow(f"/runs/{run}/stream", after=after)
                async for number, kind in messages:
                    ids += [] if number is None else [number]
                    last = kind
        except NoAnswer:
            return False
        return last == "end"


async def _until(tried: Callable[[], Awaitable[bool]]) -> None:
    """Try again and again; no event tells when a server is there."""
    while not await tried():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


def run_of(answer: Answer) -> str | None:
    """Return the id of the run that is begun, None where the server cannot begin it now."""
    told = answer.json
    if answer.status in {429, 503}:
        return None
    assert answer.status in {200, 202, 409}, told
    return str(told.get("id") or told.get("run_id") or told["url"].rpartition("/")[2])


@asynccontextmanager
async def server_of(site: Site, place: int, url: str) -> AsyncIterator[Server]:
    manager = serving(url, *NOOP)
    server = await asyncio.to_thread(manager.__enter__)
    site.ports[place] = int(server.url.split(":")[2].partition("/")[0])
    try:
        yield server
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


async def ended_at(site: Site, place: int, url: str, how: signal.Signals) -> None:
    for _ in range(ROUNDS // len(site.ports)):
        async with server_of(site, place, url) as server:
            await asyncio.sleep(random.uniform(0.2, 1.5))
            server.process.send_signal(how)
            await asyncio.to_thread(server.process.wait, 20)


async def ended_again_and_again(site: Site, url: str, how: signal.Signals) -> None:
    clients = [asyncio.create_task(site.asks(f"client-{number}")) for number in range(CLIENTS)]
    readers = [asyncio.create_task(site.reads()) for _ in range(READERS)]
    places = range(len(site.ports))
    await asyncio.gather(*(ended_at(site, each, url, how) for each in places))
    async with AsyncExitStack() as stack:
        for each in places:
            await stack.enter_async_context(server_of(site, each, url))
        site.is_over = True
        await asyncio.gather(*clients)
        for _ in readers:
            site.begun.put_nowait("")
        await asyncio.gather(*readers)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/opstrail.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_servers_that_end_under_load_lose_no_run_and_no_reader_an_event(
    url: str, how: signal.Signals
) -> None:
    engine = create_engine(url)
    site = Site([0] * SERVERS[engine.dialect.name])
    asyncio.run(ended_again_and_again(site, url, how))
    with engine.connect() as connection:
        states = set(connection.execute(sa.text(STATES)).scalars())
        runs = set(connection.execute(sa.text(IDS)).scalars())
    engine.dispose()
    assert states == {"completed"}
    assert [each for each in site.runs_of.values() if len(each) != 1] == []
    assert set().union(*site.runs_of.values()) == runs
    assert site.ids_of.keys() == runs
    assert [ids for ids in site.ids_of.values() if ids != [*range(1, len(ids) + 1)]] == []
