"""The query of a run is told, words of a question are completed, and views are of a moment."""

from typing import Any

import pytest

from domain.operations.table import OPERATIONS
from tests.adapters.http.client import Client

WAIT = {"Prefer": "wait=20"}


def ask(http: Client, question: str = "How many servers are there?") -> str:
    return str(http.post("/runs", {"question": question}, headers=WAIT).json()["run_id"])


def completed(http: Client, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get(f"/queries/completions?text={text}&limit=100").json()
    return found


def test_the_query_of_a_run_is_told_in_words_and_as_it_is_carried_out(http: Client) -> None:
    found = http.get(f"/runs/{ask(http)}/queries").json()
    explained = http.post("/queries/explanation", {"question": found["question"]}).json()
    assert found["query"] == explained["query"] != {}
    assert found["reading"] == "servers; how many"


def test_a_run_has_no_query_before_it_is_planned_nor_without_a_plan(http: Client) -> None:
    run_id = ask(http)
    assert http.get(f"/runs/{run_id}/queries?at=1").json()["query"] is None
    assert http.get(f"/runs/{ask(http, 'hello')}/queries").json()["reading"] is None


def test_a_code_and_a_name_that_are_begun_are_completed(http: Client) -> None:
    found = completed(http, "How is SRV-0")
    assert {"text": "srv-01", "kind": "item", "replaces": 5} in found
    assert all(each["text"].lower().startswith(("srv-0", "is srv-0")) for each in found)


def test_a_word_of_questions_is_completed(http: Client) -> None:
    words = [each["text"] for each in completed(http, "how many serv") if each["kind"] == "word"]
    assert "server" in words


def test_two_words_are_completed_together(http: Client) -> None:
    found = completed(http, "state of shop ser")
    assert {each["replaces"] for each in found} >= {8, 3}


def test_no_more_is_completed_than_is_asked_for(http: Client) -> None:
    assert len(http.get("/queries/completions?text=s&limit=3").json()) == 3


def test_nothing_of_another_tenant_is_completed(http: Client, foreign: Client) -> None:
    assert [e for e in completed(http, "srv-0") if e["kind"] != "word"] != []
    assert [e for e in completed(foreign, "srv-0") if e["kind"] != "word"] == []


@pytest.mark.parametrize("view", ["steps", "diagnosis", "lineage", "queries"])
def test_every_view_of_a_run_is_of_a_moment_if_that_is_asked_for(view: str, http: Client) -> None:
    run_id = ask(http)
    then, now = (http.get(f"/runs/{run_id}/{view}{at}").json() for at in ("?at=2", ""))
    assert then != now
    assert http.get(f"/runs/{run_id}/{view}?at=900").status_code == 404


def test_a_family_has_those_only_that_were_there_by_then(http: Client) -> None:
    run_id = ask(http)
    http.post(f"/runs/{run_id}/rerun", {"reason": "again"}, headers=WAIT)
    last = http.get(f"/runs/{run_id}/events").json()[-1]
    now, then, early = (
        http.get(f"/runs/{run_id}/lineage{at}").json()["root"]
        for at in ("", f"?at={last['recorded_at']}", "?at=1")
    )
    assert [len(each["children"]) for each in (now, then, early)] == [1, 0, 0]
    assert (then["summary"]["state"], early["summary"]["state"]) == ("completed", "requested")
    assert http.get(f"/runs/{run_id}/lineage?at=-0s").json()["root"] == now


@pytest.mark.parametrize(
    ("name", "path"),
    [("run.query", "/runs/latest/queries"), ("query.complete", "/queries/completions?text=srv")],
)
def test_what_is_answered_reads_back(name: str, path: str, http: Client) -> None:
    ask(http)
    answer, view = http.get(path).json(), OPERATIONS[name].view
    assert view.to_json(view.from_json(answer)) == answer != []
