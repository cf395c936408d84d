from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from domain.estate.fields import FIELDS, OPEN_FIELDS, RecordKind
from domain.estate.queries import MetricQuery, RecordQuery
from domain.estate.records import RelationType
from infrastructure.database.engine import create_engine
from infrastructure.database.metadata import METADATA
from infrastructure.database.migrate import ensure_current
from infrastructure.estate.columns import TABLES
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from infrastructure.projections.tables import is_ours
from tests.infrastructure.estate.samples import DAY, NOON, SAMPLE, SERVER, TENANT


@pytest.fixture
def engine(sqlite_engine: sa.Engine) -> sa.Engine:
    """What is read here is SQLite's own: its catalogue and its plans."""
    return sqlite_engine


@pytest.fixture
def migrated(tmp_path: Path) -> sa.Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    ensure_current(engine)
    return engine


def test_the_migrations_make_the_tables_that_the_code_defines(migrated: sa.Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        assert compare_metadata(context, METADATA) == []


def test_migrated_and_created_tables_are_the_same(migrated: sa.Engine, engine: sa.Engine) -> None:
    assert _layout(migrated) == _layout(engine)


def test_a_migrated_database_takes_an_estate(migrated: sa.Engine) -> None:
    SqlEstateWriter(migrated).load(TENANT, SAMPLE, mode="replace", at=NOON)
    assert SqlEstate(migrated).ci_by_code(TENANT, "srv-erp-01") == SERVER


@pytest.mark.parametrize("kind", RecordKind)
def test_every_field_has_a_column(kind: RecordKind) -> None:
    fields = {*FIELDS[kind], *OPEN_FIELDS.get(kind, ())} - {"ci_code"}
    assert fields <= set(TABLES[kind].c.keys())


def test_a_code_is_looked_up_by_its_index(estate: SqlEstate, engine: sa.Engine) -> None:
    plan = _plan(engine, lambda: estate.ci_by_code(TENANT, "srv-erp-01"))
    assert plan == ["SEARCH cis USING INDEX cis_by_code (tenant_id=? AND code_key=?)"]


def test_a_time_window_of_the_event_log_uses_its_index(
    estate: SqlEstate, engine: sa.Engine
) -> None:
    query = RecordQuery(kind=RecordKind.EVENT_LOG, window=DAY)
    plan = _plan(engine, lambda: estate.find(TENANT, query))
    expected = (
        "SEARCH event_log USING INDEX event_log_by_time"
        " (tenant_id=? AND occurred_at>? AND occurred_at<?)"
    )
    assert expected in plan


def test_the_event_log_of_an_item_uses_its_index(estate: SqlEstate, engine: sa.Engine) -> None:
    query = RecordQuery(kind=RecordKind.EVENT_LOG, window=DAY, ci_ids=("2",))
    plan = _plan(engine, lambda: estate.find(TENANT, query))
    assert any("event_log_by_ci (tenant_id=? AND ci_id=?" in step for step in plan)


@pytest.mark.parametrize("ci_ids", [None, ("2",)])
def test_points_are_reached_through_their_series(
    estate: SqlEstate, engine: sa.Engine, ci_ids: tuple[str, ...] | None
) -> None:
    query = MetricQuery(metric_name="cpu_usage", window=DAY, ci_ids=ci_ids)
    plan = " ".join(_plan(engine, lambda: estate.metric_series(TENANT, query)))
    assert "INDEX metric_series_by_name (tenant_id=? AND metric_name=?" in plan
    assert "PRIMARY KEY (series_id=? AND measured_at>? AND measured_at<?)" in plan


@pytest.mark.parametrize(
    ("ask", "found_by"),
    [
        ("relations_from", "sqlite_autoindex_relations_1 (tenant_id=? AND source_id=?)"),
        ("relations_to", "relations_by_target (tenant_id=? AND target_id=?)"),
    ],
)
def test_relations_are_found_by_an_index_at_either_end(
    estate: SqlEstate, engine: sa.Engine, ask: str, found_by: str
) -> None:
    def read() -> None:
        getattr(estate, ask)(TENANT, ["1", "2"], rel_types=tuple(RelationType))

    assert f"SEARCH relations USING COVERING INDEX {found_by}" in _plan(engine, read)


def test_names_and_codes_are_looked_up_by_their_indexes(
    estate: SqlEstate, engine: sa.Engine
) -> None:
    items = estate.vocabulary(TENANT).items
    plan = _plan(engine, lambda: (items.near_names("erp"), items.near_codes("srv")))
    looked_up = [step for step in plan if "cis" in step or "item" in step]
    assert looked_up
    assert all("phrase" in step for step in looked_up)
    assert not any("phrase (tenant_id=?)" in step for step in looked_up)


def _layout(engine: sa.Engine) -> dict[str, str]:
    """The SQL of the estate's tables and indexes, without quotes and spaces, its parts sorted."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql NOTNULL")
        sqls = {name: sql for name, sql in rows if name.startswith((*ESTATE,))}
    plain = {name: sql.replace('"', "").split() for name, sql in sqls.items()}
    return {name: " ".join(sorted(",".join(words).split(","))) for name, words in plain.items()}


ESTATE = [each.name for each in TABLES.values() if isinstance(each, sa.Table)] + [
    "relations",
    "metric",
    "estate_revisions",
]


def _plan(engine: sa.Engine, ask: object) -> list[str]:
    """The steps by which SQLite answers the last statement of a question."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def remember(_c: object, _k: object, sql: str, given: tuple[object, ...], *_: object) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, given))

    sa.event.listen(engine, "before_cursor_execute", remember)
    ask()  # type: ignore[operator]  # a question without parameters
    sa.event.remove(engine, "before_cursor_execute", remember)
    steps: list[str] = []
    with engine.connect() as connection:
        for sql, given in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)
            steps += [str(row.detail) for row in rows]
    return steps
