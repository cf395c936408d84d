"""Reading the demo estate's tables with SQL alone, to know what the answers must be."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from domain.json import Cell

# `hours_ago` counts back from the newest record, and instants are written as answers write them.
_VIEWS = """
create temp table present as select max(at) as at from (
    select max(measured_at) as at from metric_points
    union all select max(occurred_at) from event_log
    union all select max(started_at) from work_history
    union all select max(started_at) from maintenance_history);
create temp view items as
    select * from cis where tenant_id = 'demo' and deleted_at is null;
create temp view edges as
    select s.ci_code as source, t.ci_code as target, r.rel_type as type from relations r
    join items s on s.ci_id = r.source_id join items t on t.ci_id = r.target_id
    where r.tenant_id = 'demo';
create temp view events as
    select e.*, i.ci_code, i.status, (present.at - e.occurred_at) / 3.6e9 as hours_ago,
        strftime('%Y-%m-%dT%H:%M:%S+00:00', e.occurred_at / 1000000, 'unixepoch') as at
    from event_log e join items i on i.ci_id = e.ci_id, present where e.tenant_id = 'demo';
create temp view works as
    select w.*, i.ci_code, i.status, (present.at - w.started_at) / 3.6e9 as hours_ago,
        strftime('%Y-%m-%dT%H:%M:%S+00:00', w.started_at / 1000000, 'unixepoch') as at
    from work_history w join items i on i.ci_id = w.ci_id, present where w.tenant_id = 'demo';
create temp view maintenances as
    select m.*, i.ci_code, i.status, (present.at - m.started_at) / 3.6e9 as hours_ago,
        strftime('%Y-%m-%dT%H:%M:%S+00:00', m.started_at / 1000000, 'unixepoch') as at
    from maintenance_history m join items i on i.ci_id = m.ci_id, present
    where m.tenant_id = 'demo';
create temp view points as
    select s.metric_name, p.value, p.measured_at, i.ci_code, i.ci_name, i.ci_subtype, i.status,
        i.environment, (present.at - p.measured_at) / 3.6e9 as hours_ago,
        strftime('%Y-%m-%dT%H:%M:%S+00:00', p.measured_at / 1000000, 'unixepoch') as at
    from metric_series s join metric_points p on p.series_id = s.series_id
    join items i on i.ci_id = s.ci_id, present where s.tenant_id = 'demo' and p.quality <> 2;
create temp view papers as select * from documents where tenant_id = 'demo';
create temp view rules as select * from cep_rules where tenant_id = 'demo';
"""


class Tables:
    """Queries; beside the tables there are the views above, restricted to the demo estate."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(_VIEWS)

    def rows(self, query: str, *values: Cell) -> list[list[Cell]]:
        """Return all rows."""
        return [list(row) for row in self._connection.execute(query, values)]

    def row(self, query: str, *values: Cell) -> list[Cell]:
        """Return the only row."""
        (row,) = self.rows(query, *values)
        return row

    def value(self, query: str, *values: Cell) -> Cell:
        """Return the only cell."""
        (value,) = self.row(query, *values)
        return value

    def count(self, query: str, *values: Cell) -> int:
        """Return the only cell, a whole number."""
        value = self.value(query, *values)
        assert isinstance(value, int)
        return value

    def column(self, query: str, *values: Cell) -> list[str]:
        """Return the only column, texts."""
        return [str(value) for (value,) in self.rows(query, *values)]


@contextmanager
def reading(database: Path) -> Iterator[Tables]:
    """Give the tables of a database file that nobody writes to."""
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as connection:
        yield Tables(connection)
