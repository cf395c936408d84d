"""The newest runs that a filter fits, page by page, each page from an index.

An alternative of a filter is read in the order of the list: from an index of the run list, or from
one of tool calls, whichever has fewer entries to look at. The pages of all alternatives together
have the page of the filter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from domain.run_filter.alternatives import Alternative, alternatives_of
from domain.run_filter.filter import And, AnyCall, Compare, Operator, RunFilter
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.projections.tables import RUN_CALLS
from infrastructure.run_list.conditions import Condition, compared, of_call, of_run

COUNT_LIMIT: Final = 10_000
"""So far entries of an index are counted: what has more is met soon enough on the way."""

_RUN, _CALL = RUN_SUMMARIES.c, RUN_CALLS.c
_INDEXED: Final = frozenset(
    {"id", "state", "status", "error", "fingerprint", "parent", "golden", "flag"}
)
_INDEXED_OF_CALLS: Final = frozenset({"tool", "error", "fingerprint"})

Place = tuple[str, str]
"""When a run was requested, and its id: where it is in the list."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which page: at most `limit` runs of a tenant, that are older than `before`."""

    tenant_id: str
    limit: int
    before: Place | None = None


def newest(connection: sa.Connection, where: RunFilter, page: Page) -> sa.Select[Any]:
    """Return the query for when the runs of a page were requested, and their ids; newest first."""
    parts = [_part(connection, each, page) for each in alternatives_of(where)]
    if not parts:
        return _ordered(sa.select(_RUN.requested_at, _RUN.run_id).where(sa.false()), _RUN, page)
    if len(parts) == 1:
        return parts[0]
    every = sa.union(*(sa.select(part.subquery()) for part in parts)).subquery()
    return _ordered(sa.select(every.c.requested_at, every.c.run_id), every.c, page)


def _part(connection: sa.Connection, alternative: Alternative, page: Page) -> sa.Select[Any]:
    best = _best_call(connection, alternative, page)
    if best is None:
        return _of_runs(alternative, page)
    return _of_calls(best, alternative, page)


def _of_runs(conditions: Alternative, page: Page) -> sa.Select[Any]:
    query = sa.select(_RUN.requested_at, _RUN.run_id).where(
        _RUN.tenant_id == page.tenant_id, *map(of_run, conditions)
    )
    return _ordered(query, _RUN, page)


def _of_calls(call: AnyCall, conditions: Alternative, page: Page) -> sa.Select[Any]:
    """Return the page by way of the calls, which have the run's time, too."""
    query = (
        sa.select(_CALL.requested_at, _CALL.run_id)
        .distinct()
        .where(*_calls(call, conditions, page.tenant_id))
    )
    done = [call, *_times(conditions)]
    others = [part for part in conditions if part not in done]
    if others:
        query = query.where(
            sa.exists()
            .where(_RUN.tenant_id == _CALL.tenant_id, _RUN.run_id == _CALL.run_id)
            .where(*map(of_run, others))
            .correlate(RUN_CALLS)
        )
    return _ordered(query, _CALL, page)


def _calls(call: AnyCall, conditions: Alternative, tenant_id: str) -> Iterator[Condition]:
    yield _CALL.tenant_id == tenant_id
    yield of_call(call.condition)
    yield from (compared(_CALL.requested_at, part) for part in _times(conditions))


def _best_call(connection: sa.Connection, conditions: Alternative, page: Page) -> AnyCall | None:
    """Return the condition on calls to begin with; None when the run list is the better way."""
    calls = [part for part in conditions if isinstance(part, AnyCall) and _is_indexed_call(part)]
    if calls and len(conditions) == 1 + len(_times(conditions)):
        return calls[0]
    best, fewest = None, COUNT_LIMIT
    for part in filter(_is_indexed, conditions if calls else ()):
        fewest = _count(connection, _run_count(part, conditions, page), limit=fewest)
    for call in calls:
        count = _count(connection, _call_count(call, conditions, page), limit=fewest)
        if count < fewest:
            best, fewest = call, count
    return best


def _call_count(call: AnyCall, conditions: Alternative, page: Page) -> sa.Select[Any]:
    return sa.select(_CALL.run_id).where(*_calls(call, conditions, page.tenant_id))


def _run_count(part: RunFilter, conditions: Alternative, page: Page) -> sa.Select[Any]:
    which = map(of_run, (part, *_times(conditions)))
    return sa.select(_RUN.run_id).where(_RUN.tenant_id == page.tenant_id, *which)


def _count(connection: sa.Connection, query: sa.Select[Any], *, limit: int) -> int:
    entries = query.limit(limit).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(entries)).scalar_one()


def _times(conditions: Alternative) -> list[Compare]:
    return [part for part in conditions if isinstance(part, Compare) and part.field == "started"]


def _is_indexed(part: RunFilter) -> bool:
    if not isinstance(part, Compare) or part.operator is not Operator.EQUAL or part.value is None:
        return False
    return part.field in _INDEXED or (part.field == "origin" and part.value != "new")


def _is_indexed_call(call: AnyCall) -> bool:
    parts = call.condition.parts if isinstance(call.condition, And) else (call.condition,)
    return any(
        isinstance(part, Compare)
        and part.operator is Operator.EQUAL
        and part.value is not None
        and part.field in _INDEXED_OF_CALLS
        for part in parts
    )


def _ordered(query: sa.Select[Any], columns: Any, page: Page) -> sa.Select[Any]:  # noqa: ANN401 - of a table or of a subquery
    if page.before is not None:
        query = query.where(sa.tuple_(columns.requested_at, columns.run_id) < page.before)
    newest_first = (columns.requested_at.desc(), columns.run_id.desc())
    return query.order_by(*newest_first).limit(page.limit)
