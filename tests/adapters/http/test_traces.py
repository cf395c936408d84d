"""The W3C trace context of a request is in the events of what it asked."""

import sqlite3

import pytest

from tests.adapters.http.client import Client

QUESTION = {"question": "How many servers are there?"}
TRACE = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def traces(http: Client, given: str) -> set[str | None]:
    """Those of the events of a run that is asked for with a trace context."""
    headers = {"Prefer": "wait=20", "traceparent": given}
    run_id = http.post("/runs", QUESTION, headers=headers).json()["run_id"]
    return {each["traceparent"] for each in http.get(f"/runs/{run_id}/events").json()}


@pytest.mark.parametrize("given", [f"00-{TRACE}", f"cc-{TRACE}-what-comes-later"])
def test_every_event_of_the_run_has_it(http: Client, given: str) -> None:
    assert traces(http, given) == {f"00-{TRACE}"}


def test_what_is_on_record_of_who_asked_has_it_too(http: Client, url: str) -> None:
    traces(http, f"00-{TRACE}")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        entries = "SELECT data, traceparent FROM events WHERE type = 'operator-acted'"
        ((_, trace),) = [row for row in connection.execute(entries) if '"run.ask"' in row[0]]
    assert trace == f"00-{TRACE}"


@pytest.mark.parametrize(
    "given", [f"ff-{TRACE}", f"00-{'0' * 32}-b7ad6b7169203331-01", TRACE.upper(), "x" * 5000]
)
def test_what_is_none_is_left_out(http: Client, given: str) -> None:
    assert traces(http, given) == {None}
