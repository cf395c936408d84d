"""The check of a PostgreSQL database finds what was changed in it, and changes nothing."""

import pytest
import sqlalchemy as sa

from infrastructure.database.migrate import HEAD
from infrastructure.database_check.check import check
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import request

# The server of the tests does not wait for a disk.
UNSAFE = {
    f"the server's {name} is off: a loss of power can damage the database"
    for name in ("fsync", "full_page_writes")
}


@pytest.fixture
def engine(postgres_engine: sa.Engine) -> sa.Engine:
    store = PostgresEventStore(postgres_engine)
    head = store.append(request(count=30)).head
    store.append(request(after=head))
    return postgres_engine


def run(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def found(engine: sa.Engine) -> set[str]:
    return set(check(engine).problems) - UNSAFE


def test_a_sound_database_is_reported_with_what_it_holds(engine: sa.Engine) -> None:
    report = check(engine)
    assert set(report.problems) == UNSAFE
    assert report.revision == HEAD
    assert report.settings["synchronous_commit"] == "on"
    assert report.counts == {
        "events": 31,
        "log_batches": 2,
        "streams": 1,
        "payloads": 0,
        "run_summaries": 1,
    }


def test_the_check_leaves_nothing_behind(engine: sa.Engine) -> None:
    check(engine)
    assert found(engine) == set()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DROP TRIGGER events_change ON events", "the trigger events_change is missing"),
        (
            "ALTER TABLE events DISABLE TRIGGER events_change",
            "the trigger events_change was changed",
        ),
        (
            "ALTER TABLE events ENABLE TRIGGER events_change",
            "the trigger events_change was changed",
        ),
        (
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NEW; END'",
            "the function refuse was changed",
        ),
        ("DROP INDEX run_summaries_newest", "the index run_summaries_newest is missing"),
        ("DROP TABLE log_batches", "the table log_batches is missing"),
        (
            "CREATE TRIGGER strange BEFORE INSERT ON events"
            " FOR EACH ROW EXECUTE FUNCTION refuse()",
            "the trigger strange is not ours",
        ),
    ],
)
def test_a_changed_schema_is_reported(statement: str, problem: str, engine: sa.Engine) -> None:
    run(engine, statement)
    assert problem in found(engine)


def test_an_event_that_was_changed_is_reported(engine: sa.Engine) -> None:
    run(
        engine,
        "ALTER TABLE events DISABLE TRIGGER events_change",
        "UPDATE events SET data = '1' WHERE position = 3",
        "ALTER TABLE events ENABLE ALWAYS TRIGGER events_change",
    )
    assert found(engine) == {"position 3 (run-1 version 3): the content does not fit its hash"}
