"""Reading the list of runs with SQL."""

import re
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from domain.errors import FalseLine, NotFound
from domain.ports import NO_LAG, FoundFailures, FoundRuns, Lag
from domain.run.aggregate import RUN
from domain.run.summary import RunSummary, age
from domain.run_filter.filter import RunFilter, asks_for_calls
from infrastructure.database.engine import connect_once
from infrastructure.event_store.rows import driver_rows
from infrastructure.event_store.run_lines import SELECT_LINES, found_runs, lines
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.projections.generations import CatchUp, caught_up
from infrastructure.projections.tables import RUN_CALLS
from infrastructure.run_list.conditions import of_run
from infrastructure.run_list.pages import Page, Place, newest

if TYPE_CHECKING:
    from domain.run.groups import Grouping, RunGroup

_MATCHES = 10
_ID_LENGTH: Final = len(RUN.prefix) + 36
"""A text of so many characters begins and ends no other id: the list need not be gone through."""
_RUN = RUN_SUMMARIES.c

# Made once, for each stream of a run asks. What is bound is a pattern in which `/` escapes.
_PATTERNS = ("begins", "goes_on", "ends")
_LIKES = [_RUN.run_id.like(sa.bindparam(each), escape="/") for each in _PATTERNS]
_IDS = sa.select(_RUN.run_id).where(_RUN.tenant_id == sa.bindparam("of_tenant"))
_EXACT = _IDS.where(_RUN.run_id == sa.bindparam("text"))
_MATCHING = _IDS.where(sa.or_(*_LIKES)).order_by(_RUN.run_id).limit(_MATCHES)


class SqlRunViews:
    """Reads the summaries that the event store keeps; see `domain.ports.RunViews`.

    Before it looks for tool calls, their projection catches up.
    """

    def __init__(self, engine: sa.Engine, catch_up: CatchUp) -> None:
        self._engine, self._let_catch_up = engine, catch_up

    def summary(self, tenant_id: str, run_id: str) -> RunSummary | None:
        """See `RunViews`."""
        with self._engine.connect() as connection:
            return _summary(connection, tenant_id, run_id)

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """See `RunViews`. Raises as `Projections.catch_up` does, too, when calls are asked for."""
        lag = self._catch_up(where)
        with self._engine.connect() as connection:
            place = None if before is None else _place(connection, tenant_id, before)
            return _page(connection, where, Page(tenant_id, limit, place), lag)

    def count(self, tenant_id: str, where: RunFilter) -> int:
        """See `RunViews`. Raises as `summaries` does."""
        self._catch_up(where)
        query = sa.select(sa.func.count()).where(_RUN.tenant_id == tenant_id, of_run(where))
        with self._engine.connect() as connection:
            count: int = connection.execute(query).scalar_one()
        return count

    def failures(
        self, tenant_id: str, where: RunFilter, *, limit: int, since: str | None = None
    ) -> FoundFailures:
        """See `RunViews`. Raises as `summaries` does."""
        from domain.run.failures import grouped  # noqa: PLC0415 - for few reads
        from infrastructure.run_list.failures import Attempts, failures  # noqa: PLC0415 - for few reads

        lag = caught_up(self._let_catch_up, RUN_CALLS.name)
        with self._engine.connect() as connection:
            groups = grouped(
                failures(connection, tenant_id, where),
                Attempts(connection, tenant_id, where),
                limit=limit,
                since=since,
            )
            failed = sa.and_(_RUN.tenant_id == tenant_id, _RUN.fingerprint.is_not(None))
            listed = lines(connection, SELECT_LINES.where(failed, of_run(where)))
            return FoundFailures(groups, *lag, found_runs(listed).doubts)

    def groups(
        self, tenant_id: str, where: RunFilter, grouping: "Grouping", *, limit: int
    ) -> "list[RunGroup]":
        """See `RunViews`. Raises as `summaries` does."""
        from infrastructure.run_list.groups import groups  # noqa: PLC0415 - for few reads

        self._catch_up(where)
        with self._engine.connect() as connection:
            return groups(connection, tenant_id, where, grouping, limit=limit)

    def matching(self, tenant_id: str, prefix: str) -> list[str]:
        """See `RunViews`."""
        if len(prefix) >= _ID_LENGTH and (found := self._ids(_EXACT, tenant_id, text=prefix)):
            return found
        text = re.sub("[/%_]", r"/\g<0>", prefix.lower())
        likes = {"begins": f"{text}%", "goes_on": f"{RUN.prefix}{text}%", "ends": f"%{text}"}
        return self._ids(_MATCHING, tenant_id, **likes)

    def _ids(self, query: "sa.Select[tuple[str]]", tenant_id: str, **given: str) -> list[str]:
        with connect_once(self._engine) as connection:
            found = driver_rows(connection, query, {"of_tenant": tenant_id, **given})
        return [row[0] for row in found]

    def _catch_up(self, where: RunFilter) -> Lag:
        if not asks_for_calls(where):
            return NO_LAG
        return caught_up(self._let_catch_up, RUN_CALLS.name)


def _page(connection: sa.Connection, where: RunFilter, page: Page, lag: Lag = NO_LAG) -> FoundRuns:
    keys = newest(connection, where, page).subquery()
    query = SELECT_LINES.where(
        _RUN.tenant_id == page.tenant_id, _RUN.run_id.in_(sa.select(keys.c.run_id))
    )
    # Sorted here: to sort, a database without statistics would go through the whole list.
    found = sorted(lines(connection, query), key=lambda line: age(line[0]), reverse=True)
    return found_runs(found, lag)


def _place(connection: sa.Connection, tenant_id: str, run_id: str) -> Place:
    last = _summary(connection, tenant_id, run_id)
    if last is None:
        raise NotFound(run_id)
    return last.requested_at, last.run_id


def _summary(connection: sa.Connection, tenant_id: str, run_id: str) -> RunSummary | None:
    query = SELECT_LINES.where(_RUN.tenant_id == tenant_id, _RUN.run_id == run_id)
    for summary, is_sound in lines(connection, query):
        if not is_sound:
            raise FalseLine(run_id)
        return summary
    return None
