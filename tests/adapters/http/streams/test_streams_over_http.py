"""The streams at their paths: where they go on, what they refuse."""

import json

import pytest

from tests.adapters.http.client import Client
from tests.adapters.http.streams.reading import MESSAGE

QUESTION = {"question": "How many servers are there?"}


@pytest.fixture
def run_id(http: Client) -> str:
    answer = http.post("/runs", json=QUESTION, headers={"Prefer": "wait=20"})
    return str(answer.json()["run_id"])


def test_a_run_is_streamed_as_its_events_are_listed(http: Client, run_id: str) -> None:
    listed = http.get(f"/runs/{run_id}/events").json()
    *events, end = MESSAGE.findall(http.get(f"/runs/{run_id}/stream").text)
    assert [json.loads(text) for _, _, text in events] == listed
    assert json.loads(end[2])["state"] == "completed"


def test_a_reader_goes_on_after_the_last_event_that_it_has(http: Client, run_id: str) -> None:
    version = len(http.get(f"/runs/{run_id}/events").json())
    rest = http.get(f"/runs/{run_id}/stream", headers={"Last-Event-ID": str(version - 2)})
    ids = [number for number, _, _ in MESSAGE.findall(rest.text) if number]
    assert ids == [str(version - 1), str(version)]


@pytest.mark.parametrize("where", ["x", "-1", "9" * 5000, "1.5"])
def test_what_is_no_place_is_refused(http: Client, run_id: str, where: str) -> None:
    refused = http.get(f"/runs/{run_id}/stream", headers={"Last-Event-ID": where})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-params")


def test_a_run_that_is_not_there_is_not_found(http: Client) -> None:
    refused = http.get("/runs/run-7/stream")
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")


def test_a_topic_that_is_none_is_refused(http: Client) -> None:
    assert http.get("/stream?topics=runs,weather").status_code == 422
