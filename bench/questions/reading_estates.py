"""An estate as its SQLite file has it: what truths are read from, by plain SQL.

Instants are text without a zone, `2026-11-25T08:30:00`, in UTC, so that a day is `at like
'2026-11-25%'`. The views `ci`, `ev` (event log), `wk` (work), `mt` (maintenance), `pt` (points),
`rel`, `doc` and `run` have short names; histories have the columns of their item, too.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

Cell = str | int | float | None

_AT: Final = "strftime('%Y-%m-%dT%H:%M:%S', {} / 1000000, 'unixepoch')"
_OF_ITEM: Final = (
    "c.code, c.name, c.type as item_type, c.sub, c.status, c.crit, c.zone, c.owner, c.env,"
    " c.sys, c.attrs, c.tags"
)
_VIEWS: Final = f"""
create temp view ci as select ci_id as id, ci_code as code, ci_name as name, ci_type as type,
  ci_subtype as sub, ci_category as cat, status, criticality as crit, location as zone, owner,
  environment as env, {_AT.format("created_at")} as created, {_AT.format("updated_at")} as updated,
  tags, attributes as attrs, tags ->> 'system' as sys
  from main.cis where deleted_at is null;
create temp view ev as select entry_id as entry, {_AT.format("occurred_at")} as at,
  event_type as kind, severity as sev, source, title, message, {_OF_ITEM}
  from main.event_log h join ci c on c.id = h.ci_id;
create temp view wk as select work_id as entry, {_AT.format("started_at")} as at,
  {_AT.format("ended_at")} as until, work_type as kind, summary, requested_by, approved_by,
  impact_level as impact, duration_min as minutes, result, {_OF_ITEM}
  from main.work_history h join ci c on c.id = h.ci_id;
create temp view mt as select maintenance_id as entry, {_AT.format("started_at")} as at,
  {_AT.format("ended_at")} as until, maint_type as kind, summary, performer,
  duration_min as minutes, result, {_OF_ITEM}
  from main.maintenance_history h join ci c on c.id = h.ci_id;
create temp view pt as select s.metric_name as metric, {_AT.format("p.measured_at")} as at,
  p.value, {_OF_ITEM} from main.metric_series s join ci c on c.id = s.ci_id
  join main.metric_points p on p.series_id = s.series_id;
create temp view rel as select a.code as src, r.rel_type as kind, b.code as dst, a.sub as src_sub,
  b.sub as dst_sub from main.relations r join ci a on a.id = r.source_id
  join ci b on b.id = r.target_id;
create temp view doc as select document_id as id, title, category as cat, document_type as type,
  status, size_bytes as size, content, {_AT.format("created_at")} as created from main.documents;
create temp view run as select run_id as id, state, status, question, requested_at as at,
  duration_ms as ms, call_count as calls, error_code from main.run_summaries;
"""  # noqa: S608 - our own text


class OpenedToRead:
    """A database, read by plain SQL over views that its reader has made in it."""

    def __init__(self, path: Path, views: str) -> None:
        self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._database.executescript(views)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def rows(self, sql: str) -> list[tuple[Cell, ...]]:
        """Return all rows."""
        return self._database.execute(sql).fetchall()

    def column(self, sql: str) -> list[Cell]:
        """Return the first cell of each row."""
        return [row[0] for row in self.rows(sql)]

    def one(self, sql: str) -> Cell:
        """Return the first cell; None when there is no row."""
        return next(iter(self.column(sql)), None)


class Estate(OpenedToRead):
    """The tables of one database, opened to read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _VIEWS)
        self.codes = frozenset(map(str, self.column("select code from ci")))
        named = self.rows("select name, code from ci")
        self.codes_by_name = {str(name).lower(): str(code) for name, code in named}

    def reached(self, start: str, *, needed: bool, kinds: Iterable[str], depth: int) -> set[str]:
        """Return what an item needs, or else what needs it, over relations of some kinds."""
        asked = set(kinds)
        steps: dict[str, set[str]] = {}
        for source, kind, target in self.rows("select src, kind, dst from rel"):
            if kind in asked:
                here, there = (source, target) if needed else (target, source)
                steps.setdefault(str(here), set()).add(str(there))
        return _spread(steps, start, depth) - {start}

    def hop_count(self, start: str, end: str) -> int:
        """Return the steps of a shortest way, against relations, too; else raise `ValueError`."""
        steps: dict[str, set[str]] = {}
        for source, target in self.rows("select src, dst from rel"):
            steps.setdefault(str(source), set()).add(str(target))
            steps.setdefault(str(target), set()).add(str(source))
        for depth in range(len(steps)):
            if end in _spread(steps, start, depth):
                return depth
        raise ValueError(end)


def _spread(steps: dict[str, set[str]], start: str, depth: int) -> set[str]:
    seen, edge = {start}, {start}
    for _ in range(depth):
        edge = {there for here in edge for there in steps.get(here, set())} - seen
        if not edge:
            break
        seen |= edge
    return seen
