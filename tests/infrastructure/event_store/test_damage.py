"""The verification finds whatever was changed behind the store's back."""

import pytest
import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.ports import IdempotencyKey
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.tables import EVENTS
from tests.contracts.event_samples import STREAM, TENANT, request
from tests.infrastructure.event_store.damage import problems, tamper

CHANGED = {
    "position": "99",
    "version": "99",
    "schema_version": "2",
    "content_hash": "zeroblob(32)",
    "data": "replace(data, '1', '2')",
}


@pytest.fixture
def filled(store: SqliteEventStore) -> SqliteEventStore:
    head = store.append(request(count=3, key=IdempotencyKey("key", b"digest"))).head
    store.append(request("run-2", count=2))
    store.append(request(after=head))
    return store


@pytest.mark.usefixtures("filled")
def test_what_nobody_touched_is_sound(engine: sa.Engine) -> None:
    assert problems(engine) == []


def test_an_empty_log_is_sound(engine: sa.Engine) -> None:
    assert problems(engine) == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("column", [column.name for column in EVENTS.columns])
def test_a_change_in_any_column_of_an_event_is_found(column: str, engine: sa.Engine) -> None:
    value = CHANGED.get(column, "'other'")
    tamper(engine, f"UPDATE events SET {column} = {value} WHERE position = 1")  # noqa: S608
    assert problems(engine) != []


@pytest.mark.usefixtures("filled")
def test_one_changed_event_is_one_problem_that_names_it(engine: sa.Engine) -> None:
    tamper(engine, "UPDATE events SET data = '{}' WHERE position = 5")
    assert problems(engine) == ["position 5 (run-2 version 2): the content does not fit its hash"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM events WHERE position = 2", "position 2 is missing"),
        ("DELETE FROM events WHERE position = 6", "run-1: its events do not add up to its head"),
        ("DELETE FROM events WHERE position > 5", "batches do not end at an event"),
        ("DELETE FROM events", "the head of the log is not that of its last event"),
        ("DELETE FROM log_batches WHERE last_position = 6", "belong to no batch"),
        ("DELETE FROM log_batches WHERE last_position = 5", "do not add up to its log hash"),
        ("UPDATE log_batches SET first_position = 5 WHERE last_position = 6", "does not follow"),
        ("UPDATE log_batches SET log_hash = zeroblob(32)", "do not add up to its log hash"),
        ("UPDATE streams SET version = 9", "do not add up to its head, version 9"),
        ("UPDATE streams SET head_hash = zeroblob(32)", "do not add up to its head"),
        ("DELETE FROM streams", "the stream is not"),
        ("INSERT INTO streams VALUES ('acme', 'run-3', 1, x'00')", "run-3: its events"),
        ("UPDATE logs SET position = 7", "the head of the log"),
        ("UPDATE logs SET log_hash = zeroblob(32)", "the head of the log"),
        ("DELETE FROM logs", "the head of the log"),
    ],
)
def test_damage_beside_an_event_is_found(statement: str, problem: str, engine: sa.Engine) -> None:
    tamper(engine, statement)
    assert problem in "\n".join(problems(engine))


@pytest.mark.parametrize("position", [1, 2, 6])
def test_a_stream_with_a_missing_event_is_not_read(
    position: int, filled: SqliteEventStore, engine: sa.Engine
) -> None:
    tamper(engine, f"DELETE FROM events WHERE position = {position}")  # noqa: S608
    with pytest.raises(CorruptLog, match=r"run-1 version \d is corrupt: the event is missing"):
        filled.read(TENANT, STREAM)


@pytest.mark.parametrize("position", [1, 3, 6])
def test_a_log_with_a_missing_event_is_not_read(
    position: int, filled: SqliteEventStore, engine: sa.Engine
) -> None:
    tamper(engine, f"DELETE FROM events WHERE position = {position}")  # noqa: S608
    with pytest.raises(CorruptLog, match=f"position {position} is corrupt: the event is missing"):
        filled.read_log()


def test_events_beyond_the_head_of_the_stream_are_not_read(
    filled: SqliteEventStore, engine: sa.Engine
) -> None:
    tamper(engine, "UPDATE streams SET version = 3 WHERE stream_id = 'run-1'")
    with pytest.raises(CorruptLog, match="run-1 version 4 is corrupt: the event is beyond"):
        filled.read(TENANT, STREAM)


def test_nothing_is_appended_to_a_log_that_contradicts_itself(
    filled: SqliteEventStore, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE logs SET position = 9")
    with pytest.raises(CorruptLog, match="or contradicts what is stored"):
        filled.append(request("run-new"))
