"""What is of another tenant is answered as if it were not there."""

import time

from tests.adapters.http.client import Client

QUESTION = {"question": "How many servers are there?"}
KEY = {"Prefer": "wait=20", "Idempotency-Key": "k-1"}
UNKNOWN = "run-01a22d73-0000-7000-8000-000000000000"


def test_a_run_of_another_tenant_is_as_one_that_does_not_exist(
    http: Client, foreign: Client
) -> None:
    run_id = http.post("/runs", QUESTION, headers=KEY).json()["run_id"]
    for path in ("", "/timeline", "/events?version=1", "/calls/a", "/lineage", "/stream"):
        theirs = foreign.get(f"/runs/{run_id}{path}")
        nobodys = foreign.get(f"/runs/{UNKNOWN}{path}")
        told = theirs.json()["detail"].replace(run_id, UNKNOWN)
        assert (theirs.status_code, told) == (nobodys.status_code, nobodys.json()["detail"])
        assert theirs.status_code == 404


def test_to_miss_what_another_tenant_has_takes_no_longer(http: Client, foreign: Client) -> None:
    run_id = http.post("/runs", QUESTION, headers=KEY).json()["run_id"]
    http.post(f"/runs/{run_id}/pin", {"name": "secret"})
    run_paths = (f"{{}}{view}" for view in ("", "/timeline", "/events", "/lineage", "/diagnosis"))
    asked = [(f"/runs/{path}", run_id, UNKNOWN) for path in run_paths]
    asked.append(("/estate/items/{}/relations", "srv-01", "srv-99"))
    asked.append(("/goldens/{}/history", "secret", "nobody"))
    for path, *names in asked:
        theirs, nobodys = fastest(foreign, *(path.format(name) for name in names))
        assert 0.5 < theirs / nobodys < 2, path


def fastest(client: Client, *paths: str) -> list[float]:
    """Return the shortest time of each; asked in turn, so that what else goes on slows all."""
    found: dict[str, list[float]] = {path: [] for path in paths}
    for path in paths * 30:
        began = time.perf_counter()
        assert client.get(path).status_code == 404
        found[path].append(time.perf_counter() - began)
    return [min(times) for times in found.values()]


def test_a_key_of_another_tenant_is_not_known(http: Client, foreign: Client) -> None:
    first = http.post("/runs", QUESTION, headers=KEY).json()["run_id"]
    second = foreign.post("/runs", QUESTION, headers=KEY)
    assert (second.status_code, second.json()["run_id"] == first) == (200, False)


def test_a_version_of_another_tenants_run_is_not_compared(http: Client, foreign: Client) -> None:
    run_id = http.post("/runs", QUESTION, headers=KEY).json()["run_id"]
    wrong = {"If-Match": '"1"'}
    assert foreign.post(f"/runs/{run_id}/flag", {"verdict": "right"}, wrong).status_code == 404


def test_a_cursor_of_another_tenant_is_of_no_list(http: Client, foreign: Client) -> None:
    http.post("/runs", QUESTION, headers=KEY)
    link = http.get("/runs?limit=1").headers["Link"].removeprefix("</v1").partition(">")[0]
    assert foreign.get(link).json()["code"] == "wrong-cursor"
