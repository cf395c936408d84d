"""The verification of the log goes on where it came to, and believes what it is told to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec import structs

from domain.audit.chain import seal
from domain.views.log import LOG_START, LogMark, LogProgress, LogReport
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.tables import EVENTS
from infrastructure.log import verification
from infrastructure.log.chain_rows import Name, head_before
from infrastructure.log.verification import PROBLEM_LIMIT, verify_log
from tests.contracts.databases import copied
from tests.contracts.event_samples import request
from tests.infrastructure.event_store.damage import run, tamper


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    """Batches end at 3, 5 and 6; the last event continues the first run."""
    with copied(empty_database, tmp_path) as current:
        store = SqliteEventStore(current)
        head = store.append(request(count=3)).head
        store.append(request("run-2", count=2))
        store.append(request(after=head))
        yield current


def verified(engine: sa.Engine, since: LogMark | int = 0) -> LogReport:
    return verify_log(engine, since, on_progress=lambda _: None)


def test_a_sound_log_is_verified_to_its_end(engine: sa.Engine) -> None:
    report = verified(engine)
    assert report.is_sound
    assert report.after == LOG_START
    assert report.verified_to.position == 6


def test_progress_tells_how_far_it_is(engine: sa.Engine) -> None:
    told: list[LogProgress] = []
    report = verify_log(engine, 0, on_progress=told.append)
    assert told[-1] == LogProgress(report.verified_to, 6)


@pytest.mark.parametrize(("position", "after"), [(0, 0), (2, 0), (3, 3), (4, 3), (6, 6), (99, 6)])
def test_a_position_means_the_batch_that_ended_before(
    position: int, after: int, engine: sa.Engine
) -> None:
    report = verified(engine, position)
    assert (report.after.position, report.is_sound) == (after, True)


def test_what_lies_before_the_mark_is_believed(engine: sa.Engine) -> None:
    tamper(engine, "UPDATE events SET data = '{}' WHERE position = 1")
    assert verified(engine, 3).is_sound
    assert not verified(engine, 2).is_sound


def test_a_run_that_began_before_the_mark_is_verified_against_its_head(engine: sa.Engine) -> None:
    tamper(engine, "UPDATE streams SET head_hash = zeroblob(32) WHERE stream_id = 'run-1'")
    problem = "run-1: its events do not add up to its head, version 4"
    assert verified(engine, 5).problems == (problem,)


def test_a_log_that_is_not_the_one_verified_before_is_a_problem(engine: sa.Engine) -> None:
    report = verified(engine, LogMark(5, "0" * 64))
    assert report.problems == ("position 5: the log hash is not the one verified before",)


def test_a_log_that_has_become_shorter_is_a_problem(engine: sa.Engine) -> None:
    report = verified(engine, LogMark(9, "0" * 64))
    assert report.problems == ("position 9: the log hash is not the one verified before",)


def test_the_mark_of_a_problem_lies_before_it(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.log.chain_rows.CHUNK", 2)
    tamper(engine, "UPDATE events SET data = '{}' WHERE position = 5")
    report = verified(engine)
    assert report.verified_to.position == 3
    assert report.problems == ("position 5 (run-2 version 2): the content does not fit its hash",)


def test_the_verification_stops_at_twenty_problems(engine: sa.Engine) -> None:
    SqliteEventStore(engine).append(request("run-3", count=30))
    tamper(engine, "UPDATE events SET data = '{}'")
    assert len(verified(engine).problems) == PROBLEM_LIMIT == 20


def test_text_that_is_no_longer_text_is_found(engine: sa.Engine) -> None:
    tamper(engine, "UPDATE events SET data = CAST(x'ff' AS TEXT) WHERE position = 2")
    assert verified(engine).problems == (
        "position 2 (run-1 version 2): the content does not fit its hash",
    )


def test_the_heads_of_too_many_open_runs_are_folded_again(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteEventStore(engine)
    heads = [store.append(request(f"run-open-{number}")).head for number in range(5)]
    for number, head in enumerate(heads):
        store.append(request(f"run-open-{number}", after=head))
    monkeypatch.setattr("infrastructure.log.chain_rows.CHUNK", 1)
    monkeypatch.setattr(verification, "OPEN_STREAM_LIMIT", 2)
    folded: list[Name] = []

    def noting(connection: sa.Connection, name: Name, version: int) -> tuple[int, bytes]:
        folded.append(name)
        return head_before(connection, name, version)

    monkeypatch.setattr(verification, "head_before", noting)
    assert verified(engine).is_sound
    assert folded
    tamper(engine, "UPDATE streams SET head_hash = x'00' WHERE stream_id = 'run-open-0'")
    assert len(verified(engine).problems) == 1


@pytest.mark.parametrize("chunk", [1, 2, 6])
def test_a_stream_that_goes_on_over_chunks_is_verified_against_its_head(
    chunk: int, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.log.chain_rows.CHUNK", chunk)
    assert verified(engine).is_sound
    tamper(engine, "UPDATE streams SET version = 3 WHERE stream_id = 'run-1'")
    problem = "run-1: its events do not add up to its head, version 3"
    assert problem in verified(engine).problems


def test_events_without_their_stream_are_named(engine: sa.Engine) -> None:
    tamper(engine, "DELETE FROM streams WHERE stream_id = 'run-1'")
    problem = "position 6 (run-1 version 4): the event is there, but the stream is not"
    assert verified(engine).problems == (problem,)


def test_a_gap_is_named_though_no_stream_has_one(engine: sa.Engine) -> None:
    tamper(engine, "DELETE FROM events WHERE stream_id = 'run-2'")
    tamper(engine, "DELETE FROM streams WHERE stream_id = 'run-2'")
    problem = "position 6 (run-1 version 4): position 4 is missing before it"
    assert problem in verified(engine).problems


def test_a_version_that_is_left_out_is_named_though_its_event_is_sealed(engine: sa.Engine) -> None:
    event = SqliteEventStore(engine).read("acme", "run-2")[1].envelope
    sealed = seal(structs.replace(event, version=3)).content_hash.hex()
    tamper(
        engine,
        f"UPDATE events SET version = 3, content_hash = x'{sealed}' WHERE position = 5",  # noqa: S608
    )
    problem = "position 5 (run-2 version 3): version 2 of its stream is missing before it"
    assert problem in verified(engine).problems


def test_a_batch_whose_last_event_is_missing_does_not_end_at_one(engine: sa.Engine) -> None:
    tamper(engine, "DELETE FROM events WHERE position = 3")
    assert "1 batches do not end at an event" in verified(engine).problems


@pytest.mark.parametrize("column", [each.name for each in EVENTS.columns if not each.nullable])
def test_a_value_that_is_absent_is_a_problem_and_no_crash(column: str, engine: sa.Engine) -> None:
    if column == "position":
        pytest.skip("SQLite gives it a number")
    laxer = "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'events'"
    run(engine, "PRAGMA writable_schema = ON", laxer)
    tamper(engine, f"UPDATE events SET {column} = NULL WHERE position = 2")  # noqa: S608
    assert not verified(engine).is_sound


@pytest.mark.parametrize("column", ["tenant_id", "stream_id"])
def test_a_name_that_is_no_text_any_more_is_a_problem(column: str, engine: sa.Engine) -> None:
    # The bytes are the same, but who looks for the text does not find the event.
    tamper(engine, f"UPDATE events SET {column} = CAST({column} AS BLOB) WHERE position = 2")  # noqa: S608
    assert any("position 2 " in problem for problem in verified(engine).problems)


@pytest.mark.parametrize("value", ["CAST(x'ff' AS TEXT)", "x'ff'", "'x'", "7"])
@pytest.mark.parametrize("column", ["log", "tenant_id", "stream_id", "version", "content_hash"])
def test_a_value_of_another_kind_is_a_problem_and_no_crash(
    column: str, value: str, engine: sa.Engine
) -> None:
    tamper(engine, f"UPDATE events SET {column} = {value} WHERE position = 2")  # noqa: S608
    assert not verified(engine).is_sound


@pytest.mark.parametrize("column", [column.name for column in EVENTS.columns])
def test_a_change_in_any_column_is_found_on_postgresql(
    column: str, postgres_engine: sa.Engine
) -> None:
    PostgresEventStore(postgres_engine).append(request(count=3))
    assert verified(postgres_engine).is_sound
    values = {"position": "9", "version": "9", "schema_version": "9", "content_hash": "'x'"}
    with postgres_engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
        value = values.get(column, "'other'")
        connection.exec_driver_sql(f"UPDATE events SET {column} = {value} WHERE position = 2")  # noqa: S608
    assert not verified(postgres_engine).is_sound
