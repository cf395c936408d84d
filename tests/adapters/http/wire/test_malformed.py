"""Whatever comes over the wire, it is answered with a problem or cut off, and does nothing."""

from contextlib import suppress

import pytest

from tests.adapters.http.wire.listening import Listening, head_of

QUESTION = b'{"question": "How many servers are there?"}'
GET = "GET /v1/runs HTTP/1.1"
POST = "POST /v1/runs HTTP/1.1"
JSON = "Content-Type: application/json"
EVIL = "Origin: http://evil.example"


@pytest.mark.parametrize(
    "lines",
    [
        ("nonsense",),
        ("GET /v1/runs",),
        ("GET  /v1/runs HTTP/1.1",),
        (GET, "no colon"),
        (GET, "X-Null: a\x00b"),
        (GET, "X Space: a"),
        (GET, "Host: evil.example"),
        (POST, JSON, "Content-Length: -1"),
        (POST, JSON, "Content-Length: 1", "Content-Length: 2"),
        (POST, JSON, "Content-Length: 1e3"),
        (POST, JSON, "Transfer-Encoding: gzip"),
        (POST, JSON, "Transfer-Encoding: chunked, chunked"),
    ],
)
def test_what_is_no_http_is_told_so(server: Listening, lines: tuple[str, ...]) -> None:
    said = server.say(*lines)
    assert said.refusal in {(400, "bad-http"), (421, "wrong-host")}


@pytest.mark.parametrize("length", [17_000, 60_000])
def test_a_head_that_is_too_long_is_told_how_long_it_may_be(
    server: Listening, length: int
) -> None:
    said = server.say(GET, f"X-Long: {'a' * length}")
    assert said.refusal == (431, "head-too-large")
    assert b"16384 bytes at most" in said.body


def test_why_it_is_no_http_is_told(server: Listening) -> None:
    assert b"Content-Length" in server.say(POST, JSON, "Content-Length: 1e3").body


def test_of_what_is_read_the_head_alone_comes(server: Listening) -> None:
    said = server.say("HEAD /v1/runs HTTP/1.1", "Connection: close")
    assert (said.status, said.body) == (200, b"")


def test_a_request_cannot_be_smuggled_in_a_body(server: Listening) -> None:
    hidden = head_of("GET /v1/keys HTTP/1.1", "Host: localhost")
    two_lengths = (POST, JSON, "Transfer-Encoding: chunked", f"Content-Length: {len(hidden)}")
    with server.connected() as connection:
        connection.sendall(head_of(*two_lengths, "Host: localhost") + hidden)
        said = connection.recv(100_000)
        connection.settimeout(2)
        with suppress(OSError):
            while more := connection.recv(100_000):
                said += more
    assert said.startswith(b"HTTP/1.1 400 ")
    assert said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "method", ["OPTIONS", "TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "get", "X-Y"]
)
def test_a_method_that_there_is_not_is_refused(server: Listening, method: str) -> None:
    assert server.say(f"{method} /v1/runs HTTP/1.1", "Connection: close").status == 405


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/v1/runs/../keys",
            "/v1/runs/%2e%2e/keys",
            "/v1/runs/..%2fkeys",
            "/v1/runs%2f..%2fkeys",
        ),
        *("//v1/runs", "/v1//runs", "/v1/./runs", "/v1/runs/", "/V1/runs", "/v1/runs;a=1", "/v1"),
        *("/v1/runs/%00", "/v1/runs/%0d%0aX-Evil:%201", "/v1/runs/..%5c..%5ckeys", "/", "*"),
        *("http://evil.example/v1/runs", "/v1/runs/%c0%ae%c0%ae", "/v1/runs/" + "a" * 8000),
        *(
            "/../../etc/passwd",
            "/v1/../../etc/passwd",
            "/v1/runs%00",
            "/v1/runs#frag",
            "/v1/runs%3f",
        ),
    ],
)
def test_a_path_leads_nowhere_but_where_it_says(server: Listening, path: str) -> None:
    said = server.say(f"GET {path} HTTP/1.1")
    assert said.status in {404, 422}
    assert said.code in {"no-such-path", "not-found", "invalid-params", "bad-json"}
    assert "x-evil" not in said.head.lower()


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ((GET, EVIL), (403, "wrong-origin")),
        ((GET, "Origin: null"), (403, "wrong-origin")),
        ((GET, "Origin: http://localhost.evil.example"), (403, "wrong-origin")),
        ((GET, "Origin: http://localhost@evil.example"), (403, "wrong-origin")),
        (
            ("OPTIONS /v1/runs HTTP/1.1", EVIL, "Access-Control-Request-Method: POST"),
            (403, "wrong-origin"),
        ),
        ((POST, EVIL, JSON, "Content-Length: 2"), (403, "wrong-origin")),
    ],
)
def test_a_page_of_another_site_is_told_nothing(
    server: Listening, lines: tuple[str, ...], refusal: tuple[int, str]
) -> None:
    said = server.say(*lines)
    assert said.refusal == refusal
    assert "access-control" not in said.head.lower()


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
def test_a_form_of_a_page_is_no_request(server: Listening, kind: str) -> None:
    lines = (POST, f"Content-Type: {kind}", f"Content-Length: {len(QUESTION)}")
    assert server.say(*lines, body=QUESTION).refusal == (415, "wrong-type")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "127.0.0.1.nip.io",
        "",
        "[::2]",
        "0",
    ],
)
def test_a_name_that_is_bound_anew_to_this_machine_is_not_answered(
    server: Listening, host: str
) -> None:
    assert server.say(GET, host=host).refusal == (421, "wrong-host")


def test_a_wish_for_another_protocol_is_not_granted(server: Listening) -> None:
    for wish in ("websocket", "h2c"):
        said = server.say(GET, "Connection: Upgrade", f"Upgrade: {wish}")
        assert (said.status, said.body) == (200, b"[]")


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "a", "question": "b"}',
        b'{"question": "\\ud800"}',
        b'{"question": 1e999}',
        b'{"question": "a", "timeout_ms": ' + b"9" * 5000 + b"}",
        b'{"question": -Infinity}',
        b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"\xff\xfe{\x00}\x00",
        b'{"question": "\xff"}',
        b'{"question": "a"} x',
        b'{"question": "a\\u0000"}',
        b"{'question': 'a'}",
        b"\x00" * 1000,
        b"[" + b"0," * 2_000_000 + b"0]",
    ],
)
def test_json_that_others_read_otherwise_is_refused(server: Listening, body: bytes) -> None:
    assert server.post(body).refusal == (400, "bad-json")


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b'"question"',
        b"7",
        b'{"question": {}}',
        b'{"__proto__": 1, "question": "a"}',
    ],
)
def test_json_that_is_no_question_is_refused(server: Listening, body: bytes) -> None:
    assert server.post(body).status == 422
