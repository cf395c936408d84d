"""The same over PostgreSQL."""

from tests.adapters.http.client import Client

QUESTION = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}


def test_a_run_is_asked_counted_and_paged(http_on_postgres: Client) -> None:
    http = http_on_postgres
    keyed = WAIT | {"Idempotency-Key": "k-1"}
    answers = [http.post("/runs", QUESTION, headers=each).json() for each in (keyed, WAIT, keyed)]
    first, second, again = (answer["run_id"] for answer in answers)
    assert (answers[0]["answer"], again) == ("2 servers.", first)
    page = http.get("/runs?limit=1")
    assert [run["run_id"] for run in page.json()] == [second]
    rest = http.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert [run["run_id"] for run in rest.json()] == [first]
    (group,) = http.post("/runs/aggregates", {"by": ["status"]}).json()
    assert group["count"] == 2


def test_a_run_is_changed_only_at_the_version_that_was_seen(http_on_postgres: Client) -> None:
    http = http_on_postgres
    run_id = http.post("/runs", QUESTION, headers=WAIT).json()["run_id"]
    seen = {"If-Match": http.get(f"/runs/{run_id}").headers["ETag"]}
    remarks = [http.post(f"/runs/{run_id}/annotations", {"text": "a"}, seen) for _ in range(2)]
    assert [each.status_code for each in remarks] == [200, 412]
