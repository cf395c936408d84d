"""Runs that ask a file of SQLite, a PostgreSQL and a server, by the command line."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.acceptance.cli import opstrail
from tests.postgres_server import PostgresServer
from tests.web_server import WebServer, web_server

PASSWORD, TOKEN = "p4ss-of-the-reader", "t0ken-of-the-api"
SECRETS = {"OPSTRAIL_SECRET_READER": PASSWORD, "OPSTRAIL_SECRET_API": TOKEN}
SCHEMA = (
    "CREATE TABLE orders (id INTEGER, item TEXT, tenant TEXT)",
    "INSERT INTO orders VALUES (1, 'pump', 'acme'), (2, 'valve', 'acme'), (3, 'gun', 'evil')",
)
QUESTION = "SELECT id, item FROM orders WHERE id >= :least ORDER BY id"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """Give the URL of a database whose reader needs a password, which the URL only names."""
    postgres_server.execute("CREATE DATABASE shop")
    postgres_server.execute(f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'")
    with psycopg.connect(postgres_server.url("shop"), autocommit=True) as connection:
        for statement in (*SCHEMA, "GRANT SELECT ON orders TO guarded"):
            connection.execute(statement.encode())
    url = postgres_server.url("shop", user="guarded", password="NAME")  # noqa: S106 - no password
    yield url.replace(":NAME@", ":secret:READER@")
    postgres_server.execute("DROP DATABASE shop WITH (FORCE)")
    postgres_server.execute("DROP ROLE guarded")


@pytest.fixture
def file(tmp_path: Path, postgres: str, server: WebServer) -> Path:
    """The file of sources."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        for statement in SCHEMA:
            connection.execute(statement)
    path = tmp_path / "sources.toml"
    path.write_text(
        f"""
        [sources.local]
        kind = "sql"
        url = "sqlite:///{tmp_path}/shop.db"
        tables.orders.tenant_column = "tenant"
        [sources.shop]
        kind = "sql"
        url = "{postgres}"
        tables.orders.tenant_column = "tenant"
        [sources.api]
        kind = "http"
        url = "{server.url}"
        headers.Authorization = "Bearer secret:API"
        methods = ["GET", "POST"]
        allow_private = true
        """,
        encoding="utf-8",
    )
    return path


def plan(folder: Path) -> str:
    rows = {"sql": QUESTION, "params": {"least": 2}}
    calls: list[dict[str, Any]] = [
        {"tool": "sql", "operation": "query", "params": {"source": "local", **rows}},
        {"tool": "sql", "operation": "query", "params": {"source": "shop", **rows}},
        {"tool": "http", "operation": "get", "params": {"source": "api", "path": "/items"}},
    ]
    named = [{"call_id": name, **call} for name, call in zip("abc", calls, strict=True)]
    path = folder / "plan.json"
    path.write_text(json.dumps({"intent": "LIST", "calls": named}), encoding="utf-8")
    return str(path)


def test_a_run_asks_sources_outside_keeps_no_secret_and_is_verified_without_them(
    tmp_path: Path, file: Path, server: WebServer
) -> None:
    database = tmp_path / "opstrail.db"
    given = {"OPSTRAIL_SOURCES_FILE": str(file), **SECRETS}
    asked = opstrail(
        database, "--tenant", "acme", "run", "start", "--plan", plan(tmp_path), **given
    )
    assert (asked.returncode, "success" in asked.stdout) == (0, True), asked.stderr
    events = json.loads(_told(database, "run", "events", "latest", "-o", "json"))
    ended = [json.loads(each["data"]) for each in events if each["type"] == "tool-call-succeeded"]
    rows = {each["call_id"]: each["data"].get("rows") for each in ended}
    assert rows == {"a": [[2, "valve"]], "b": [[2, "valve"]], "c": None}
    assert server.asked[0][2]["Authorization"] == f"Bearer {TOKEN}"
    titles = [each["references"][0]["title"] for each in ended]
    assert sorted(titles) == [
        f"GET {server.url}/items",
        "sql.query of local: 1 rows",
        "sql.query of shop: 1 rows",
    ]
    kept = b"".join(each.read_bytes() for each in tmp_path.glob("opstrail.db*"))
    assert [secret for secret in (PASSWORD, TOKEN) if secret.encode() in kept] == []
    file.unlink()
    assert _told(database, "run", "verify", "latest").startswith("same: ")


def test_each_source_is_tried_and_shown_without_its_secret(tmp_path: Path, file: Path) -> None:
    given = {"OPSTRAIL_SOURCES_FILE": str(file), **SECRETS, "OPSTRAIL_SECRET_API": ""}
    ended = opstrail(tmp_path / "opstrail.db", "tool", "sources", "-o", "json", **given)
    found = {each["name"]: each for each in json.loads(ended.stdout)}
    assert [found[name]["problem"] for name in ("local", "shop")] == [None, None]
    assert "secret API" in found["api"]["problem"]
    assert "guarded:secret:READER@" in found["shop"]["url"]
    assert PASSWORD not in ended.stdout


def _told(database: Path, *arguments: str) -> str:
    """What a command says that knows of no source."""
    ended = opstrail(database, "--tenant", "acme", *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
