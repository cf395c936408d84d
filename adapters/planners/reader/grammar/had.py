"""What items had: their records, and the items that belong to them."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.applying import Place, related
from adapters.planners.reader.grammar.asked import COUNTED, LISTED, Asked, asked, is_named, is_one
from adapters.planners.reader.meaning import (
    ITEM,
    Filter,
    Noun,
    Period,
    at_time,
    filtered,
    having,
    of_items,
)
from domain.query.sets import SetKind


def _of_records(records: Noun, items: Noun, period: Period | None = None) -> Noun | None:
    """Return "events that production servers had yesterday", "databases that ERP has"."""
    if records.kind is ITEM is items.kind and items.where and not is_one(records):
        return _of_items(records, items) if period is None else None
    found = of_items(records, items)
    return at_time(found, period.label) if found and period else found


def _of_items(records: Noun, items: Noun) -> Noun | None:
    """Return "databases that ERP has", "servers that zone-a has": of a value, those with it."""
    if items.is_headed or is_named(items):
        return having(records, related(Place(items)))
    return filtered(records, Filter(ITEM, items.where, None, items.classes))


def _count_of(records: Noun, items: Noun, period: Period | None = None) -> Asked | None:
    found = _of_records(records, items, period)
    return found and asked(COUNTED, found)


def _list_of(records: Noun, items: Noun, period: Period | None = None) -> Asked | None:
    found = _of_records(records, items, period)
    return found and asked(LISTED, found)


def _happened_to(items: Noun, period: Period | None = None) -> Asked | None:
    return _list_of(Noun(SetKind.EVENT), items, period)


def _done_count(items: Noun, done: Noun, period: Period | None = None) -> Asked | None:
    """Return "how often was srv-1 rebooted"."""
    return _count_of(done, items, period) if done.kind is not ITEM else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
