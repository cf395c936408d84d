"""One key, one tenant and one read take no more than they may."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.services.reader import RunReader
from infrastructure.config import InvalidSetting
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held, served
from tests.adapters.http.test_going_on import Held as HeldPlanner

QUESTION = {"question": "How many servers are there?"}


@contextmanager
def planners_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    held = HeldPlanner()
    held.let(monkeypatch)
    yield
    held.go.set()


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSTRAIL_REQUESTS_PER_MINUTE", "3")
    monkeypatch.setenv("OPSTRAIL_RUNS_PER_TENANT", "2")
    monkeypatch.setenv("OPSTRAIL_READ_SECONDS", "0.3")


def test_a_key_that_asks_too_often_is_told_when_to_come_back(held: Held) -> None:
    one, other = held.holder("viewer"), held.holder("viewer")
    answers = [one.get("/runs") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "too-many-requests"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert other.get("/runs").status_code == 200


def test_a_stream_counts_as_a_request(held: Held) -> None:
    key = held.holder("auditor")
    assert [key.get("/runs").status_code for _ in range(3)] == [200] * 3
    assert key.get("/log/stream").status_code == 429


def test_who_needs_no_key_is_not_counted(http: Client) -> None:
    assert {http.get("/runs").status_code for _ in range(5)} == {200}


def test_a_tenant_that_has_enough_under_way_begins_no_more(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with planners_held(monkeypatch):
        answers = [http.post("/runs", QUESTION) for _ in range(3)]
        assert [each.status_code for each in answers] == [202, 202, 429]
        assert (answers[2].json()["code"], answers[2].headers["Retry-After"]) == (
            "too-much-work",
            "1",
        )
        assert len(http.get("/runs").json()) == 2


def test_a_tenant_has_its_places_back_when_its_runs_have_ended(http: Client) -> None:
    wait = {"Prefer": "wait=20"}
    assert {http.post("/runs", QUESTION, wait).status_code for _ in range(4)} == {200}


def test_other_tenants_have_places_of_their_own(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = held.holder("operator"), held.holder("operator", tenant="other")
    with planners_held(monkeypatch):
        statuses = [each.post("/runs", QUESTION).status_code for each in (one, one, one, other)]
    assert statuses == [202, 202, 429, 202]


def test_a_read_that_takes_too_long_is_not_waited_for(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunReader, "summaries", lambda *_, **__: time.sleep(0.6))
    refused = http.get("/runs")
    assert (refused.status_code, refused.json()["code"]) == (503, "too-slow")


def test_a_limit_that_is_none_is_refused_when_the_server_begins(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_REQUESTS_PER_MINUTE", "many")
    with pytest.raises(InvalidSetting, match="OPSTRAIL_REQUESTS_PER_MINUTE"), served(url):
        pass
