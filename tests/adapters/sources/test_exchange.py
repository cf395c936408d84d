"""Asking a server, which is one of the tests' own."""

import asyncio
import socket
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sources.exchange import Reply, Request, ask
from adapters.sources.source import HttpSource
from adapters.sources.sources import Sources
from domain.tools.contracts import ToolErrorCode, ToolFailure
from tests.web_server import WebServer, web_server

SECRET = "t0p-s3cret-value"  # noqa: S105 - of the tests
_C = ToolErrorCode


class OneSecret:
    """Knows one secret; see `domain.redaction.secrets.Secrets`."""

    def value(self, name: str) -> str | None:
        return SECRET if name == "TOKEN" else None

    def places(self, name: str) -> str:
        return "nowhere else"


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Of localhost alone, with its key; nothing but these tests trusts it."""


@pytest.fixture
def source(server: WebServer) -> HttpSource:
    server.asked.clear()
    return HttpSource(
        name="api",
        url=f"{server.url}/",
        headers={"Authorization": "Bearer secret:TOKEN"},
        methods=("GET", "POST"),
        max_bytes=1000,
        allow_private=True,
    )


def asked(source: HttpSource, path: str, method: str = "GET", body: object = None) -> Reply:
    sources = Sources([source], OneSecret())
    with sources.opened(source) as opened:
        request = Request(path, method, body=body)  # type: ignore[arg-type]  # JSON
        return asyncio.run(ask(source, opened, request))


def failed(source: HttpSource, path: str, method: str = "GET") -> ToolFailure:
    with pytest.raises(ToolFailure) as failure:
        asked(source, path, method)
    assert SECRET not in str(failure.value)
    return failure.value


def test_json_and_texts_are_read(source: HttpSource, server: WebServer) -> None:
    reply = asked(source, "/packed")
    assert (reply.status, reply.body) == (200, {"a": 1})
    assert asked(source, "/text").body == "hello"
    _, _, headers, _ = server.asked[0]
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Host"] == f"127.0.0.1:{server.port}"


def test_a_text_is_decoded_with_no_charset_that_takes_hours(source: HttpSource) -> None:
    assert asked(source, "/odd").body == "hello-\ufffd"


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/status/400", _C.TOOL_BAD_REQUEST, "400 Bad Request: Bearer [redacted:secret-token]"),
        ("/status/401", _C.AUTH_FAILED, "401"),
        ("/status/403", _C.PERMISSION_DENIED, "403"),
        ("/status/404", _C.DATA_NOT_FOUND, "404"),
        ("/status/429", _C.RATE_LIMITED, "429"),
        ("/status/503", _C.UPSTREAM_UNAVAILABLE, "503"),
        ("/picture", _C.UPSTREAM_UNAVAILABLE, "it answered with image/png; JSON and text are"),
        ("/long", _C.MAX_ROWS_EXCEEDED, "it answered with more than 1000 bytes"),
        ("/bomb", _C.MAX_ROWS_EXCEEDED, "it answered with more than 1000 bytes"),
        ("/half", _C.UPSTREAM_UNAVAILABLE, "its packed answer ends too early"),
        ("/garbage", _C.UPSTREAM_UNAVAILABLE, "NaN and Infinity are no numbers of JSON"),
    ],
)
def test_each_failure_has_its_code_and_says_which_source(
    source: HttpSource, path: str, code: ToolErrorCode, said: str
) -> None:
    failure = failed(source, path)
    assert failure.code is code
    assert str(failure).startswith("source api: ")
    assert said in str(failure)


def test_a_bomb_is_not_unpacked(source: HttpSource) -> None:
    tracemalloc.start()
    failed(source, "/bomb")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000  # it would have five


def test_a_name_is_looked_up_once_and_asked_where_it_was_then(
    source: HttpSource, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up, told = socket.getaddrinfo, list[object]()

    def answer_once(host: str, *args: Any, **options: Any) -> list[Any]:  # noqa: ANN401 - its own
        if "rebinding" not in str(host):
            return look_up(host, *args, **options)
        told.append(host)
        return look_up("127.0.0.1" if len(told) == 1 else "127.0.0.2", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answer_once)
    url = f"http://rebinding.example:{server.port}"
    assert asked(source.model_copy(update={"url": url}), "/text").body == "hello"
    assert (told, server.asked[0][2]["Host"]) == (["rebinding.example"], url.split("//")[1])


def test_how_long_a_server_wants_to_be_left_alone_is_told(source: HttpSource) -> None:
    assert failed(source, "/status/429").details == {"status": 429, "retry_after_ms": 7000}


def test_a_date_without_a_zone_tells_no_wait(source: HttpSource) -> None:
    path = "/status/429/Wed, 01 Jan 2070 00:00:00 -0000"
    assert failed(source, path).details == {"status": 429}


def test_a_redirect_to_its_own_host_is_followed(source: HttpSource, server: WebServer) -> None:
    assert asked(source, "/to/302//text").body == "hello"
    assert asked(source, "/to/303//text", "POST", {"a": 1}).body == "hello"
    assert [each[0] for each in server.asked] == ["GET", "GET", "POST", "GET"]


def test_a_redirect_that_keeps_the_method_sends_the_body_again(
    source: HttpSource, server: WebServer
) -> None:
    asked(source, "/to/307//text", "POST", {"a": 1})
    assert [(each[0], each[3]) for each in server.asked] == [("POST", '{"a":1}')] * 2


def test_credentials_do_not_go_to_another_host(source: HttpSource, server: WebServer) -> None:
    listed = source.model_copy(update={"hosts": (f"localhost:{server.port}",)})
    asked(listed, "/to/302/http://localhost:PORT/text")
    assert ["Authorization" in each[2] for each in server.asked] == [True, False]


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:PORT/text",
        "http://169.254.169.254/latest",
        "http://127.0.0.1:1/text",
        "http://ada:word@127.0.0.1:PORT/text",
        "file:///etc/passwd",
        "//evil.example/text",
        "gopher://127.0.0.1:PORT/",
    ],
)
def test_a_redirect_to_what_is_not_listed_is_refused(source: HttpSource, target: str) -> None:
    failure = failed(source, f"/to/302/{target}")
    assert (failure.code, "which is not listed" in str(failure)) == (_C.POLICY_DENY, True)


def test_a_redirect_with_a_method_that_is_not_allowed_is_refused(source: HttpSource) -> None:
    only_post = source.model_copy(update={"methods": ("POST",)})
    assert failed(only_post, "/to/303//text", "POST").code is _C.POLICY_DENY


def test_redirects_without_end_end(source: HttpSource, server: WebServer) -> None:
    step = "/to/302/" * 6 + "/text"
    assert "5 redirects, and the server goes on" in str(failed(source, step))
    assert len(server.asked) == 6


def test_a_private_address_is_not_asked_unless_the_source_says_so(
    source: HttpSource, server: WebServer
) -> None:
    public = source.model_copy(update={"allow_private": False})
    for url in (f"http://127.0.0.1:{server.port}", f"http://localhost:{server.port}"):
        failure = failed(public.model_copy(update={"url": url}), "/text")
        assert (failure.code, "nothing may be asked" in str(failure)) == (_C.POLICY_DENY, True)
    assert server.asked == []


def test_a_certificate_is_of_the_name_that_was_asked_for(source: HttpSource) -> None:
    with web_server(CERTIFICATE) as server:
        update = {"url": f"https://localhost:{server.port}", "ca_file": str(CERTIFICATE)}
        named = source.model_copy(update=update)
        assert asked(named, "/text").body == "hello"
        assert server.asked[0][2]["Host"] == f"localhost:{server.port}"
        by_address = named.model_copy(update={"url": f"https://127.0.0.1:{server.port}"})
        assert "certificate verify failed" in str(failed(by_address, "/text"))
        stranger = named.model_copy(update={"ca_file": None})
        assert "certificate verify failed" in str(failed(stranger, "/text"))


def test_an_answer_that_takes_too_long_is_given_up(source: HttpSource) -> None:
    hasty = source.model_copy(update={"timeout_ms": 100})
    failure = failed(hasty, "/slow")
    assert (failure.code, str(failure)) == (
        _C.TOOL_TIMEOUT,
        "source api: no answer within 100 ms",
    )


def test_a_secret_that_is_not_there_is_told_before_anything_is_asked(
    source: HttpSource, server: WebServer
) -> None:
    other = source.model_copy(update={"headers": {"X-Token": "secret:NOTHING"}})
    failure = failed(other, "/text")
    assert (failure.code, server.asked) == (_C.AUTH_FAILED, [])
    assert "source api: secret NOTHING: there is none here" in str(failure)
