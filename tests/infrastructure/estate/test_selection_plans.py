"""Queries that name items or a time find their records by an index."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from domain.query.model import Ask
from infrastructure.estate.selection import selecting
from tests.infrastructure.estate.samples import NOON, TENANT

ONE = {"kind": "item", "where": [{"field": "ci_code", "value": "srv-01"}]}
CPU = {"kind": "point", "where": [{"field": "metric", "value": "cpu_usage"}]}
EVENTS = {"kind": "event", "time": "last_24h"}
AVERAGE = {"do": "measure", "measures": [{"function": "avg", "field": "value"}]}


@contextmanager
def ways(engine: sa.Engine, found: list[str]) -> Iterator[sa.Connection]:
    """Keep how SQLite finds the rows of each statement."""

    def explain(_: object, cursor: Any, text: str, given: Any, *__: object) -> None:  # noqa: ANN401
        if text.startswith(("SELECT", "WITH")):
            cursor.execute(f"EXPLAIN QUERY PLAN {text}", given)
            found.extend(str(row[3]) for row in cursor.fetchall())

    with engine.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", explain)
        yield connection


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("want", "of"),
    [
        ({"do": "count"}, EVENTS),
        ({"do": "count"}, {"kind": "run", "time": "last_24h"}),
        ({"do": "list"}, {"kind": "event", "of": ONE}),
        ({"do": "count"}, {"kind": "item", "where": [{"has": EVENTS}]}),
        ({"do": "top", "by": {"of": EVENTS}}, ONE),
        (AVERAGE, {**CPU, "of": ONE}),
        ({"do": "per", "bucket": "hour"}, {**CPU, "of": ONE, "time": "last_24h"}),
        ({"do": "count"}, {"kind": "item", "where": [{"related": {"hops": None}, "to": ONE}]}),
    ],
)
def test_no_table_of_records_is_read_whole(engine: sa.Engine, want: object, of: object) -> None:
    found = list[str]()
    with ways(engine, found) as connection:
        ask = Ask.model_validate({"want": want, "of": [of]})
        selecting.select(connection, TENANT, ask, now=NOON)
    tables = ("event_log", "metric_points", "metric_series", "relations", "cis", "run_summaries")
    whole = tuple(f"SCAN {name}" for name in tables)
    assert [each for each in found if each.startswith(whole)] == []
    assert any("INDEX" in each or "PRIMARY KEY" in each for each in found)
