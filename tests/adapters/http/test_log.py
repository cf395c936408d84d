"""The log is read on from a position, and looked at over time."""

from typing import Any

import pytest

from domain.operations import log_feed
from tests.adapters.http.client import Client

QUESTION = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}
WORDS = {"content": {"words": {"box": "server"}}, "why": "so we say"}


def ask(http: Client) -> str:
    return str(http.post("/runs", QUESTION, headers=WAIT).json()["run_id"])


def read_on(http: Client, query: str, limit: int) -> list[dict[str, Any]]:
    """Read the log page by page until its end."""
    found, page = list[dict[str, Any]](), http.get(f"/log?limit={limit}&{query}").json()
    while page["next"] < page["end"]:
        found += page["events"]
        page = http.get(f"/log?limit={limit}&after={page['next']}&{query}").json()
    return [*found, *page["events"]]


def test_the_pages_of_the_log_together_are_the_log(http: Client) -> None:
    ask(http)
    whole = http.get("/log?limit=1000").json()["events"]
    in_pages = read_on(http, "", 4)[: len(whole)]
    assert [each["position"] for each in whole] == [*range(1, len(whole) + 1)]
    assert in_pages == whole


def test_the_log_of_a_run_are_its_events(http: Client) -> None:
    ask(http)
    run_id = ask(http)
    found = read_on(http, f"run={run_id}", 3)
    events = http.get(f"/runs/{run_id}/events").json()
    assert [each["event_id"] for each in found] == [each["event_id"] for each in events]


def test_the_log_has_only_the_types_that_are_asked_for(http: Client) -> None:
    ask(http)
    found = read_on(http, "type=run-&type=plan-produced", 2)
    assert [each["type"] for each in found] == ["run-requested", "plan-produced", "run-completed"]


def test_a_page_looks_at_a_part_of_the_log_and_says_how_far(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(http)
    monkeypatch.setattr(log_feed, "MOST_EVENTS", 5)
    monkeypatch.setattr(log_feed, "PART_EVENTS", 2)
    page = http.get("/log?type=run-completed").json()
    assert (page["events"], page["next"]) == ([], 5)
    assert [each["type"] for each in read_on(http, "type=run-completed", 9)] == ["run-completed"]


def test_the_log_has_nothing_of_another_tenant(http: Client, foreign: Client) -> None:
    run_id = ask(http)
    found = foreign.get("/log?type=run-").json()["events"]
    assert [each["tenant_id"] for each in found] == []
    assert foreign.get(f"/log?run={run_id}").status_code == 404


def test_the_log_of_a_tenant_ends_with_its_own_newest_event(http: Client, foreign: Client) -> None:
    ask(http)
    for path in ("/log", f"/log?run={ask(foreign)}"):
        mine = foreign.get(path).json()
        ask(http)
        assert mine["next"] == mine["end"] == mine["events"][-1]["position"]
    nobody = foreign.get(f"/log?after={http.get('/log').json()['end']}").json()
    assert (nobody["events"], nobody["end"]) == ([], nobody["next"])


def test_a_position_after_the_end_of_the_log_has_nothing_yet(http: Client) -> None:
    page = http.get("/log?after=900000").json()
    assert (page["events"], page["next"]) == ([], 900000)


def test_the_timeline_has_the_runs_of_its_span_in_lanes(http: Client) -> None:
    ids = [ask(http), ask(http)]
    timeline = http.get("/log/timeline?since=-1h").json()
    assert [each["run"]["run_id"] for each in timeline["runs"]] == ids
    assert [each["lane"] for each in timeline["runs"]] == [0, 0]  # one after the other
    assert timeline["lane_count"] == 1
    assert http.get("/log/timeline?since=-2h&until=-1h").json()["runs"] == []


def test_the_timeline_has_publications_imports_and_servers(http: Client) -> None:
    http.post("/assets/words:default/publish", WORDS)
    http.post("/estate/remove", {"ci_code": "srv-02", "reason": "scrapped"})
    found = http.get("/log/timeline").json()["landmarks"]
    assert {each["kind"]: each["what"] for each in found} == {
        "restart": "a server begins to answer",
        "publication": "version 1 is published: so we say",
        "removal": "srv-02 is retired from the estate: scrapped",
    }
    assert len(found) == 3


def test_the_timeline_has_nothing_of_another_tenant(http: Client, foreign: Client) -> None:
    ask(http)
    http.post("/assets/words:default/publish", WORDS)
    theirs = foreign.get("/log/timeline").json()
    assert (theirs["runs"], theirs["landmarks"]) == ([], [])


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("since=then", "/since"),
        ("since=-1h&until=-2h", "/until"),
        ("until=0001-01-01T00:00:00Z", "/until"),
    ],
)
def test_a_span_that_is_none_is_refused(query: str, at: str, http: Client) -> None:
    refused = http.get(f"/log/timeline?{query}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, at)


def test_the_log_and_its_landmarks_are_the_same_on_postgresql(http_on_postgres: Client) -> None:
    http = http_on_postgres
    run_id = ask(http)
    http.post("/assets/words:default/publish", WORDS)
    assert len(read_on(http, f"run={run_id}", 5)) == len(http.get(f"/runs/{run_id}/events").json())
    timeline = http.get("/log/timeline").json()
    assert {each["kind"] for each in timeline["landmarks"]} == {"restart", "publication"}
    assert [each["run"]["run_id"] for each in timeline["runs"]] == [run_id]
