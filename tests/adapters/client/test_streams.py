"""A stream is one sequence of events, over as many connections as it takes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from adapters.client import AsyncClient, Client, ProblemError, StreamEnded, StreamEvent
from adapters.client.streams import Following

URL = "http://opstrail.test/v1"
FIRST = b'retry: 1000\n\nid: 1\nevent: event\ndata: {"n": "\xe2\x80\xa8"}\n\n: ping\n\nid: 2\nda'
LAST = b'id: 2\nevent: event\ndata: {"n": 2}\n\nevent: end\ndata: {"version": 2}\n\n'
WHOLE = [(1, "event"), (2, "event"), (None, "end")]


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The first connection breaks within an event."""

    def __iter__(self) -> Iterator[bytes]:
        yield FIRST
        message = "the connection broke"
        raise httpx.ReadError(message)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


class Service:
    """Answers each request with the next of these, and keeps where it began."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers, self.begun_after = [*answers], list[str | None]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.begun_after.append(request.headers.get("Last-Event-ID"))
        answer = self.answers.pop(0)
        answer.headers.setdefault("Content-Type", "text/event-stream; charset=utf-8")
        return answer

    @property
    def client(self) -> Client:
        return Client(URL, http=httpx.Client(transport=httpx.MockTransport(self)))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.client.streams.pause_after", lambda _: 0.0)


def told(*events: StreamEvent) -> list[tuple[int | None, str]]:
    return [(event.id, event.kind) for event in events]


def ended(kind: str) -> httpx.Response:
    return httpx.Response(200, content=b'event: %b\ndata: {"why": "so"}\n\n' % kind.encode())


def test_a_broken_connection_leaves_no_gap_and_no_repeat() -> None:
    service = Service(httpx.Response(200, stream=Broken()), httpx.Response(200, content=LAST))
    assert told(*service.client.run.stream("latest")) == WHOLE
    assert service.begun_after == [None, "1"]


def test_it_is_the_same_where_it_is_awaited() -> None:
    service = Service(httpx.Response(200, stream=Broken()), httpx.Response(200, content=LAST))

    async def followed() -> list[StreamEvent]:
        http = httpx.AsyncClient(transport=httpx.MockTransport(service))
        async with AsyncClient(URL, http=http) as client:
            return [event async for event in client.run.stream("latest")]

    assert told(*asyncio.run(followed())) == WHOLE
    assert service.begun_after == [None, "1"]


def test_a_service_that_stops_is_asked_again() -> None:
    busy = httpx.Response(503, json={})
    service = Service(ended("bye"), busy, httpx.Response(200, content=LAST))
    assert told(*service.client.run.stream("latest")) == WHOLE[1:]


@pytest.mark.parametrize("size", [1, 2, 7])
def test_events_are_whole_however_they_are_cut(size: int) -> None:
    following, text = Following("run.stream", {"run": "latest"}), FIRST + b'ta: {"n": 2}\n\n'
    parts = [text[place : place + size] for place in range(0, len(text), size)]
    events: list[Any] = [event for part in parts for event in following.taken(part)]
    assert [(event.id, event.data["n"]) for event in events] == [(1, "\u2028"), (2, 2)]


@pytest.mark.parametrize("kind", ["denied", "error", "resync"])
def test_what_would_not_be_otherwise_soon_is_told(kind: str) -> None:
    with pytest.raises(StreamEnded, match="so"):
        [*Service(ended(kind)).client.log.stream()]


def test_a_refused_stream_is_a_problem() -> None:
    refused = httpx.Response(404, json={"code": "not-found", "detail": "no run"})
    with pytest.raises(ProblemError, match="no run"):
        [*Service(refused).client.run.stream("latest")]


def test_a_service_that_is_not_there_any_more_is_told_in_the_end() -> None:
    service = Service(*(httpx.Response(200, stream=Broken()) for _ in range(2)))
    service.answers += [httpx.Response(503, json={}) for _ in range(5)]
    with pytest.raises(httpx.RemoteProtocolError):
        [*service.client.run.stream("latest")]


def test_a_stream_that_begins_now_goes_on_from_there() -> None:
    service = Service(httpx.Response(200, content=b"id: 7\n\n"), ended("denied"))
    with pytest.raises(StreamEnded):
        [*service.client.log.stream()]
    assert service.begun_after == [None, "7"]


def test_what_is_no_stream_is_not_asked_for_again() -> None:
    service = Service(httpx.Response(200, html="<html>log in</html>"))
    with pytest.raises(ProblemError, match="answers text/html, not text/event-stream") as refused:
        list(service.client.follow("run.stream", {"run": "x"}))
    assert (refused.value.code, len(service.begun_after)) == ("no-service", 1)
