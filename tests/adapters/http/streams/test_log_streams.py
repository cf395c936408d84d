"""The log and what changes in it are followed; who may not read on, or does not, is let go."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import adapters.http.streams.event_stream
import adapters.http.streams.feeds
from adapters.http.hub import Hub
from adapters.http.streams.event_stream import EventStream
from adapters.http.streams.feeds import TOPICS, Changes, Feed, LogMessages
from infrastructure.log.tail import SqlLogTail
from tests.adapters.http.streams.reading import Reader, may
from tests.adapters.http.streams.test_run_streams import finish
from tests.contracts.databases import copied, make_empty
from tests.infrastructure.faults.writers import store_of
from tests.infrastructure.projections.logs import Log, asked, called


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture
def engine(template: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(template, tmp_path) as engine:
        yield engine


@pytest.fixture
def log(engine: sa.Engine) -> Log:
    return Log(store_of(engine))


def all_of(feed: Feed) -> list[tuple[int | None, str]]:
    """Return the ids and kinds of what there is until now."""
    messages = feed.read()
    while feed.has_more:
        messages += feed.read()
    return [(each.id, each.event) for each in messages]


def test_the_log_has_the_events_of_the_tenant_with_their_positions(
    engine: sa.Engine, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.http.streams.feeds, "PAGE_EVENTS", 2)
    for number in range(5):
        log.add(asked(), run=f"run-{number}", tenant="globex" if number % 2 else "acme")
    feed = LogMessages(SqlLogTail(engine), "acme", after=0)
    assert all_of(feed) == [(1, "event"), (3, "event"), (5, "event")]


def test_who_says_no_place_follows_the_log_from_now_on(engine: sa.Engine, log: Log) -> None:
    log.add(asked())
    feed = LogMessages(SqlLogTail(engine), "acme", after=None)
    assert [each.encoded() for each in feed.read()] == [b"id: 1\n\n"]
    log.add(*called("a"))
    assert all_of(feed) == [(2, "event"), (3, "event")]


def test_a_place_beyond_the_end_is_of_another_log(engine: sa.Engine) -> None:
    feed = LogMessages(SqlLogTail(engine), "acme", after=7)
    assert (all_of(feed), feed.is_done) == ([(None, "resync")], True)


def test_a_change_is_told_once_for_each_stream_with_its_newest_event(
    engine: sa.Engine, log: Log
) -> None:
    log.add(asked(), *called("a"))
    log.add(asked(), run="run-2")
    feed = Changes(SqlLogTail(engine), "acme", after=0, topics=TOPICS)
    told = [(each.id, each.event, json.loads(each.text)) for each in feed.read()]
    assert told == [
        (3, "runs", {"id": "run-1", "version": 3, "type": "tool-call-succeeded"}),
        (4, "runs", {"id": "run-2", "version": 1, "type": "run-requested"}),
    ]


def test_other_topics_are_not_told(engine: sa.Engine, log: Log) -> None:
    log.add(asked())
    assert all_of(Changes(SqlLogTail(engine), "acme", after=0, topics=["estate"])) == []


@pytest.mark.parametrize("after", [0, 9])
def test_who_missed_too_much_reads_anew_and_goes_on_from_the_end(
    engine: sa.Engine, log: Log, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(adapters.http.streams.feeds, "MOST_BEHIND", 2)
    log.add(asked(), *called("a"))
    feed = Changes(SqlLogTail(engine), "acme", after=after, topics=TOPICS)
    assert all_of(feed) == [(3, "resync")]
    log.add(*called("b"))
    assert all_of(feed) == [(5, "runs")]


def test_who_may_not_read_any_more_is_told_and_let_go(
    engine: sa.Engine, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.http.streams.event_stream, "CHECK_SECONDS", 0)
    monkeypatch.setattr(adapters.http.streams.event_stream, "PING_SECONDS", 0.01)
    log.add(asked())
    feed = LogMessages(SqlLogTail(engine), "acme", after=0)
    reader = finish(Reader().read(Hub(), feed, may_read=lambda: "the key was revoked"))
    assert reader.messages[-1] == ("", "denied", '{"why":"the key was revoked"}')


def test_who_is_idle_gets_a_ping(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters.http.streams.event_stream, "PING_SECONDS", 0.01)

    async def idle() -> str:
        reader = Reader()
        feed = LogMessages(SqlLogTail(engine), "acme", after=0)
        reading = asyncio.create_task(reader.read(Hub(), feed))
        await asyncio.sleep(0.1)
        reader.gone.set()
        await reading
        return reader.text

    assert ": ping\n\n" in finish(idle())


def test_a_reader_that_takes_nothing_is_dropped_and_its_place_is_free(
    engine: sa.Engine, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.http.streams.event_stream, "TAKES_SECONDS", 0.01)
    log.add(asked())

    async def stuck() -> int:
        hub, feed = Hub(), LogMessages(SqlLogTail(engine), "acme", after=0)
        ear = hub.listen("acme", for_whom="ada")
        stream = EventStream(hub, feed, ear, may, first=feed.read())

        async def never(*_: object) -> dict[str, str]:
            await asyncio.sleep(60)
            return {}

        async def takes_the_head(sent: object) -> None:
            if isinstance(sent, dict) and sent["type"] == "http.response.body":
                await asyncio.sleep(60)

        await stream({"type": "http", "path": "/"}, never, takes_the_head)
        return hub.open_count

    assert finish(stuck()) == 0
