"""What cannot be answered is refused with a problem document, and nothing is done."""

import re
from typing import Any

import pytest

from adapters.http.routes import ROUTES
from domain.values.limits import JSON_BYTES
from tests.adapters.http.client import Client

MEDIA_TYPE = "application/problem+json"
JSON = {"Content-Type": "application/json"}
QUESTION = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad-json"),
        (b'{"question": NaN}', 400, "bad-json"),
        (b"[" * 100 + b"]" * 100, 400, "bad-json"),
        (b"[]", 422, "no-object"),
        (b"{}", 422, "invalid-params"),
        (b'{"question": 7}', 422, "invalid-params"),
        (b'{"question": "a\\u0000b"}', 400, "bad-json"),
        (b'{"question": "How many?", "key": "k", "more": 1}', 422, "invalid-params"),
    ],
)
def test_a_bad_body_is_refused(http: Client, body: bytes, status: int, code: str) -> None:
    refused = http.post("/runs", content=body, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.headers["Content-Type"] == MEDIA_TYPE
    assert http.get("/runs").json() == []


def test_a_problem_points_at_each_field_and_tells_what_is_allowed(http: Client) -> None:
    (wrong,) = http.get("/runs?limit=0").json()["errors"]
    assert (wrong["pointer"], wrong["value"], wrong["allowed"]) == ("/limit", "0", {"ge": 1})


@pytest.mark.parametrize(
    ("given", "told"),
    [(0, 0), (True, True), ("a", "a"), (None, None), (2**60, str(2**60))],
)
def test_a_problem_has_the_value_as_it_was_given(
    http: Client, given: object, told: object
) -> None:
    (wrong,) = http.post("/runs/aggregates", {"limit": given}).json()["errors"]
    assert (wrong["pointer"], wrong["value"]) == ("/limit", told)


@pytest.mark.parametrize("query", ["nothing=1", "limit=1&limit=2", "state=asleep", "query=("])
def test_a_query_that_is_not_understood_is_refused(http: Client, query: str) -> None:
    assert http.get(f"/runs?{query}").status_code == 422


def test_a_body_that_is_no_json_is_refused(http: Client) -> None:
    refused = http.post("/runs", content=b"question=1", headers={"Content-Type": "text/plain"})
    assert (refused.status_code, refused.json()["code"]) == (415, "wrong-type")


def test_a_body_that_is_too_large_is_refused(http: Client) -> None:
    large = b'{"question": "' + b"a" * JSON_BYTES + b'"}'
    refused = http.post("/runs", content=large, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/runs", "GET, HEAD, POST"), ("/estate", "GET, HEAD"), ("/session", "DELETE, GET, POST")],
)
def test_a_method_that_a_path_does_not_take_is_refused_with_those_that_it_takes(
    http: Client, path: str, methods: str
) -> None:
    refused = http.ask("PUT", path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, methods)


@pytest.mark.parametrize("path", ["/nothing", "/v1/", "/v1/runs/", "/runs/%2e%2e/estate"])
def test_a_path_that_is_not_there_is_refused(http: Client, path: str) -> None:
    refused = http.get(path)
    assert (refused.status_code, refused.headers["Content-Type"]) == (404, MEDIA_TYPE)


def test_a_method_that_a_path_has_not_is_refused(http: Client) -> None:
    refused = http.ask("DELETE", "/runs")
    assert (refused.status_code, refused.json()["code"]) == (405, "wrong-method")


def test_another_host_is_not_answered(http: Client) -> None:
    refused = http.get("/runs", headers={"Host": "evil.example"})
    assert (refused.status_code, refused.json()["code"]) == (421, "wrong-host")


def test_a_page_of_another_site_is_not_answered(http: Client) -> None:
    refused = http.get("/runs", headers={"Origin": "http://evil.example"})
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong-origin")


def test_the_id_of_a_request_comes_back(http: Client) -> None:
    refused = http.get("/runs/none", headers={"X-Request-Id": "mine-1"})
    assert refused.headers["X-Request-Id"] == refused.json()["request_id"] == "mine-1"


def test_an_id_that_cannot_stand_in_a_header_is_replaced(http: Client) -> None:
    assert http.get("/runs", headers={"X-Request-Id": "a b"}).headers["X-Request-Id"] != "a b"


@pytest.mark.parametrize("name", sorted({*ROUTES} - {"estate.demo"}))
def test_a_route_answers_nonsense_as_its_document_says(
    http: Client, described: dict[str, Any], name: str
) -> None:
    route, described_at = ROUTES[name], ROUTES[name].path.replace(":path}", "}")
    path = re.sub("{[^}]*}", "x", route.path)
    kind = {"Content-Type": "application/zip" if route.file else "application/json"}
    answer = http.ask(route.method, path, headers=kind, content=b"{}")
    known = described["paths"][f"/v1{described_at}"][route.method.lower()]["responses"]
    assert (answer.status_code < 500, str(answer.status_code) in known) == (True, True), (
        answer.text
    )


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_the_session_answers_nonsense_as_its_document_says(
    http: Client, described: dict[str, Any], method: str
) -> None:
    known = described["paths"]["/v1/session"][method.lower()]["responses"]
    for body in (b"{}", b"[", b'{"key": "\\ud800"}', b""):
        answer = http.ask(method, "/session", headers=JSON, content=body)
        assert str(answer.status_code) in known, answer.text


@pytest.mark.parametrize(
    "text", ["%00", "%ff", "%F0%9F%92%A9", "a" * 5000, "..%2F..", "%0d%0aX: y"]
)
@pytest.mark.parametrize("path", ["/runs/{}", "/goldens/{}", "/assets/{}", "/runs?before={}"])
def test_an_odd_name_is_refused(http: Client, path: str, text: str) -> None:
    refused = http.get(path.format(text))
    assert refused.status_code in {404, 422}
    assert refused.headers["Content-Type"] == MEDIA_TYPE


def test_a_moment_that_is_none_is_refused(http: Client) -> None:
    run_id = http.post("/runs", QUESTION, WAIT).json()["run_id"]
    odd = ("", "-1", "1.5", "1e9", "9" * 30, "yesterday-ish", "NaN", "%00", "1;drop", "latest")
    odd_times = ("2026-02-30", "2026-01-01T25:00:00Z", "0000-00-00", "2026-01-01T00:00:00+99:99")
    for at in (*odd, *odd_times, "1,2", "%20", "%D9%A1"):
        for view in ("state", "timeline", "events"):
            refused = http.get(f"/runs/{run_id}/{view}?at={at}")
            assert refused.status_code == 422, (view, at)
            assert refused.headers["Content-Type"] == MEDIA_TYPE


def test_a_version_that_is_none_changes_nothing(http: Client) -> None:
    run_id = http.post("/runs", QUESTION, WAIT).json()["run_id"]
    for etag in ("12", "", "'12'", '"x"', '"-1"', '"1", "2"', 'W/"1"', '"1', "é", '"9999999999"'):
        refused = http.post(f"/runs/{run_id}/flag", {"verdict": "right"}, {"If-Match": etag})
        assert (refused.status_code, refused.json()["code"]) == (412, "wrong-etag"), etag
    assert http.get("/runs").json()[0]["flag"] is None


@pytest.mark.parametrize(
    "wish",
    ["", ",", "wait", "wait=", "wait=x", "wait=1e3", "wait=-1;wait=2", "=", "a" * 5000, "é"],
)
def test_a_wish_that_is_none_is_none(http: Client, wish: str) -> None:
    assert http.post("/runs", QUESTION, {"Prefer": wish}).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": "W/x"},
        {"Prefer": "wait=99999999999"},
        {"Prefer": "wait=-1"},
        {"Idempotency-Key": '"'},
        {"Idempotency-Key": ""},
        {"Idempotency-Key": "k" * 300},
        {"traceparent": "00-zz"},
        {"If-None-Match": "*, ,"},
    ],
)
def test_an_odd_header_breaks_nothing(http: Client, headers: dict[str, str]) -> None:
    answer = http.post("/runs", QUESTION, headers)
    assert answer.status_code in {200, 202, 412, 422}
