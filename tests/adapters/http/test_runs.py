"""Runs are asked for, looked at and changed over HTTP."""

from tests.adapters.http.client import Client

QUESTION = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}
ZIP = {"Content-Type": "application/zip"}
WHY = {"reason": "to see"}


def asked(http: Client, **headers: str) -> str:
    """The id of a run that is answered."""
    answer = http.post("/runs", QUESTION, headers=WAIT | headers)
    run_id: str = answer.json()["run_id"]
    return run_id


def test_who_waits_gets_the_answer(http: Client) -> None:
    answer = http.post("/runs", QUESTION, headers=WAIT)
    assert (answer.status_code, answer.json()["answer"]) == (200, "2 servers.")


def test_who_does_not_wait_is_told_where_the_run_is(http: Client) -> None:
    accepted = http.post("/runs", QUESTION)
    assert accepted.status_code == 202
    shown = http.get(accepted.headers["Location"])
    assert shown.json()["run_id"] == accepted.json()["id"]


def test_a_run_is_looked_at_as_it_was(http: Client) -> None:
    run_id = asked(http)
    assert http.get(f"/runs/{run_id}/state?at=1").json()["state"] == "requested"
    assert http.get(f"/runs/{run_id}/state").json()["state"] == "completed"


def test_the_calls_of_a_run_are_listed_as_they_were(http: Client) -> None:
    run_id = asked(http)
    calls = http.get(f"/runs/{run_id}/calls").json()
    assert [each["status"] for each in calls] == ["succeeded"]
    assert calls == http.get(f"/runs/{run_id}/calls/{calls[0]['call_id']}").json()
    assert http.get(f"/runs/{run_id}/calls?at=1").json() == []


def test_some_of_the_events_are_taken_out_by_repeated_params(http: Client) -> None:
    found = http.get(f"/runs/{asked(http)}/events?type=run-&type=plan-").json()
    types = [each["type"] for each in found]
    assert types == ["run-requested", "plan-produced", "plan-validated", "run-completed"]


def test_who_has_the_newest_version_gets_nothing(http: Client) -> None:
    path = f"/runs/{asked(http)}/timeline"
    version = http.get(path).headers["ETag"]
    again = http.get(path, headers={"If-None-Match": version})
    assert (again.status_code, again.content) == (304, b"")


def test_a_repeated_key_finds_the_run_that_there_is(http: Client) -> None:
    first = asked(http, **{"Idempotency-Key": '"k-1"'})
    assert asked(http, **{"Idempotency-Key": '"k-1"'}) == first
    assert len(http.get("/runs").json()) == 1


def test_a_key_that_comes_with_another_question_is_refused(http: Client) -> None:
    asked(http, **{"Idempotency-Key": "k-1"})
    other = {"question": "How many routers are there?"}
    refused = http.post("/runs", other, headers={"Idempotency-Key": "k-1"})
    assert (refused.status_code, refused.json()["code"]) == (422, "key-reused")


def test_a_run_is_changed_only_at_the_version_that_was_seen(http: Client) -> None:
    run_id = asked(http)
    seen = http.get(f"/runs/{run_id}").headers["ETag"]
    remark = {"text": "seen"}
    first = http.post(f"/runs/{run_id}/annotations", remark, headers={"If-Match": seen})
    assert first.status_code == 200
    second = http.post(f"/runs/{run_id}/annotations", remark, headers={"If-Match": seen})
    assert (second.status_code, second.json()["code"]) == (412, "wrong-expected-version")
    assert second.json()["version"] == first.json()["version"]


def test_a_fork_of_a_version_that_is_gone_is_refused(http: Client) -> None:
    refused = http.post(f"/runs/{asked(http)}/fork", WHY, headers={"If-Match": '"3"'})
    assert refused.status_code == 412
    assert len(http.get("/runs").json()) == 1


def test_a_version_that_is_gone_counts_before_what_the_state_allows(http: Client) -> None:
    refused = http.post(f"/runs/{asked(http)}/resume", WHY, headers={"If-Match": '"3"'})
    assert refused.status_code == 412


def test_what_a_state_does_not_allow_names_what_is_possible(http: Client) -> None:
    refused = http.post(f"/runs/{asked(http)}/cancel", WHY)
    assert (refused.status_code, refused.json()["state"]) == (409, "completed")
    assert refused.json()["allowed"] == []


def test_a_fork_goes_on_from_its_parent(http: Client) -> None:
    run_id = asked(http)
    fork = http.post(f"/runs/{run_id}/fork", WHY, headers=WAIT).json()["run_id"]
    assert http.get(f"/runs/{fork}").json()["parent_run_id"] == run_id


def test_runs_are_counted(http: Client) -> None:
    asked(http)
    (group,) = http.post("/runs/aggregates", {"by": ["status"]}).json()
    assert (group["by"], group["count"]) == ({"status": "success"}, 1)


def test_a_bundle_goes_up_again_as_it_came_down(http: Client) -> None:
    run_id = asked(http)
    bundle = http.post("/bundles", {"runs": [run_id]})
    assert bundle.headers["Content-Type"] == "application/zip"
    (imported,) = http.post("/bundles/import", content=bundle.content, headers=ZIP).json()
    assert (imported["run_id"], imported["new_count"]) == (run_id, 0)


def test_what_is_read_can_be_asked_for_its_headers_alone(http: Client) -> None:
    path = f"/runs/{asked(http)}"
    assert http.ask("HEAD", path).headers["ETag"] == http.get(path).headers["ETag"]
    for each in ("/runs?limit=1", "/openapi.json", "/readyz"):
        assert http.ask("HEAD", each).status_code == 200
    assert http.ask("HEAD", "/queries").status_code == 405


def test_a_plan_alone_is_run(http: Client) -> None:
    plan = http.post("/queries", QUESTION).json()
    answer = http.post("/runs", {"plan": plan}, headers=WAIT).json()
    assert answer["answer"].endswith("2 servers.")
    shown = http.get(f"/runs/{answer['run_id']}").json()
    assert shown["question"] == "The plan that was given"


def test_a_query_alone_is_planned_and_run(http: Client) -> None:
    query = http.post("/queries", QUESTION).json()["plan"]["query"]
    planned = http.post("/queries", {"query": query})
    assert planned.json()["plan"]["query"] == query
    assert http.post("/runs", {"query": query}, headers=WAIT).json()["answer"] == "2 servers."


def test_nothing_at_all_is_no_question(http: Client) -> None:
    (wrong,) = http.post("/runs", {}).json()["errors"]
    assert (wrong["pointer"], wrong["detail"]) == ("/question", "it may not be empty")
