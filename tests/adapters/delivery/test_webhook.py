"""Webhooks are signed as Standard Webhooks says, and go only where they may."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.delivery.webhook import WrongDelivery, body_of, signed, webhooks
from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.run.aggregate import RUN
from domain.run.note_events import GoldenBroke
from domain.services.deliveries import Target
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.views.delivery import Letter
from tests.contracts.event_samples import event
from tests.domain.run.samples import FAILED, waiting
from tests.fakes import FrozenClock
from tests.web_server import WebServer, web_server

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Mounted:
    """Knows one secret."""

    def value(self, name: str) -> str | None:
        return {"hook": KEY, "short": "whsec_YWJj", "plain": "a" * 40}.get(name)

    def places(self, name: str) -> str:
        return "nowhere"


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def target(url: str, **more: object) -> Target:
    said = {"name": "desk", "url": url, "secret": "hook", "allow_private": True, **more}
    (found,) = webhooks([said], Mounted(), FrozenClock())
    return found


def recorded(fact: Any) -> RecordedEvent:  # noqa: ANN401 - any event of a run
    kind, version, data = RUN.encode(fact)
    values = {name: getattr(event(), name) for name in Envelope.__struct_fields__}
    made = Envelope(**{**values, "type": kind, "schema_version": version, "data": data})
    return RecordedEvent("main", 7, made)


LETTER = Letter(
    event_id="msg_1",
    target="desk",
    kind="run.failed",
    stream_id="run-1",
    position=7,
    tries=0,
    due_at=None,
    error=None,
)


def send(where: Target) -> None:
    asyncio.run(where.send(LETTER, recorded(FAILED)))


def test_the_signature_is_that_of_the_specification() -> None:
    key = base64.b64decode(KEY.removeprefix("whsec_"))
    content = b'{"test": 2432232314}'
    headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, content, key=key)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_is_signed_is_what_is_sent(server: WebServer) -> None:
    server.asked.clear()
    send(target(f"{server.url}/hook"))
    ((method, path, headers, body),) = server.asked
    key = base64.b64decode(KEY.removeprefix("whsec_"))
    at = int(headers["webhook-timestamp"])
    expected = signed("msg_1", at, body.encode(), key=key)["webhook-signature"]
    assert (method, path, headers["webhook-signature"]) == ("POST", "/hook", expected)
    assert at == int(FrozenClock().now().timestamp())


def test_a_run_that_failed_is_told_with_why() -> None:
    told = json.loads(body_of("run.failed", recorded(FAILED)))
    assert (told["type"], told["data"]["error"]["code"]) == ("run.failed", "TOOL_TIMEOUT")
    assert (told["data"]["run_id"], told["data"]["tenant_id"]) == ("run-1", "acme")


def test_a_call_that_waits_is_told_without_its_params() -> None:
    told = json.loads(body_of("approval.needed", recorded(waiting("a"))))
    (call,) = told["data"]["calls"]
    assert {*call} == {"call_id", "tool", "operation", "label", "why"}


def test_a_golden_run_that_broke_is_told_with_what_shows_it() -> None:
    broke = GoldenBroke(name="daily", candidate_run_id="run-2", rules=["answer"])
    told = json.loads(body_of("golden.broke", recorded(broke)))["data"]
    said = {name: told[name] for name in ("name", "candidate_run_id", "rules")}
    assert said == {"name": "daily", "candidate_run_id": "run-2", "rules": ["answer"]}


@pytest.mark.parametrize("path", ["/picture", "/long", "/status/204"])
def test_whatever_says_that_it_was_taken_is_good(server: WebServer, path: str) -> None:
    server.asked.clear()
    send(target(server.url + path))
    assert len(server.asked) == 1


@pytest.mark.parametrize("path", ["/status/500", "/status/410", "/to/307/elsewhere", "/slow"])
def test_what_was_not_taken_is_told(server: WebServer, path: str) -> None:
    with pytest.raises(ToolFailure, match="source desk: "):
        send(target(server.url + path, timeout_ms=200))


def test_a_private_network_is_asked_only_where_that_is_allowed(server: WebServer) -> None:
    with pytest.raises(ToolFailure) as refused:
        send(target(server.url, allow_private=False))
    assert refused.value.code == ToolErrorCode.POLICY_DENY


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"url": "ftp://a"}, "delivery 1: value: url: it begins with http"),
        ({"events": ["run.ended"]}, "delivery 1: events.0: input should be 'run.failed'"),
        ({"evnts": []}, "delivery 1: evnts: extra inputs are not permitted"),
        ({"secret": "none"}, "delivery desk: secret none has no value: nowhere"),
        ({"secret": "short"}, "delivery desk: secret short is whsec_ and 24 bytes or more"),
        ({"secret": "plain"}, "delivery desk: secret plain is whsec_ and 24 bytes or more"),
    ],
)
def test_a_target_that_is_wrong_is_refused_with_its_key(
    said: dict[str, object], told: str
) -> None:
    with pytest.raises(WrongDelivery) as refused:
        target(str(said.pop("url", "http://a.example")), **said)
    assert str(refused.value).startswith(told)


def test_two_targets_of_one_name_are_refused() -> None:
    said = {"name": "desk", "url": "http://a.example", "secret": "hook"}
    with pytest.raises(WrongDelivery, match="another one is called desk"):
        webhooks([said, said], Mounted(), FrozenClock())
