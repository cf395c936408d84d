"""A browser logs in with a key, and has a cookie in its place."""

import pytest

from adapters.http.identity import COOKIE
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held

OWN = {"Opstrail-Request": "1"}


@pytest.fixture
def browser(held: Held) -> Client:
    """A browser that is logged in as an admin."""
    return logged_in(held, held.key("admin"))


def logged_in(held: Held, key: str) -> Client:
    cookie = held.nobody.post("/session", {"key": key}).headers["Set-Cookie"].partition(";")[0]
    return held.nobody.sending(Cookie=cookie)


def test_a_cookie_is_for_this_host_and_no_script(held: Held) -> None:
    answer = held.nobody.post("/session", {"key": held.key("viewer")})
    name, *marks = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {*marks}
    assert not any(each.startswith("Domain") for each in marks)


@pytest.mark.parametrize(("expires", "most"), [(None, 43_200), ("1h", 3600)])
def test_a_cookie_lasts_no_longer_than_its_key(held: Held, expires: str | None, most: int) -> None:
    answer = held.nobody.post("/session", {"key": held.key("viewer", expires=expires)})
    lasts = int(answer.headers["Set-Cookie"].partition("Max-Age=")[2].partition(";")[0])
    assert most - 60 < lasts <= most


def test_a_cookie_lasts_no_longer_than_an_old_secret(held: Held) -> None:
    key = held.key("viewer")
    rotate = {"why": "x", "keep_old": "1h"}
    held.holder("admin").post(f"/keys/{key.split('_')[1]}/rotate", rotate)
    cookie = held.nobody.post("/session", {"key": key}).headers["Set-Cookie"]
    assert int(cookie.partition("Max-Age=")[2].partition(";")[0]) <= 3600


def test_a_session_does_as_its_key(browser: Client) -> None:
    assert browser.get("/keys").status_code == 200
    who = browser.get("/session").json()
    assert (who["principal"], "keys:admin" in who["rights"]) == ("bo", True)


def test_what_changes_something_needs_a_header_that_other_sites_cannot_send(
    browser: Client,
) -> None:
    body = {"principal": "eve", "roles": ["viewer"], "why": "x"}
    refused = browser.post("/keys", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "header-missing")
    assert browser.post("/keys", body, OWN).status_code == 200


def test_who_logs_out_is_nobody(browser: Client) -> None:
    assert browser.ask("DELETE", "/session").status_code == 403
    assert browser.ask("DELETE", "/session", headers=OWN).status_code == 204
    assert browser.get("/session").json()["code"] == "key-refused"


def test_a_session_ends_with_its_key(held: Held, browser: Client) -> None:
    key_id = browser.get("/session").json()["key_id"]
    held.holder("admin").post(f"/keys/{key_id}/revoke", {"why": "it leaked"})
    assert browser.get("/runs").status_code == 401


@pytest.mark.parametrize(("keep_old", "status"), [(None, 401), ("1h", 200)])
def test_a_session_ends_with_the_secret_that_it_was_begun_with(
    held: Held, browser: Client, keep_old: str | None, status: int
) -> None:
    key_id = browser.get("/session").json()["key_id"]
    body = {"why": "each quarter", "keep_old": keep_old}
    assert held.holder("admin").post(f"/keys/{key_id}/rotate", body).status_code == 200
    assert browser.get("/runs").status_code == status


@pytest.mark.parametrize("body", [{}, {"key": 7}, {"key": "ops_x"}, {"key": ""}])
def test_what_is_no_key_logs_nobody_in(held: Held, body: dict[str, object]) -> None:
    refused = held.nobody.post("/session", body)
    assert refused.status_code in {401, 422}
    assert "Set-Cookie" not in refused.headers


def test_what_is_not_known_beside_a_key_is_refused(held: Held) -> None:
    refused = held.nobody.post("/session", {"key": held.key("viewer"), "tenant": "other"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/tenant")


def test_logging_in_and_out_is_in_the_operator_log(held: Held, browser: Client) -> None:
    browser.ask("DELETE", "/session", headers=OWN)
    entries = held.holder("auditor").get("/audit?query=operation ~ 'session.'").json()
    assert [each["operation"] for each in entries] == ["session.end", "session.begin"]


@pytest.mark.parametrize(
    "cookie", ["", "x", "a" * 10_000, '"', "%00", "é", "x; __Host-opstrail=y", "=", "ops_a_b"]
)
def test_a_session_that_is_none_is_refused(held: Held, cookie: str) -> None:
    refused = held.nobody.sending(Cookie=f"{COOKIE}={cookie}").get("/runs")
    assert (refused.status_code, refused.json()["code"]) == (401, "key-refused")


def test_a_session_is_of_the_tenant_of_its_key(held: Held) -> None:
    theirs = logged_in(held, held.key("admin", tenant="other"))
    mine = held.holder("admin")
    run_id = mine.post("/runs", {"question": "How many servers are there?"}).json()["id"]
    assert theirs.get("/session").json()["tenant"] == "other"
    assert theirs.get(f"/runs/{run_id}").status_code == 404


def test_a_key_counts_more_than_a_cookie(held: Held, browser: Client) -> None:
    both = held.nobody.sending(**browser.sends, Authorization="Bearer x")
    assert both.get("/runs").status_code == 401
