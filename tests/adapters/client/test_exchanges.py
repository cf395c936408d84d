"""A request is sent until it is answered, and never twice where that could do something twice."""

import httpx
import pytest

from adapters.client import AsyncClient, Client, ProblemError
from adapters.client.calls import TRIES, Exchange, How, routes
from adapters.http.routes import ROUTES

RUN = "run-1"
BROKEN = httpx.ConnectError("refused")


def answered(status: int, json: object = None, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=json, headers=named)


def problem(status: int, code: str, **more: object) -> httpx.Response:
    return answered(status, {"code": code, "detail": "why", **more})


def asked(name: str, how: How | None = None, /, **given: object) -> Exchange:
    return Exchange(name, given, how or How())


def test_every_route_of_the_service_is_known() -> None:
    assert set(ROUTES) <= set(routes())


def test_params_are_in_the_path_the_query_and_the_body() -> None:
    shown = asked("run.show", run="a/b", at="3").asked
    assert (shown.path, shown.query) == ("/runs/a%2Fb", (("at", "3"),))
    cancelled = asked("run.cancel", run="..", reason="enough").asked
    assert (cancelled.path, cancelled.content) == ("/runs/%2E%2E/cancel", b'{"reason": "enough"}')
    assert asked("golden.show", name="web/front").asked.path == "/goldens/web/front"


def test_what_is_no_operation_or_lacks_what_is_in_the_path_is_a_wrong_call() -> None:
    for name in ("run.nothing", "run.show"):
        with pytest.raises(TypeError, match="run"):
            asked(name)


def test_a_question_has_one_key_however_often_it_is_sent() -> None:
    exchange = asked("run.ask", question="why?")
    key = exchange.asked.headers["Idempotency-Key"]
    assert exchange.pause(BROKEN) > 0
    assert exchange.asked.headers["Idempotency-Key"] == key
    assert key != asked("run.ask", question="why?").asked.headers["Idempotency-Key"]
    assert asked("run.ask", key="k1").asked.headers["Idempotency-Key"] == '"k1"'


def test_what_has_no_key_and_does_something_is_sent_once() -> None:
    with pytest.raises(httpx.ConnectError):
        asked("run.cancel", run=RUN, reason="enough").pause(BROKEN)
    with pytest.raises(ProblemError):
        asked("run.cancel", run=RUN, reason="enough").pause(problem(503, "stopping"))


def test_a_read_is_sent_again_until_it_has_been_tried_enough() -> None:
    exchange = asked("run.list")
    pauses = [exchange.pause(BROKEN) for _ in range(TRIES - 1)]
    assert all(0 < pause <= 30 for pause in pauses)
    with pytest.raises(httpx.ConnectError):
        exchange.pause(BROKEN)


def test_it_waits_as_long_as_it_is_told() -> None:
    assert asked("run.list").pause(answered(429, {}, Retry_After="7")) == 7


def test_a_run_that_an_unanswered_try_has_begun_is_where_it_goes_on() -> None:
    exchange = asked("run.ask", question="why?")
    exchange.pause(BROKEN)
    exchange.pause(problem(409, "still-running", url=f"/v1/runs/{RUN}"))
    assert exchange.answer is not None
    assert (exchange.answer.is_accepted, exchange.answer.value) == (
        True,
        {"id": RUN, "url": f"/v1/runs/{RUN}"},
    )


def test_a_refusal_says_what_is_wrong() -> None:
    exchange = asked("run.cancel", How(if_version=3), run=RUN, reason="enough")
    assert exchange.asked.headers["If-Match"] == '"3"'
    told = problem(412, "wrong-expected-version", version=4, request_id="r1")
    with pytest.raises(ProblemError) as refused:
        exchange.pause(told)
    found = refused.value
    assert (found.status, found.code, found.version) == (412, "wrong-expected-version", 4)
    assert (found.request_id, str(found)) == ("r1", "why")


def test_what_is_answered_well_but_not_by_the_service_is_a_problem() -> None:
    with pytest.raises(ProblemError, match="answers text/html, not application/json") as refused:
        asked("run.list").pause(
            httpx.Response(200, html="<html>", request=httpx.Request("GET", "http://x/v1/runs"))
        )
    assert refused.value.code == "no-service"


def test_what_is_between_may_answer_without_a_problem() -> None:
    with pytest.raises(ProblemError, match="404"):
        asked("run.list").pause(httpx.Response(404, text="<html>"))


@pytest.mark.parametrize("client", [Client, AsyncClient])
@pytest.mark.parametrize("key", ["", "ops_1 2", "ops_1\n", "schlüssel"])
def test_what_is_no_key_is_refused_before_it_is_sent_and_not_shown(
    client: type[Client | AsyncClient], key: str
) -> None:
    with pytest.raises(ValueError, match="a letter that no key has") as refused:
        client("http://localhost", key)
    assert not key or key not in str(refused.value)
