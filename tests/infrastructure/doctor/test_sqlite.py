"""The doctor sees each layer that guards the record on SQLite hold, or be gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.ports import IdempotencyKey
from domain.views.database import Examination, LayerVerdict
from infrastructure.database import authorizer
from infrastructure.doctor.examination import examine
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied
from tests.contracts.event_samples import request
from tests.infrastructure.event_store.damage import problems, run, tamper
from tests.infrastructure.projections.logs import begin


@pytest.fixture
def empty(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as engine:
        yield engine


@pytest.fixture
def engine(empty: sa.Engine) -> sa.Engine:
    SqliteEventStore(empty).append(request(count=3, key=IdempotencyKey("key", b"digest")))
    return empty


def missing(examination: Examination) -> set[tuple[str, str]]:
    return {
        (each.what, each.layer.value)
        for each in examination.attempts
        if each.verdict is LayerVerdict.MISSING
    }


def wrong(examination: Examination) -> dict[str, str]:
    return {each.name: each.problem for each in examination.conditions if each.problem}


def trigger_on(engine: sa.Engine, table: str, text: str) -> str:
    query = "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=? AND sql LIKE ?"
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(query, (table, f"%{text}%")).scalar_one())


def test_every_layer_holds(engine: sa.Engine) -> None:
    examination = examine(engine)
    assert {each.verdict for each in examination.attempts} == {LayerVerdict.HELD}
    assert (wrong(examination), examination.is_sound) == ({}, True)


def test_every_layer_holds_before_the_first_event(empty: sa.Engine) -> None:
    examination = examine(empty)
    assert (missing(examination), wrong(examination)) == (set(), {})


def test_each_layer_that_holds_says_so_in_the_words_of_the_database(engine: sa.Engine) -> None:
    answers = {(each.what, each.layer.value): each.answer for each in examine(engine).attempts}
    assert answers["UPDATE of events", "authorizer"] == "not authorized"
    assert answers["UPDATE of events", "trigger"] == "events are never changed"


def test_a_projection_is_told_with_its_lag(engine: sa.Engine) -> None:
    begin(engine, "run_search")
    found = {each.name: each.found for each in examine(engine).conditions}
    assert found["projection run_search"] == "3 behind"


def test_an_examination_leaves_nothing_behind(engine: sa.Engine) -> None:
    before = SqliteEventStore(engine).read_log()
    examine(engine)
    assert SqliteEventStore(engine).read_log() == before
    assert problems(engine) == []


@pytest.mark.parametrize(
    ("table", "text", "attempt"),
    [
        ("events", "BEFORE UPDATE", "UPDATE of events"),
        ("events", "BEFORE DELETE", "DELETE of events"),
        ("events", "continues the log", "INSERT leaving a gap"),
        ("events", "continues its stream", "INSERT of a later version"),
        ("events", "an event id is used once", "REPLACE by event id"),
        ("log_batches", "BEFORE UPDATE", "UPDATE of log_batches"),
        ("log_batches", "BEFORE DELETE", "DELETE of log_batches"),
        ("log_batches", "BEFORE INSERT", "INSERT OR REPLACE INTO log_batches"),
        ("idempotency_keys", "BEFORE UPDATE", "UPDATE of idempotency_keys"),
        ("idempotency_keys", "BEFORE DELETE", "DELETE of idempotency_keys"),
        ("idempotency_keys", "BEFORE INSERT", "INSERT OR REPLACE INTO idempotency_keys"),
        ("streams", "BEFORE UPDATE", "turn streams back"),
        ("streams", "BEFORE DELETE", "DELETE of streams"),
        ("streams", "BEFORE INSERT", "INSERT OR REPLACE INTO streams"),
        ("logs", "BEFORE UPDATE", "turn logs back"),
        ("logs", "BEFORE DELETE", "DELETE of logs"),
        ("logs", "BEFORE INSERT", "INSERT OR REPLACE INTO logs"),
    ],
)
def test_a_trigger_that_was_dropped_is_a_missing_layer(
    table: str, text: str, attempt: str, engine: sa.Engine
) -> None:
    run(engine, f"DROP TRIGGER {trigger_on(engine, table, text)}")
    examination = examine(engine)
    assert (attempt, "trigger") in missing(examination)
    assert not examination.is_sound


def test_a_connection_without_the_authorizer_is_a_missing_layer(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorizer, "install", lambda _: None)
    engine.dispose()
    found = missing(examine(engine))
    assert ("DROP TABLE events", "authorizer") in found
    assert ("UPDATE of events", "authorizer") in found
    assert {layer for _, layer in found} == {"authorizer"}


def test_a_missing_event_is_told(engine: sa.Engine) -> None:
    tamper(engine, "DELETE FROM events WHERE position = 2")
    assert wrong(examine(engine))["positions"] == "positions 1 to 3, and the log is at 3"


def test_a_changed_event_is_told(engine: sa.Engine) -> None:
    tamper(engine, "UPDATE events SET data = '{}' WHERE position = 2")
    assert "position 2 (run-1 version 2)" in wrong(examine(engine))["newest hashes"]


def test_a_setting_that_loses_commits_is_told(engine: sa.Engine) -> None:
    sa.event.listen(engine, "connect", lambda opened, _: opened.execute("PRAGMA synchronous=OFF"))
    engine.dispose()
    assert wrong(examine(engine)) == {"synchronous": "it must be 2 or 3"}


def test_a_disk_that_is_nearly_full_is_told(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.doctor.examination._LEAST_FREE_BYTES", 2**80)
    assert "the next runs may not fit" in wrong(examine(engine))["free disk"]
