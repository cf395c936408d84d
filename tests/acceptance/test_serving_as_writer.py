"""A server whose role in PostgreSQL is the writer's answers two tenants, each with its own."""

import json
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa

from tests.acceptance.cli import opstrail
from tests.acceptance.serving import serving
from tests.infrastructure.roles import Roles, roles_on
from tests.postgres_server import PostgresServer

WHY = ("--why", "a test")
HIDDEN = "SELECT set_config('opstrail.all_tenants', '', false)"


@pytest.fixture
def roles(postgres_server: PostgresServer, postgres_engine: sa.Engine) -> Iterator[Roles]:
    with roles_on(postgres_server, postgres_engine) as found:
        yield found


def key_of(url: str, tenant: str) -> dict[str, str]:
    made = opstrail(
        *(url, "--tenant", tenant, "key", "create", "bo", "--role", "admin"), *WHY, "-o", "json"
    )
    return {"Authorization": f"Bearer {json.loads(made.stdout)['key']}", "Prefer": "wait=20"}


def test_the_writer_serves_and_each_tenant_sees_its_own_runs(roles: Roles) -> None:
    url = roles.url("writer")
    keys = {tenant: key_of(url, tenant) for tenant in ("acme", "umbrella")}
    with serving(url) as server:
        asked = {"question": "hello"}
        for key in keys.values():
            answer = httpx.post(f"{server.url}/runs", json=asked, headers=key, timeout=30)
            assert (answer.status_code, answer.json()["status"]) == (200, "success")
        found = [httpx.get(f"{server.url}/runs", headers=key).json() for key in keys.values()]
        searched = httpx.get(f"{server.url}/runs/search?text=hello", headers=keys["acme"])
    assert [len(runs) for runs in found] == [1, 1]
    assert searched.status_code == 200
    with roles.member("writer") as engine, engine.connect() as connection:
        connection.exec_driver_sql(HIDDEN)
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == 0
