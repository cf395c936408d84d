"""The doctor sees each layer that guards the record on PostgreSQL hold, or be gone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from domain.ports import IdempotencyKey
from domain.views.database import Attempt, Layer, LayerVerdict
from infrastructure.database.engine import create_engine
from infrastructure.doctor.examination import examine
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import request

TABLES = ("events", "log_batches", "idempotency_keys", "streams", "logs", "run_summaries")
TRIGGERS = {
    "events_order": "INSERT leaving a gap",
    "events_versions": "INSERT of a later version",
    "log_batches_order": "INSERT of a batch leaving a gap",
    **{f"{table}_change": f"UPDATE of {table}" for table in TABLES[:3]},
    **{f"{table}_change": f"turn {table} back" for table in TABLES[3:5]},
    "run_summaries_change": "UPDATE of run_summaries",
    **{f"{table}_delete": f"DELETE of {table}" for table in TABLES},
    **{f"{table}_truncate": f"TRUNCATE {table}" for table in TABLES},
}
"""What is tried at each trigger; a trigger's name begins with its table."""


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


def at(layer: Layer, attempts: tuple[Attempt, ...]) -> dict[str, LayerVerdict]:
    return {each.what: each.verdict for each in attempts if each.layer is layer}


def test_every_trigger_holds_and_rights_are_not_set_up_for_the_owner(engine: sa.Engine) -> None:
    examination = examine(engine)
    assert set(at(Layer.TRIGGER, examination.attempts).values()) == {LayerVerdict.HELD}
    assert set(at(Layer.RIGHTS, examination.attempts).values()) == {LayerVerdict.NOT_SET_UP}


def test_only_a_layer_that_holds_has_an_answer(engine: sa.Engine) -> None:
    attempts = examine(engine).attempts
    answers = {each.layer: each.answer for each in attempts if each.what == "UPDATE of events"}
    assert answers == {Layer.RIGHTS: None, Layer.TRIGGER: "events are never changed"}


def test_every_trigger_holds_before_the_first_event(postgres_engine: sa.Engine) -> None:
    examination = examine(postgres_engine)
    assert set(at(Layer.TRIGGER, examination.attempts).values()) == {LayerVerdict.HELD}


def test_a_server_that_loses_commits_is_told_and_the_rest_is_in_order(engine: sa.Engine) -> None:
    found = {each.name: each.problem for each in examine(engine).conditions if each.problem}
    assert found == {"fsync": "it must be on", "full_page_writes": "it must be on"}


def test_an_examination_leaves_nothing_behind(engine: sa.Engine) -> None:
    store = PostgresEventStore(engine)
    before = store.read_log()
    examine(engine)
    assert store.read_log() == before


@pytest.mark.parametrize(("trigger", "attempt"), TRIGGERS.items())
def test_a_trigger_that_was_dropped_is_a_missing_layer(
    trigger: str, attempt: str, engine: sa.Engine
) -> None:
    table = trigger.rpartition("_")[0]
    execute(engine, f"DROP TRIGGER {trigger} ON {table}")
    examination = examine(engine)
    assert at(Layer.TRIGGER, examination.attempts)[attempt] is LayerVerdict.MISSING
    assert not examination.is_sound


def test_every_trigger_of_the_log_is_tried(engine: sa.Engine) -> None:
    query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = '{}'::regclass"
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(query.format(each)).scalars().all() for each in TABLES]
    assert {name for names in found for name in names} == set(TRIGGERS)


@contextmanager
def role_of_the_service(engine: sa.Engine, *more: str) -> Iterator[sa.Engine]:
    """Give an engine for a role that may read, and may do what is granted besides."""
    readable = ", ".join((*TABLES, "alembic_version", "projections", "payloads"))
    grants = [f"GRANT {right} TO app" for right in (f"SELECT ON {readable}", *more)]
    execute(engine, "DROP ROLE IF EXISTS app", "CREATE ROLE app LOGIN", *grants)
    as_app = create_engine(str(engine.url.set(username="app")))
    yield as_app
    as_app.dispose()
    execute(engine, "DROP OWNED BY app", "DROP ROLE app")


def test_a_role_with_few_rights_is_stopped_by_them(engine: sa.Engine) -> None:
    with role_of_the_service(engine) as service:
        examination = examine(service)
    assert set(at(Layer.RIGHTS, examination.attempts).values()) == {LayerVerdict.HELD}
    assert at(Layer.TRIGGER, examination.attempts)["UPDATE of events"] is LayerVerdict.NOT_REACHED


@pytest.mark.parametrize(
    ("right", "attempt"),
    [
        ("UPDATE ON events", "UPDATE of events"),
        ("DELETE ON logs", "DELETE of logs"),
        ("TRUNCATE ON streams", "TRUNCATE streams"),
        ("INSERT, UPDATE ON idempotency_keys", "upsert into idempotency_keys"),
        ("INSERT ON log_batches", "INSERT of a batch leaving a gap"),
        ("INSERT ON events", "INSERT past the function"),
    ],
)
def test_a_right_that_the_service_was_given_by_hand_is_a_missing_layer(
    right: str, attempt: str, engine: sa.Engine
) -> None:
    with role_of_the_service(engine, right) as service:
        examination = examine(service)
    missing = {each.what for each in examination.attempts if each.verdict is LayerVerdict.MISSING}
    assert attempt in missing
    assert at(Layer.RIGHTS, examination.attempts)["DROP TABLE events"] is LayerVerdict.HELD
    assert not examination.is_sound


def test_a_session_that_waits_for_no_disk_is_told(engine: sa.Engine) -> None:
    sa.event.listen(
        engine, "begin", lambda opened: opened.exec_driver_sql("SET synchronous_commit = off")
    )
    found = {each.name: each.problem for each in examine(engine).conditions}
    assert found["synchronous_commit"] == "it must be on or remote_apply"
