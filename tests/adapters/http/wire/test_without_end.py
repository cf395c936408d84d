"""What comes slowly, without end or too often is cut off, or told that it is too much."""

import asyncio
import time
from contextlib import ExitStack, suppress

import pytest

from adapters.http import given, hub, protocol
from adapters.http.hub import Hub, TooManyStreams
from domain.values.limits import JSON_BYTES
from tests.adapters.http.wire.listening import Listening, answer_on, head_of

GET = "GET /v1/runs HTTP/1.1"
POST = "POST /v1/runs HTTP/1.1"
JSON = "Content-Type: application/json"
ENDLESS = ("GET /v1/stream HTTP/1.1", "Host: localhost")


def test_a_body_of_100_megabytes_is_refused_before_it_is_sent(server: Listening) -> None:
    said = server.say(POST, JSON, "Content-Length: 104857600")
    assert said.refusal == (413, "too-large")


@pytest.mark.parametrize("path", ["POST /v1/runs HTTP/1.1", "GET /v1/estate HTTP/1.1"])
def test_a_body_without_end_is_read_no_further_than_it_may_be(
    server: Listening, path: str
) -> None:
    part, sent = b"%x\r\n%b\r\n" % (1 << 20, b"x" * (1 << 20)), 0
    with server.connected() as connection, suppress(OSError):
        connection.sendall(head_of(path, JSON, "Transfer-Encoding: chunked", "Host: localhost"))
        while sent < 100:
            connection.sendall(part)
            sent += 1
    assert sent < 20 + (JSON_BYTES >> 20)


def test_who_is_too_slow_with_a_head_is_cut_off(
    server: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    began = time.monotonic()
    with server.connected() as connection:
        with suppress(OSError):
            for byte in head_of(GET, "Host: localhost"):
                connection.sendall(bytes([byte]))
                time.sleep(0.05)
        with suppress(ConnectionError):
            assert connection.recv(100) == b""
    assert time.monotonic() < began + 5


def test_who_says_nothing_is_cut_off(server: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.1)
    with server.connected() as connection:
        assert connection.recv(100) == b""


def test_who_is_too_slow_with_a_body_is_told_so_and_cut_off(
    server: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given, "BODY_SECONDS", 0.1)
    with server.connected() as connection:
        connection.sendall(head_of(POST, JSON, "Content-Length: 9", "Host: localhost") + b"{")
        assert answer_on(connection).refusal == (408, "slow-body")
        assert connection.recv(100) == b""


def test_who_asks_for_more_streams_than_one_may_have_gets_no_more(server: Listening) -> None:
    with ExitStack() as stack:
        for _ in range(hub.MOST_OF_ONE):
            connection = stack.enter_context(server.connected())
            connection.sendall(head_of(*ENDLESS))
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
        said = server.say(ENDLESS[0])
        assert said.refusal == (429, "too-many-streams")
        assert "retry-after: 1" in said.head.lower()
    assert soon_streams(server)


def soon_streams(server: Listening) -> bool:
    """Return whether there is room again, soon after readers went away."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with server.connected() as connection:
            connection.sendall(head_of(*ENDLESS))
            if connection.recv(15) == b"HTTP/1.1 200 OK":
                return True
    return False


def test_ten_thousand_streams_leave_as_many_as_there_may_be() -> None:
    streams, refused = Hub(), 0

    async def ask() -> None:
        nonlocal refused
        for number in range(10_000):
            try:
                streams.listen("acme", for_whom=f"reader-{number % 500}")
            except TooManyStreams:
                refused += 1

    asyncio.run(ask())
    assert (streams.open_count, refused) == (hub.MOST_STREAMS, 10_000 - hub.MOST_STREAMS)


def test_headers_without_end_are_not_read_to_it(server: Listening) -> None:
    sent = 0
    with server.connected() as connection, suppress(OSError):
        connection.sendall(GET.encode() + b"\r\nX-Long: ")
        while sent < 100:
            connection.sendall(b"x" * (1 << 20))
            sent += 1
    assert sent < 20
