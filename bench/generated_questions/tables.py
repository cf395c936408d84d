"""An estate as its SQLite file has it, read by plain SQL and never through opstrail's own code.

The views have short names: `ci` items, `ev` event log, `wk` work, `mt` maintenance, `rel`
relations, `doc` documents. Instants are microseconds since 1970.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.questions.reading_estates import Cell, OpenedToRead
from bench.questions.truth_kinds import Either, Truth

_VIEWS: Final = """
create temp table ci as select ci_id as id, ci_code as code, ci_name as name, ci_type as type,
  ci_subtype as sub, ci_category as cat, status, criticality as crit, location as zone, owner,
  environment as env, created_at as created, tags, attributes as attrs
  from main.cis where deleted_at is null;
create unique index ci_by_code on ci (code);
create index ci_by_id on ci (id);
create temp table ev as select entry_id as entry, occurred_at as at, event_type as kind,
  severity as sev, h.source, title, message, c.code
  from main.event_log h join ci c on c.id = h.ci_id;
create index ev_by_at on ev (at);
create index ev_by_code on ev (code);
create temp table wk as select work_id as entry, started_at as at, work_type as kind,
  requested_by, approved_by, impact_level as impact, duration_min as minutes, result, c.code
  from main.work_history h join ci c on c.id = h.ci_id;
create index wk_by_code on wk (code);
create temp table mt as select maintenance_id as entry, started_at as at, maint_type as kind,
  performer, duration_min as minutes, result, c.code
  from main.maintenance_history h join ci c on c.id = h.ci_id;
create index mt_by_code on mt (code);
create temp table rel as select a.code as src, r.rel_type as kind, b.code as dst
  from main.relations r join ci a on a.id = r.source_id join ci b on b.id = r.target_id;
create temp view doc as select document_id as id, title, category as cat, document_type as type,
  status, size_bytes as size, created_at as created from main.documents;
create temp table series as select s.series_id, s.metric_name as metric, c.code
  from main.metric_series s join ci c on c.id = s.ci_id;
"""


class Tables(OpenedToRead):
    """The tables of one database. `now` is just after the newest record, as `--anchor data` is."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _VIEWS)
        named = self.rows("select code, name from ci")
        self._kept: dict[str, str] = {}
        self.codes = frozenset(str(code) for code, _ in named)
        self.codes_by_name = {str(name).lower(): str(code) for code, name in named}
        newest = "select max(at) from ev union all select max(at) from wk union all select max(at)"
        newest += " from mt union all select max(measured_at) from main.metric_points"
        instants = [int(at) for at in self.column(newest) if at is not None]
        self.now = moment(max(instants)) + timedelta(milliseconds=1)

    def kept(self, sql: str) -> str:
        """Return a statement for the same rows, whatever it is within: SQLite nests few."""
        name = self._kept.setdefault(sql, f"kept_{len(self._kept)}")
        self.rows(f"create temp table if not exists {name} as {sql}")
        return f"select * from {name}"

    def count(self, sql: str) -> int:
        """Return how many rows there are."""
        return int(str(self.one(f"select count(*) from ({sql})")))


def moment(microseconds: Cell) -> datetime:
    """Return an instant of the tables."""
    return datetime.fromtimestamp(float(microseconds or 0) / 1_000_000, UTC)


def microseconds(at: datetime) -> int:
    """Return an instant as the tables have it."""
    return round(at.timestamp() * 1_000_000)


def text(value: str) -> str:
    """Return a string of SQL."""
    return "'{}'".format(value.replace("'", "''"))


def quoted(value: Cell) -> str:
    """Return a value as SQL has it."""
    return text(value) if isinstance(value, str) else str(value)


def either(truths: Iterable[Truth]) -> Truth:
    """Return the one truth of several readings, or all that there are."""
    different = tuple(dict.fromkeys(truths))
    return different[0] if len(different) == 1 else Either(different)
