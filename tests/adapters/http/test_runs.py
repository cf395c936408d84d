"""Runs are asked for and looked at over HTTP."""

from tests.adapters.http.client import Client

QUESTION = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}


def test_who_waits_gets_the_answer(http: Client) -> None:
    answer = http.post("/runs", json=QUESTION, headers=WAIT)
    assert (answer.status_code, answer.json()["answer"]) == (200, "2 servers.")


def test_who_does_not_wait_is_told_where_the_run_is(http: Client) -> None:
    accepted = http.post("/runs", json=QUESTION)
    assert accepted.status_code == 202
    shown = http.get(accepted.headers["Location"])
    assert shown.json()["run_id"] == accepted.json()["id"]
