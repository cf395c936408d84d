"""A problem with a field points at it, and tells what was given and what is allowed."""

import re
from pathlib import Path

import pytest

from adapters.faults import Fault, fault_of_kind
from adapters.http.fields import FIELDS
from adapters.http.problems import STATUSES
from adapters.http.routes import ROUTES
from domain.errors import ReplayRefused
from domain.operations.table import OPERATIONS
from domain.replay.bulk.errors import BulkReplayRefused
from tests.adapters.http.client import Client

ASKED = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}
_NAMES_COMMANDS = re.compile(r"`opstrail |[\" `]--[a-z]")


@pytest.fixture
def asked(http: Client) -> Client:
    """Who has asked two questions."""
    for question in (ASKED["question"], "How many servers are in zone-a?"):
        assert http.post("/runs", {"question": question}, WAIT).status_code == 200
    return http


@pytest.mark.parametrize(
    ("path", "pointer", "value"),
    [
        ("/runs/latest?at=abc", "/at", "abc"),
        ("/runs/run-?at=1", "/run", "run-"),
        ("/compare?a=latest&b=run-", "/b", "run-"),
        ("/compare?a=previous&b=previous", "/a", "previous"),
        ("/compare?a=latest&b=latest&ignore=zone", "/ignore", "['zone']"),
        ("/bisect?good=latest&bad=latest", "/good", "latest"),
        ("/runs?query=stat%20%3D", "/query", "stat ="),
        ("/runs?nothing=1", "/nothing", "1"),
        ("/runs?limit=1&limit=2", "/limit", "2"),
        ("/runs?cursor=abc", "/cursor", "abc"),
        ("/runs?columns=nothing", "/columns", "nothing"),
        ("/runs?limit=0", "/limit", "0"),
        ("/runs/search?text=.", "/text", "."),
        ("/runs/search", "/text", None),
        ("/audit?query=(", "/query", "("),
        ("/failures?since=long%20ago", "/since", "long ago"),
        ("/log/timeline?since=now&until=-2d", "/until", "-2d"),
        ("/assets/nothing", "/asset", "nothing"),
        ("/log/stream?after=x", "/after", "x"),
        ("/stream?topics=x", "/topics", "x"),
        ("/stream?more=1", "/more", "1"),
    ],
)
def test_a_wrong_parameter_is_pointed_at(
    asked: Client, path: str, pointer: str, value: str | None
) -> None:
    refused = asked.get(path)
    assert refused.status_code == 422, refused.text
    wrong = refused.json()["errors"][0]
    assert (wrong["pointer"], wrong.get("value")) == (pointer, value)
    assert wrong["allowed"]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/runs", {}, "/question"),
        ("/runs", {**ASKED, "plan": {"nothing": 1}}, "/plan"),
        ("/runs", {**ASKED, "query": {"nothing": 1}}, "/query"),
        ("/runs", {**ASKED, "assets": {"nothing": "1"}}, "/assets"),
        ("/runs", {**ASKED, "key": "k"}, "/key"),
        ("/runs", {**ASKED, "after": "run-"}, "/after"),
        ("/runs/latest/fork", {"reason": "x", "at": 2, "from_call": "answer"}, "/from_call"),
        ("/runs/latest/fork", {"reason": "x", "retry_failed": True}, "/retry_failed"),
        ("/runs/latest/fork", {"reason": "x", "action": 99}, "/action"),
        ("/runs/latest/fork", {"reason": "x", "patches": {"assets": {"x": "1"}}}, "/patches"),
        ("/runs/latest/verify", {"ignore": ["zone"]}, "/ignore"),
        ("/runs/latest/pin", {"name": "?"}, "/name"),
        ("/runs/latest/pin", {"name": "a", "thresholds": {"much": 1}}, "/thresholds"),
        ("/runs/latest/approve", {"reason": "x"}, "/every"),
        ("/queries", {"question": "colourless green ideas"}, "/question"),
        ("/replays", {"mode": "verify", "reason": "x", "filter": "("}, "/filter"),
        ("/replays", {"mode": "verify", "reason": "x", "filter": "", "at": 1}, "/at"),
        ("/assets/view:IMPACT/publish", {"why": "x", "content": {"much": 1}}, "/content"),
        ("/estate/remove", {"reason": "x"}, "/ci_code"),
        ("/keys", {"principal": "bo", "why": "x"}, "/roles"),
        ("/keys", {"principal": "bo", "why": "x", "roles": ["king"]}, "/roles/0"),
        ("/views/mine", {"of": "runs", "text": "("}, "/text"),
    ],
)
def test_a_wrong_field_of_a_body_is_pointed_at(
    asked: Client, path: str, body: object, pointer: str
) -> None:
    refused = asked.post(path, body)
    assert refused.status_code == 422, refused.text
    wrong = refused.json()["errors"][0]
    assert (wrong["pointer"], bool(wrong["allowed"])) == (pointer, True)


@pytest.mark.parametrize(
    ("headers", "pointer", "value"),
    [
        ({"Prefer": "timezone=Mars/Olympus"}, "/Prefer", "timezone=Mars/Olympus"),
        ({"Idempotency-Key": "a" * 500}, "/Idempotency-Key", None),
    ],
)
def test_a_wrong_header_is_pointed_at(
    http: Client, headers: dict[str, str], pointer: str, value: str | None
) -> None:
    (wrong,) = http.post("/runs", ASKED, headers).json()["errors"]
    assert wrong["pointer"] == pointer
    assert value is None or wrong["value"] == value


@pytest.mark.parametrize("last", ["x", str(2**63)])
def test_a_wrong_place_of_a_stream_is_pointed_at(http: Client, last: str) -> None:
    (wrong,) = http.get("/log/stream", {"Last-Event-ID": last}).json()["errors"]
    assert (wrong["pointer"], wrong["value"]) == ("/Last-Event-ID", last)
    assert str(2**63 - 1) in wrong["detail"]


def test_an_unknown_field_is_told_with_those_that_there_are(http: Client) -> None:
    (wrong,) = http.post("/runs/aggregates", {"group": "state"}).json()["errors"]
    assert wrong["allowed"] == {"fields": "query, by, per, of, limit"}


def test_a_key_that_came_with_another_question_is_pointed_at(http: Client) -> None:
    key = {"Idempotency-Key": '"mine"', **WAIT}
    http.post("/runs", ASKED, key)
    refused = http.post("/runs", {"question": "Show srv-erp-01"}, key).json()
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("key-reused", "/Idempotency-Key")


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_a_wrong_body_is_pointed_at_as_a_whole(http: Client, body: bytes) -> None:
    refused = http.post("/runs", headers={"Content-Type": "application/json"}, content=body)
    (wrong,) = refused.json()["errors"]
    assert (wrong["pointer"], wrong["allowed"]) == ("", {"type": "object"})


def test_every_refusal_of_an_operation_knows_what_it_may_point_at() -> None:
    kinds = {kind for name in ROUTES for kind in OPERATIONS[name].errors}
    refusals = [kind for kind in kinds if _is_of_a_field(kind)]
    known = (*FIELDS, ReplayRefused, BulkReplayRefused)
    assert [kind for kind in refusals if not issubclass(kind, known)] == []


def _is_of_a_field(kind: type[Exception]) -> bool:
    fault: Fault | None = fault_of_kind(kind)
    return fault is not None and STATUSES[fault] == 422


def test_no_text_of_the_domain_names_the_command_line() -> None:
    """What is said of runs on record, and of the database, is for who runs the server."""
    texts = {path: path.read_text() for path in Path("domain").rglob("*.py")}
    naming = {path.name for path, text in texts.items() if _NAMES_COMMANDS.search(text)}
    assert naming == {
        *("errors.py", "database.py", "recovery.py", "taking_over.py"),
        *("next_steps.py", "ends.py", "run.py", "bulk_replays.py", "limits.py"),
    }


def test_a_refusal_names_fields_and_operations(asked: Client) -> None:
    refused = asked.get("/runs/nothing").json()
    assert "`run.list` has them all" in refused["detail"]
