"""Who shows a key is answered as its principal, in its tenant; others are not."""

import time
from json import dumps

import pytest
from starlette.requests import Request

from adapters.http.identity import Door
from adapters.http.pace import Pace
from adapters.http.routes import ROUTES, RUN, Route
from domain import large_results
from domain.identity.rights import Scope
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held, users

QUESTION = {"question": "How many servers are there?"}
NOBODYS = f"ops_{'0' * 12}_{'a' * 43}"


def told(client: Client, path: str = "/runs") -> tuple[int, str | None]:
    answer = client.get(path)
    return answer.status_code, answer.json()["code"] if answer.is_error else None


def test_who_shows_no_key_is_asked_for_one(held: Held) -> None:
    refused = held.nobody.get("/runs")
    assert (refused.status_code, refused.json()["code"]) == (401, "key-missing")
    assert refused.json()["detail"].endswith("Authorization, after the word Bearer")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "shown",
    [
        *(
            f"Bearer {NOBODYS}",
            "Bearer x",
            "Basic YTpi",
            "",
            "Bearer",
            f"Bearer {NOBODYS} {NOBODYS}",
        ),
        *(
            "Bearer ops_",
            "Bearer ops__",
            "Bearer ops_a_",
            f"Bearer {NOBODYS.upper()}",
            "Bearer \x7f",
        ),
        *(f"Bearer {NOBODYS}é", "Bearer ops_%00_x", f"Bearer {'a' * 10_000}", f"Token {NOBODYS}"),
    ],
)
def test_what_is_no_key_is_refused(held: Held, shown: str) -> None:
    assert told(held.nobody.sending(Authorization=shown)) == (401, "key-refused")


def test_an_expired_key_is_refused_as_one_that_never_was(held: Held) -> None:
    holder = held.holder("viewer", expires="1s")
    assert holder.get("/runs").status_code == 200
    time.sleep(1.1)
    assert told(holder) == (401, "key-refused")


def test_a_secret_opens_with_its_own_id_only(held: Held) -> None:
    mine, theirs = (held.key("admin", tenant=name) for name in ("acme", "other"))
    mixed = "_".join([*theirs.split("_")[:2], mine.split("_", 2)[2]])
    assert told(held.nobody.sending(Authorization=f"Bearer {mixed}")) == (401, "key-refused")


def test_a_key_that_was_revoked_is_refused_as_one_that_never_was(held: Held) -> None:
    admin, gone = held.holder("admin"), held.holder("viewer")
    key_id = gone.sends["Authorization"].split("_")[1]
    admin.post(f"/keys/{key_id}/revoke", {"why": "it leaked"})
    answers = [each.get("/runs").json() for each in (gone, held.nobody.sending(Authorization="x"))]
    assert {(each["code"], each["detail"]) for each in answers} == {
        ("key-refused", answers[0]["detail"])
    }


def test_the_first_key_ends_the_time_without(http: Client) -> None:
    assert http.get("/runs").status_code == 200
    http.post("/keys", {"principal": "bo", "roles": ["admin"], "why": "others ask, too"})
    assert told(http) == (401, "key-missing")


def test_a_key_that_is_none_is_refused_where_none_is_needed(http: Client) -> None:
    assert told(http.sending(Authorization=f"Bearer {NOBODYS}")) == (401, "key-refused")


def test_a_reader_of_a_stream_may_not_read_on_when_the_key_is_revoked(held: Held) -> None:
    holder = held.holder("viewer")
    headers = [(b"authorization", holder.sends["Authorization"].encode())]
    request = Request({"type": "http", "method": "GET", "headers": headers})
    door = Door(held.opstrail, users(held.opstrail), Pace(100))
    assert door.why_not(request, Scope.RUNS_READ) is None
    assert "audit:read is needed" in (door.why_not(request, Scope.AUDIT_READ) or "")
    key_id = holder.sends["Authorization"].split("_")[1]
    held.holder("admin").post(f"/keys/{key_id}/revoke", {"why": "it leaked"})
    assert "of no use any more" in (door.why_not(request, Scope.RUNS_READ) or "")


def test_a_stream_is_in_the_operator_log(held: Held) -> None:
    operator = held.holder("operator")
    run_id = operator.post("/runs", QUESTION, {"Prefer": "wait=20"}).json()["run_id"]
    assert operator.get(f"/runs/{run_id}/stream").status_code == 200
    held.opstrail.identity.operator_log.flush()
    (entry,) = held.holder("auditor").get("/audit?query=operation = run.watch").json()
    assert (entry["target"], entry["outcome"]) == (run_id, "allowed")


def test_other_hosts_are_answered_where_keys_are_asked_for(held: Held) -> None:
    assert held.holder("viewer").get("/runs", {"Host": "opstrail.example"}).status_code == 200


def test_what_a_key_has_no_scope_for_is_denied(held: Held) -> None:
    viewer = held.holder("viewer")
    denied = viewer.post("/runs", QUESTION)
    assert (denied.status_code, denied.json()["code"]) == (403, "denied")
    assert "runs:write is needed" in denied.json()["detail"]
    assert viewer.get("/runs").json() == []


def test_who_may_not_ask_does_not_learn_what_is_there(held: Held) -> None:
    run_id = (
        held.holder("operator").post("/runs", QUESTION, {"Prefer": "wait=20"}).json()["run_id"]
    )
    nosy = held.nobody.sending(Authorization=f"Bearer {held.key(scopes=('audit:read',))}")
    for path in (f"/runs/{run_id}", "/runs/run-7", "/runs?limit=x", f"/runs/{run_id}/stream"):
        assert nosy.get(path, {"If-None-Match": '"12"'}).status_code == 403, path


def test_a_denial_is_in_the_operator_log_with_key_address_and_target(held: Held) -> None:
    held.holder("viewer").post("/runs/run-7/cancel", {"reason": "x"}, {"X-Request-Id": "r-1"})
    (entry,) = held.holder("auditor").get("/audit?query=outcome != allowed").json()
    assert (entry["operation"], entry["outcome"], entry["target"], entry["request_id"]) == (
        *("run.cancel", "scope-missing", "run-7", "r-1"),
    )
    assert (entry["face"], entry["principal"], entry["address"]) == ("http", "bo", "127.0.0.1")


def test_a_command_is_on_record_as_of_who_holds_the_key(held: Held) -> None:
    operator = held.holder("operator")
    run_id = operator.post("/runs", QUESTION, {"Prefer": "wait=20"}).json()["run_id"]
    (entry,) = held.holder("auditor").get("/audit?query=operation = run.ask").json()
    assert entry["key_id"] == operator.sends["Authorization"].split("_")[1]
    first = operator.get(f"/runs/{run_id}/events").json()[0]
    assert first["actor"] == {"kind": "person", "id": "bo"}


def test_a_key_opens_its_own_tenant_only(held: Held) -> None:
    mine, theirs = held.holder("admin"), held.holder("admin", tenant="other")
    run_id = mine.post("/runs", QUESTION, {"Prefer": "wait=20"}).json()["run_id"]
    key_id = mine.sends["Authorization"].split("_")[1]
    assert theirs.get("/runs").json() == []
    assert theirs.get(f"/runs/{run_id}").status_code == 404
    assert theirs.post(f"/keys/{key_id}/revoke", {"why": "x"}).status_code == 404
    assert [each["key_id"] for each in mine.get("/keys").json()] == [key_id]


def test_a_new_key_can_do_no_more_than_who_makes_it(held: Held) -> None:
    keeper = held.nobody.sending(Authorization=f"Bearer {held.key(scopes=('keys:admin',))}")
    body = {"principal": "eve", "roles": ["admin"], "why": "more"}
    assert keeper.post("/keys", body).status_code == 422


def test_the_operator_log_is_paged(held: Held) -> None:
    admin = held.holder("admin")
    for number in range(3):
        admin.post("/keys", {"principal": f"u{number}", "roles": ["viewer"], "why": "x"})
    page = admin.get("/audit?query=operation = key.create&limit=2")
    rest = admin.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    found = [each["position"] for each in (*page.json(), *rest.json())]
    assert (len(found), found) == (3, sorted({*found}, reverse=True))


def test_what_is_of_all_tenants_is_denied_to_who_has_a_key_of_one(held: Held) -> None:
    denied = held.holder("admin").post("/projections/run-list/rebuild")
    assert (denied.status_code, denied.json()["code"]) == (403, "denied")
    (entry,) = held.holder("auditor").get("/audit?query=outcome != allowed").json()
    assert entry["outcome"] == "all-tenants"


def test_the_single_user_rebuilds_what_is_of_all_tenants(http: Client) -> None:
    assert http.post("/projections/run-list/rebuild").status_code == 200


def test_who_may_not_read_payloads_sees_no_large_result(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_results, "INLINE_BYTES", 1)
    ask, operator, viewer = {"Prefer": "wait=20"}, held.holder("operator"), held.holder("viewer")
    run_id = operator.post("/runs", QUESTION, ask).json()["run_id"]
    (call,) = operator.get(f"/runs/{run_id}/calls").json()
    result = dumps(call["data"])
    names = {"run": run_id, "call": call["call_id"]}
    reads = {route.path.format(**names) for route in ROUTES.values() if _shows_run(route)}
    reads.add(f"/compare?a={run_id}&b={run_id}")
    showing = {path for path in reads if result in dumps(operator.get(path).json())}
    assert len(showing) >= 4
    assert {viewer.get(path).status_code for path in showing} == {403}
    entries = held.holder("auditor").get("/audit?query=operation = run.trace").json()
    assert [each["outcome"] for each in entries] == ["scope-missing", "allowed"]


def _shows_run(route: Route) -> bool:
    return route.method == "GET" and route.path.startswith(RUN)
