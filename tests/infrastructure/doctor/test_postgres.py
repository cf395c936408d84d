"""The doctor sees each layer that guards the record on PostgreSQL hold, or be gone."""

import pytest
import sqlalchemy as sa

from domain.ports import IdempotencyKey
from infrastructure.database.engine import create_engine
from infrastructure.doctor.examination import examine
from infrastructure.doctor.trials import Attempt, Layer, Verdict
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import request

TABLES = ("events", "log_batches", "idempotency_keys", "streams", "logs")


@pytest.fixture
def engine(postgres_engine: sa.Engine) -> sa.Engine:
    PostgresEventStore(postgres_engine).append(
        request(count=3, key=IdempotencyKey("key", b"digest"))
    )
    return postgres_engine


def execute(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def at(layer: Layer, attempts: tuple[Attempt, ...]) -> dict[str, Verdict]:
    return {each.what: each.verdict for each in attempts if each.layer is layer}


def test_every_trigger_holds_and_rights_are_not_set_up_for_the_owner(engine: sa.Engine) -> None:
    examination = examine(engine)
    assert set(at(Layer.TRIGGER, examination.attempts).values()) == {Verdict.HELD}
    assert set(at(Layer.RIGHTS, examination.attempts).values()) == {Verdict.NOT_SET_UP}


def test_every_trigger_holds_before_the_first_event(postgres_engine: sa.Engine) -> None:
    examination = examine(postgres_engine)
    assert set(at(Layer.TRIGGER, examination.attempts).values()) == {Verdict.HELD}


def test_a_server_that_loses_commits_is_told_and_the_rest_is_in_order(engine: sa.Engine) -> None:
    found = {each.name: each.problem for each in examine(engine).conditions if each.problem}
    assert found == {"fsync": "it must be on", "full_page_writes": "it must be on"}


def test_an_examination_leaves_nothing_behind(engine: sa.Engine) -> None:
    store = PostgresEventStore(engine)
    before = store.read_log()
    examine(engine)
    assert store.read_log() == before


@pytest.mark.parametrize(
    ("trigger", "table", "attempt"),
    [
        ("events_change", "events", "UPDATE of events"),
        ("events_delete", "events", "DELETE of events"),
        ("events_order", "events", "INSERT leaving a gap"),
        ("events_truncate", "events", "TRUNCATE events"),
        ("log_batches_change", "log_batches", "UPDATE of log_batches"),
        ("idempotency_keys_delete", "idempotency_keys", "DELETE of idempotency_keys"),
        ("streams_change", "streams", "turn streams back"),
        ("logs_truncate", "logs", "TRUNCATE logs"),
    ],
)
def test_a_trigger_that_was_dropped_is_a_missing_layer(
    trigger: str, table: str, attempt: str, engine: sa.Engine
) -> None:
    execute(engine, f"DROP TRIGGER {trigger} ON {table}")
    examination = examine(engine)
    assert at(Layer.TRIGGER, examination.attempts)[attempt] is Verdict.MISSING
    assert not examination.is_sound


def test_a_role_with_few_rights_is_stopped_by_them(engine: sa.Engine) -> None:
    readable = ", ".join((*TABLES, "alembic_version", "projections"))
    execute(
        engine,
        "DROP ROLE IF EXISTS app",
        "CREATE ROLE app LOGIN",
        f"GRANT SELECT ON {readable} TO app",
    )
    as_app = create_engine(str(engine.url.set(username="app")))
    examination = examine(as_app)
    as_app.dispose()
    execute(engine, "DROP OWNED BY app", "DROP ROLE app")
    assert set(at(Layer.RIGHTS, examination.attempts).values()) == {Verdict.HELD}
    assert at(Layer.TRIGGER, examination.attempts)["UPDATE of events"] is Verdict.NOT_REACHED


def test_a_session_that_waits_for_no_disk_is_told(engine: sa.Engine) -> None:
    sa.event.listen(
        engine, "begin", lambda opened: opened.exec_driver_sql("SET synchronous_commit = off")
    )
    found = {each.name: each.problem for each in examine(engine).conditions}
    assert found["synchronous_commit"] == "it must be on or remote_apply"
