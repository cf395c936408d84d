"""What goes wrong on the server, or is too much for it, is told as a problem, too."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from adapters.http import given, pace, workroom
from domain.services.reader import RunReader
from infrastructure.database.errors import DatabaseBusy
from tests.adapters.http.client import Client

DATABASE = "a.db"
QUESTION = {"question": "How many servers are there?"}


def test_what_nobody_foresaw_is_in_the_log_and_not_in_the_answer(
    http: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(RunReader, "where")
    with caplog.at_level(logging.ERROR, logger="opstrail.http"):
        answer = http.get("/runs", headers={"X-Request-Id": "mine"})
    assert (answer.status_code, answer.json()["code"]) == (500, "unforeseen")
    assert "where" not in answer.text
    wrong = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [(each.getMessage(), vars(each)["request_id"]) for each in wrong] == [
        ("request failed", "mine")
    ]


def test_a_database_that_is_busy_is_to_be_asked_again(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise DatabaseBusy(DATABASE, reason="locked")

    monkeypatch.setattr(RunReader, "summaries", busy)
    answer = http.get("/runs")
    assert (answer.status_code, answer.json()["code"]) == (503, "database-busy")
    assert answer.headers["Retry-After"] == "1"


def test_more_work_than_may_wait_is_refused(http: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workroom, "WAITING", 0)
    answer = http.post("/runs", QUESTION)
    assert (answer.status_code, answer.json()["code"]) == (429, "too-much-work")
    assert answer.headers["Retry-After"] == "1"
    assert http.get("/runs").json() == []


def test_a_body_that_does_not_come_is_not_waited_for(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    monkeypatch.setattr(given, "BODY_SECONDS", 0.05)
    json = {"Content-Type": "application/json"}
    answer = http.post("/runs", headers=json, content=dripping())
    assert (answer.status_code, answer.json()["code"]) == (408, "slow-body")


def test_bodies_that_hold_too_much_together_are_refused_until_there_is_room(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "BODIES_BYTES", 100)
    large = {"question": "How many servers are there?" * 4}
    for _ in range(2):
        answer = http.post("/runs", large)
        assert (answer.status_code, answer.json()["code"]) == (503, "too-many-bodies")
        assert answer.headers["Retry-After"] == "1"
    assert http.get("/runs").json() == []
    for _ in range(2):  # what was taken is given back
        assert http.post("/runs", QUESTION).status_code == 202


def test_a_precondition_that_nothing_can_check_is_refused(http: Client) -> None:
    answer = http.post("/runs", QUESTION, {"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "wrong-etag")
    assert http.get("/runs").json() == []


@pytest.mark.parametrize(
    ("verb", "body"), [("verify", {}), ("stage", {"stage": "compose"}), ("ablate", {})]
)
def test_a_precondition_of_what_only_looks_at_a_run_is_refused(
    http: Client, verb: str, body: object
) -> None:
    run_id = http.post("/runs", QUESTION, {"Prefer": "wait=20"}).json()["run_id"]
    answer = http.post(f"/runs/{run_id}/{verb}", body, {"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "wrong-etag")
    assert "takes If-None-Match" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("verb", "more"), [("approve", {"every": True}), ("calls/answer/erase", {}), ("cancel", {})]
)
def test_a_precondition_counts_before_what_the_run_allows(
    http: Client, verb: str, more: dict[str, object]
) -> None:
    run_id = http.post("/runs", QUESTION, {"Prefer": "wait=20"}).json()["run_id"]
    refused = http.post(f"/runs/{run_id}/{verb}", {"reason": "x", **more}, {"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (412, "wrong-expected-version")
