"""Filters are answered from indexes: a page of a long list is as quick as one of a short."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.run_filter.parser import parse_filter
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.run_list.pages import Page, newest
from tests.contracts.databases import copied, views_on
from tests.contracts.event_samples import TENANT, about, summary
from tests.fakes import NOON
from tests.infrastructure.projections.logs import Log, asked, called

INDEXES = [
    ("started > -24h", "run_summaries_newest"),
    ("state = failed", "run_summaries_newest_by_state"),
    ("status = partial", "run_summaries_newest_by_status"),
    ("error = TOOL_TIMEOUT", "run_summaries_newest_by_error"),
    ("fingerprint = ab12", "run_summaries_newest_by_fingerprint"),
    ("origin = fork", "run_summaries_newest_by_origin"),
    ("parent = run-1", "run_summaries_newest_by_parent"),
    ("golden != none", "run_summaries_golden"),
    ("tool = http", "run_calls_by_tool"),
    ("call.error = X", "run_calls_by_error"),
    ("fingerprint = ab12", "run_calls_by_fingerprint"),
    ("call(tool = http AND error = X)", "run_calls_by_tool_and_error"),
    ("tool = http OR status = partial", "run_calls_by_tool"),
    ("tool = http OR status = partial", "run_summaries_newest_by_status"),
]
BEFORE = ("2026-03-01T12:00:00.000000Z", "run-5")


@pytest.mark.parametrize(("text", "index"), INDEXES)
def test_sqlite_looks_into_the_index_in_its_order(
    empty_database: Path, tmp_path: Path, text: str, index: str
) -> None:
    with copied(empty_database, tmp_path) as engine, engine.connect() as connection:
        plan = explained(connection, text, explain="EXPLAIN QUERY PLAN")
    assert f"INDEX {index} (tenant_id=? " in plan or f"INDEX {index} (generation=? " in plan
    assert "SCAN run_" not in plan


@pytest.mark.parametrize(("text", "index"), INDEXES)
def test_postgresql_looks_into_the_index_in_its_order(
    postgres_engine: sa.Engine, text: str, index: str
) -> None:
    with postgres_engine.connect() as connection:
        # A list without runs is otherwise read whole, which is quicker.
        for name in ("seqscan", "bitmapscan", "sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{name} = off")
        plan = explained(connection, text, explain="EXPLAIN")
    assert f"using {index} on " in plan
    assert "Seq Scan on run_" not in plan


def test_the_list_is_not_gone_through_for_a_whole_id(empty_database: Path, tmp_path: Path) -> None:
    whole, asked_for = f"run-{'0' * 36}", list[str]()
    with copied(empty_database, tmp_path) as engine:
        SqliteEventStore(engine).append(about(summary(whole)))
        sa.event.listen(engine, "before_cursor_execute", lambda *said: asked_for.append(said[2]))
        assert views_on(engine).matching(TENANT, whole) == [whole]
    assert not any("LIKE" in each for each in asked_for)


def explained(connection: sa.Connection, text: str, *, explain: str) -> str:
    """Return how the database goes about a page of the list."""
    where = parse_filter(text, now=NOON)
    query = newest(connection, where, Page(TENANT, 50, BEFORE))
    compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
    rows = connection.exec_driver_sql(f"{explain} {compiled}".replace("%", "%%"))
    return "\n".join(str(row[-1]) for row in rows)


def test_calls_that_were_not_read_yet_are_counted(
    empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.projections.generations.PATIENCE_SECONDS", 0)
    where = parse_filter("tool = ci", now=NOON)
    with copied(empty_database, tmp_path) as engine:
        log, views = Log(SqliteEventStore(engine)), views_on(engine)
        log.add(asked(), *called("a", "ci"))
        assert views.summaries(TENANT, where, limit=9).unread_count == 0
        log.add(asked(), *called("a", "ci"), run="run-2")
        with engine.begin() as connection:  # another process is at it
            connection.exec_driver_sql(
                "UPDATE projections SET owner = 'x', lease_until = '9999-01-01T00:00:00.000000Z'"
            )
        found = views.summaries(TENANT, where, limit=9)
        assert [run.run_id for run in found.summaries] == ["run-1"]
        assert found.unread_count == 3
        assert views.failures(TENANT, where, limit=9).unread_count == 3
