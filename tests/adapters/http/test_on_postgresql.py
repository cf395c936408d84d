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


def test_the_first_key_is_asked_for_and_opens_a_session(http_on_postgres: Client) -> None:
    http = http_on_postgres
    made = http.post("/keys", {"principal": "bo", "roles": ["admin"], "why": "others ask"}).json()
    assert http.get("/runs").status_code == 401
    cookie = http.post("/session", {"key": made["key"]}).headers["Set-Cookie"].partition(";")[0]
    browser = http.sending(Cookie=cookie)
    entries = browser.get("/audit?query=principal = bo").json()
    assert [each["operation"] for each in entries] == ["session.begin"]
    why = {"why": "it leaked"}
    own = {"Opstrail-Request": "1"}
    revoke = f"/keys/{made['line']['key_id']}/revoke"
    assert [browser.post(revoke, why, own).status_code for _ in range(2)] == [200, 401]
