"""Whoever watches a server asks whether it lives and can work, and what it measures."""

import sqlite3

import pytest
import sqlalchemy as sa

from adapters.bootstrap import open_service
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held
from tests.estate_fixture import TENANT

QUESTION = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}


def problems(http: Client) -> dict[str, str]:
    checks = http.get("/readyz").json()["checks"]
    return {each["name"]: each["problem"] for each in checks if each["problem"]}


def series(http: Client) -> dict[str, float]:
    """The figures by their names with labels."""
    lines = http.get("/metrics").text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_it_lives_and_is_ready_without_a_key(held: Held) -> None:
    answers = [held.nobody.get(path) for path in ("/healthz", "/readyz", "/runs")]
    assert [each.status_code for each in answers] == [200, 200, 401]


def test_a_database_on_postgresql_is_looked_at_too(http_on_postgres: Client) -> None:
    ready = http_on_postgres.get("/readyz")
    assert (ready.status_code, ready.json()["checks"][0]["name"]) == (200, "database")
    assert series(http_on_postgres)['opstrail_projection_lag{projection="run_search"}'] == 0


def test_a_schema_of_a_newer_version_is_a_reason(http: Client, url: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ready = http.get("/readyz")
    assert (ready.status_code, problems(http)["schema"][:25]) == (503, "this opstrail works with ")


def test_a_projection_that_cannot_go_on_is_a_reason(http: Client, url: str) -> None:
    http.post("/runs", QUESTION, headers=WAIT)
    http.get("/runs/search?text=servers")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE projections SET log_hash = x'00' WHERE name = 'run_search'")
    assert problems(http) == {"projection run_search": "it cannot go on"}


def test_a_database_that_is_gone_is_a_reason_that_names_no_place(
    held: Held, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: sa.Engine) -> None:
        raise sa.exc.OperationalError(url, {}, Exception(url))

    monkeypatch.setattr(sa.Engine, "connect", gone)
    answer = held.nobody.get("/readyz")
    assert (answer.status_code, url in answer.text) == (503, False)
    assert "opstrail_streams_open" in held.nobody.get("/metrics").text


def test_what_lags_is_read_on_by_looking(http: Client) -> None:
    http.post("/runs", QUESTION, headers=WAIT)
    assert series(http)['opstrail_projection_lag{projection="run_search"}'] > 0
    assert (http.get("/readyz").status_code, problems(http)) == (200, {})
    assert series(http)['opstrail_projection_lag{projection="run_search"}'] == 0


def test_requests_runs_and_calls_are_counted_by_what_came_of_them(http: Client) -> None:
    http.post("/runs", QUESTION, headers=WAIT)
    http.get("/runs/nothing")
    found = series(http)
    assert found['opstrail_request_seconds_count{operation="run.ask",status="200"}'] == 1
    assert found['opstrail_request_seconds_count{operation="run.show",status="404"}'] == 1
    assert found['opstrail_run_seconds_count{state="completed"}'] == 1
    assert found['opstrail_tool_calls_total{outcome="succeeded",tool="query"}'] == 1


def test_a_run_that_nobody_carries_out_is_counted_as_that(http: Client, url: str) -> None:
    http.post("/runs", QUESTION, headers=WAIT)
    assert not [name for name in series(http) if "under_way" in name]
    with open_service(url) as other:
        tenant = ("t", "run-x")
        with other.engine.begin() as connection:
            row = "INSERT INTO run_leases VALUES (?, ?, 'w', 1, '2001-01-01 00:00:00.000')"
            connection.exec_driver_sql(row, tenant)
    assert series(http)['opstrail_runs_under_way{lease="run_out",state="none"}'] == 1


def test_no_figure_tells_of_a_tenant_or_a_question(http: Client) -> None:
    http.post("/runs", QUESTION, headers=WAIT)
    text = http.get("/metrics").text
    assert (TENANT in text, "servers" in text, "run-" in text) == (False, False, False)


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For"])
def test_who_asks_through_a_proxy_gets_no_figures(http: Client, header: str) -> None:
    assert http.get("/metrics", headers={header: "192.0.2.1"}).status_code == 403


def test_who_knows_the_secret_gets_the_figures_from_anywhere(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRET_METRICS", "s3cret")
    asked = {"X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer s3cret"}
    assert held.nobody.get("/metrics", headers=asked).status_code == 200
    assert held.nobody.get("/metrics", headers=asked | {"Authorization": "x"}).status_code == 403


def test_a_key_of_a_tenant_opens_no_figures(held: Held) -> None:
    key = held.key("admin")
    asked = {"Via": "1.1 proxy", "Authorization": f"Bearer {key}"}
    assert held.nobody.get("/metrics", headers=asked).status_code == 403
