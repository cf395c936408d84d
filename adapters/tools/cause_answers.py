"""Answers about what changed around some items, and about why they are not as they were."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from adapters.tools.answer import answer, clamp, cut_warning, span_json, window_json
from adapters.tools.candidate_rows import candidate_json, candidate_references
from adapters.tools.cause_params import ChangesParams, WhyParams
from adapters.tools.cause_reads import PAST, CauseReads, Neighbourhood
from adapters.tools.ci_lookup import ci_not_found
from adapters.tools.references import MOST_REFERENCES
from domain.causes.alarms import Alarms
from domain.causes.candidates import THRESHOLD, Seen, ranked
from domain.causes.changes import SHORTLY_BEFORE, Change, nearest_first, shortly_before
from domain.causes.series import Unusual
from domain.estate.port import Estate
from domain.estate.records import ConfigurationItem
from domain.json import JsonMap
from domain.plan.time_range import ALL_TIME, TimeRange, WrongTimeRange, parse_time_range
from domain.query.model import MOST_ROWS, Ask, ListWant
from domain.query.selection import QueriedEstate
from domain.query.sets import Set
from domain.response.references import unique_references
from domain.times import Window
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult

_DEEPEST: Final = 4
_MOST_ROWS: Final = 200
_MOST_CANDIDATES: Final = 10
_MOST_NEAR: Final = 20
_LONGEST: Final = timedelta(days=31)


def changes(estate: QueriedEstate, context: ToolContext, params: ChangesParams) -> ToolResult:
    """Return the changes; see `ChangesParams`."""
    span = parse_time_range(params.time_range, now=context.now)
    depth, deep = clamp("depth", params.depth, highest=_DEEPEST)
    limit, long = clamp("limit", params.limit, highest=_MOST_ROWS)
    reads = CauseReads(estate, context.tenant_id)
    codes = params.items if params.of is None else _codes(estate, context, params.of)
    asked = _items(estate, context, codes)
    depth = depth if params.of is None else 0
    near = reads.around(asked, depth=depth) if asked else None
    is_none = params.of is not None and not asked
    changed = [] if is_none else reads.changes(near, span.window)
    found = nearest_first(changed, to=span.window.end)
    shown = found[:limit]
    return answer(
        {
            **_looked_at(asked, near, depth),
            **span_json(span),
            "rows": [each.as_json() for each in shown],
            "total": len(found),
        },
        row_count=len(shown),
        references=unique_references(each.reference for each in shown)[:MOST_REFERENCES],
        warnings=[
            *(*deep, *long, *reads.warnings),
            *cut_warning(len(shown), total=len(found), noun="changes"),
        ],
        window=span.window,
        newest=max((each.at for each in found), default=None),
    )


def why(estate: Estate, context: ToolContext, params: WhyParams) -> ToolResult:
    """Return the candidates; see `WhyParams`."""
    span = parse_time_range(params.time_range, now=context.now)
    window = _known_part(span, now=context.now)
    depth, deep = clamp("depth", params.depth, highest=_DEEPEST)
    reads = CauseReads(estate, context.tenant_id)
    asked = _items(estate, context, params.items)
    near = reads.around(asked, depth=depth)
    series, alarms = reads.unusual(near.ids, window), reads.alarms(near.ids, window)
    changed = reads.changes(near, Window(window.start - SHORTLY_BEFORE, window.end))
    seen = [
        _seen(near, ci_id, series.by_item.get(ci_id, ()), alarms.get(ci_id), changed)
        for ci_id in near.ids
    ]
    found = ranked(seen, near.surroundings())
    shown, told = found[:_MOST_CANDIDATES], nearest_first(changed, to=window.end)[:_MOST_NEAR]
    references = [
        *chain.from_iterable(candidate_references(one, series, window) for one in shown),
        *(each.reference for each in told),
    ]
    return answer(
        {
            **_looked_at(asked, near, depth),
            **span_json(span),
            "compared_with": window_json(Window(window.start - PAST, window.start)),
            "threshold": THRESHOLD,
            "measured_count": len(series.by_item),
            "rows": [candidate_json(one, near, series) for one in shown],
            "total": len(found),
            "changes": [each.as_json() for each in told],
            "change_count": len(changed),
        },
        row_count=len(shown),
        references=unique_references(references)[:MOST_REFERENCES],
        warnings=[*deep, *reads.warnings],
        window=window,
    )


def _codes(estate: QueriedEstate, context: ToolContext, of: Set) -> list[str]:
    """Return the codes of the items of a set. Raises `ToolFailure` for more than can be read."""
    ask = Ask(want=ListWant(limit=MOST_ROWS, fields=("ci_code",)), of=(of,))
    (found,) = estate.select(context.tenant_id, ask, now=context.now)
    if found.total > MOST_ROWS:
        message = f"what changed is told of {MOST_ROWS} items at most, these are {found.total}"
        raise ToolFailure(ToolErrorCode.INVALID_PARAMS, message)
    return [str(row[0]) for row in found.rows]


def _items(estate: Estate, context: ToolContext, codes: Sequence[str]) -> list[ConfigurationItem]:
    """Return the items. Raises `ToolFailure` (DATA_NOT_FOUND)."""
    found = list[ConfigurationItem]()
    for code in dict.fromkeys(codes):
        item = estate.ci_by_code(context.tenant_id, code)
        if item is None:
            raise ci_not_found(estate, context.tenant_id, searched=code)
        found.append(item)
    return found


def _looked_at(
    asked: Sequence[ConfigurationItem], near: Neighbourhood | None, depth: int
) -> JsonMap:
    """Return whose the answer is, and how many items were looked at, None for all."""
    return {
        "items": [each.ci_code for each in asked],
        "depth": depth,
        "item_count": None if near is None else len(near.ids),
    }


def _known_part(span: TimeRange, *, now: datetime) -> Window:
    """Return the part of a time range that is past. Raises `WrongTimeRange` for too long a one."""
    window = Window(span.window.start, min(span.window.end, now))
    if window.start >= window.end:
        raise WrongTimeRange(span.label, reason="is still to come")
    if window.start < ALL_TIME.start:
        raise WrongTimeRange(span.label, reason="is before 1970")
    if window.end - window.start > _LONGEST:
        reason = f"is too long to look for a cause in: it has more than {_LONGEST.days} days"
        raise WrongTimeRange(span.label, reason=reason)
    return window


def _seen(
    near: Neighbourhood,
    ci_id: str,
    unusual: Sequence[Unusual],
    alarms: Alarms | None,
    changes: Sequence[Change],
) -> Seen:
    seen = Seen(ci_id, near.distances[ci_id], unusual, alarms)
    if seen.since is None:
        return seen
    return replace(seen, changes=shortly_before(changes, seen.since, ci_id=ci_id))
