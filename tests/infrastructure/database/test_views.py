"""The views for people who query, and what the reference says of them."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.errors import DatabaseReadOnly
from infrastructure.database.opening import engine_of
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from tests.fakes import FrozenClock
from tests.infrastructure.projections.logs import Log, called

REFERENCE = (Path(__file__).parents[3] / "docs/reference/sql-views.md").read_text()
VIEWS = ("v_runs", "v_calls", "v_events")
EXAMPLES = {
    kind: re.findall(rf"^```{kind}\n(SELECT .*?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
    for kind in ("sqlite", "postgresql")
}


@pytest.fixture
def filled(engine: sa.Engine, log: Log) -> sa.Engine:
    log.add(*called())
    Projections(engine, clock=FrozenClock(), ids=UuidIds()).catch_up("run_calls")
    return engine


def rows(engine: sa.Engine, query: str) -> list[sa.RowMapping]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql(query.replace("%", "%%")).mappings())


def documented(view: str) -> set[str]:
    """Return the columns that the reference's table of the view names."""
    table = REFERENCE.split(f"## {view}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


@pytest.mark.parametrize("view", VIEWS)
def test_the_reference_names_each_column(filled: sa.Engine, view: str) -> None:
    assert documented(view) == set(rows(filled, f"SELECT * FROM {view}")[0])  # noqa: S608


def test_the_views_show_runs_calls_and_events(filled: sa.Engine) -> None:
    [run] = rows(filled, "SELECT * FROM v_runs")
    assert run["run_id"] == "run-1"
    [call] = rows(filled, "SELECT * FROM v_calls")
    assert (call["run_id"], call["tool"], call["status"]) == ("run-1", "ci", "succeeded")
    events = rows(filled, "SELECT * FROM v_events ORDER BY position")
    assert [event["run_id"] for event in events] == ["run-1"] * 2


def test_there_are_three_examples_for_each_shell_and_all_of_them_run(filled: sa.Engine) -> None:
    examples = EXAMPLES[filled.dialect.name]
    assert len(examples) == 3
    for example in examples:
        for_tenant = example.replace("'default'", "'acme'")
        with filled.connect() as connection:
            connection.exec_driver_sql(for_tenant.replace("%", "%%"))


def test_a_role_for_the_views_reads_them_and_nothing_else(postgres_url: str) -> None:
    setting_up = REFERENCE.split("```postgresql\nCREATE")[1].split("```")[0]
    with engine_of(postgres_url) as owner, owner.begin() as connection:
        connection.exec_driver_sql(f"CREATE{setting_up}")
        connection.exec_driver_sql("SET LOCAL ROLE dashboards")
        for view in VIEWS:
            connection.exec_driver_sql(f"SELECT * FROM {view}")  # noqa: S608
        with pytest.raises(DatabaseReadOnly, match="permission denied"):
            connection.exec_driver_sql("SELECT * FROM events")


@pytest.mark.parametrize("view", VIEWS)
def test_not_even_the_owner_writes_through_a_view(filled: sa.Engine, view: str) -> None:
    for statement in (
        f"UPDATE {view} SET tenant_id = 'other'",  # noqa: S608
        f"DELETE FROM {view}",  # noqa: S608
        f"INSERT INTO {view} (tenant_id) VALUES ('other')",  # noqa: S608
    ):
        with filled.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="view"):
            connection.exec_driver_sql(statement)
