"""Payloads are never changed, and deleted by a sweep only."""

import sqlite3

import pytest
import sqlalchemy as sa

from domain.payloads import packed
from domain.ports import EventStore
from infrastructure.named_payloads.sweep import sweep
from tests.infrastructure.event_store.damage import run
from tests.infrastructure.payloads.keeping import age, stored

CHANGES = ["content = ''", "digest = ''", "size = 1", "tenant_id = 'other'"]
REFUSED = r"never changed|only swept|not authorized|prohibited"


@pytest.fixture(autouse=True)
def _one(store: EventStore) -> None:
    store.payloads.put("acme", [packed(b"[]")])


@pytest.mark.parametrize("change", CHANGES)
def test_a_payload_is_not_changed(change: str, engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=REFUSED), engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE payloads SET {change}")  # noqa: S608 - ours


@pytest.mark.parametrize("change", CHANGES)
def test_a_payload_is_not_changed_by_another_program(change: str, engine: sa.Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's triggers meet everybody")
    with pytest.raises(sqlite3.IntegrityError, match="payloads are never changed"):
        run(engine, f"UPDATE payloads SET {change}")  # noqa: S608 - ours


def test_a_payload_is_not_deleted(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=REFUSED), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM payloads")
    assert len(stored(engine)) == 1


def test_not_all_payloads_are_deleted_at_once(postgres_engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=REFUSED), postgres_engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE payloads")


def test_after_a_sweep_a_payload_is_not_deleted_either(
    store: EventStore, engine: sa.Engine
) -> None:
    age(engine)
    assert sweep(engine, is_dry_run=False).payload_count == 1
    store.payloads.put("acme", [packed(b"[]")])
    with pytest.raises(sa.exc.DBAPIError, match=REFUSED), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM payloads")
