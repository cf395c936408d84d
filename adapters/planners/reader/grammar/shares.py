"""Which part of a set is so, and how the members spread over groups and time."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied, as_filter
from adapters.planners.reader.grammar.asked import COUNTED, Asked, asked, is_one
from adapters.planners.reader.grammar.measures import is_far, names_of
from adapters.planners.reader.grammar.nouns import is_base
from adapters.planners.reader.grammar.predicates import by_whom
from adapters.planners.reader.grammar.quantities import SPANS
from adapters.planners.reader.meaning import (
    ITEM,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    excludes,
    filtered,
    of_items,
)
from domain.query.fields import OF_ITEMS
from domain.query.model import DistributionWant, MeasureWant, ShareWant
from domain.query.sets import Condition, EveryOf, FieldCondition, Function, Measure, SetKind

_UNSAID, _CLASS = 0.5, 0.5
_FAILED = FieldCondition(field="result", op="=", value="failed")


def _word() -> bool:
    return True


def _share_at(noun: Noun, post: Post, period: Period) -> Asked | Costly | None:
    """Return "percentage of alarms in zone-a last week"."""
    timed = at_time(noun, period.label)
    return timed and _share(timed, post)


def _share(noun: Noun, post: Post) -> Asked | Costly | None:
    """Return which part of a set is so."""
    by = as_filter(post)
    by = _of_records(noun, by) if by and by.kind is ITEM and noun.kind is not ITEM else by
    if by is None or not by.where or by.kind is not noun.kind or by.time or is_one(noun):
        return None
    if by.is_class and filtered(noun, by) is None:  # nothing is of two classes
        return None
    return asked(ShareWant(condition=_as_one(by.where)), noun)


def _of_records(noun: Noun, by: Filter) -> Filter | None:
    """Return "in zone-b" of alarms: that their items are there."""
    fields = [each for each in by.where if isinstance(each, FieldCondition)]
    if noun.kind not in OF_ITEMS or len(fields) != len(by.where):
        return None
    named = [each.model_copy(update={"field": f"item.{each.field}"}) for each in fields]
    return Filter(noun.kind, tuple(named))


def _failed(noun: Noun) -> Asked | Costly | None:
    """Return "failure rate of upgrades"."""
    return _share(noun, Filter(noun.kind, (_FAILED,))) if noun.kind in SPANS else None


def _failed_of(noun: Noun, items: Noun) -> Asked | Costly | None:
    """Return "reboot failure rate of srv-1"."""
    records = of_items(noun, items)
    return _failed(records) if records else None


def _failed_per(group: tuple[Field | Noun, ...]) -> Asked | Costly | None:
    """Return "failure rate per maintenance type": of all records of that kind."""
    kinds = {SetKind(by.kind) for by in group if by.kind in SPANS}
    rate = _failed(Noun(kinds.pop())) if len(kinds) == 1 else None
    return _shares(rate, group) if isinstance(rate, Asked) else None


def _rate_per(group: tuple[Field | Noun, ...]) -> Asked | None:
    """Return "success rate per performer"."""
    kinds = {SetKind(by.kind) for by in group if by.kind in SPANS}
    names = names_of(Noun(kinds.pop()), group) if len(kinds) == 1 else None
    rate = Measure(function=Function.SUCCESS_RATE)
    return names and asked(MeasureWant(measures=(rate,), group=names[1]), names[0])


def _share_of_own(noun: Noun) -> Asked | Costly | None:
    """Return "share of failed maintenance": the conditions are those of the part."""
    base = tuple(each for each in noun.where if is_base(each))
    part = tuple(each for each in noun.where if not is_base(each))
    if not part and noun.kind is not ITEM:
        base, part = (), base
    if not part or is_one(noun):
        return None
    found = asked(ShareWant(condition=_as_one(part)), replace(noun, where=base))
    return Costly(found, _UNSAID) if len(part) > 1 else found


def _share_by(noun: Noun, by: Filter, role: tuple[str, str]) -> Asked | Costly | None:
    """Return "what share of the upgrades did bob approve"."""
    found = by_whom(role, by)
    return found and _share(noun, found)


def _share_in(part: Noun, whole: Noun) -> Asked | None:
    """Return "share of alarms in the events of yesterday"."""
    if part.kind is not whole.kind or not part.where or part.of or part.time or is_one(part):
        return None
    if filtered(whole, Filter(part.kind, part.where, None, part.classes)) is None:
        return None
    return asked(ShareWant(condition=_as_one(part.where)), whole)


def _as_one(where: tuple[Condition, ...]) -> Condition:
    return where[0] if len(where) == 1 else EveryOf(every=where)


def _shares(found: Asked, group: tuple[Field | Noun, ...]) -> Asked | Costly | None:
    names = names_of(found.of[0], group)
    if names is None or not isinstance(found.want, ShareWant):
        return None
    want = found.want.model_copy(update={"group": names[1]})
    asks = replace(found, want=want, of=(names[0],))
    return Costly(asks, _CLASS) if is_far(found.of[0], group) else asks


def _share_ask(found: Asked) -> Asked | None:
    return found if isinstance(found.want, ShareWant | DistributionWant) else None


def each_value(noun: Noun) -> Asked | Costly | None:
    """Return "servers in zone-a, zone-b and zone-c, one number each"."""
    several = [c for c in _conditions(noun) if isinstance(c, FieldCondition) and c.op == "in"]
    if len(several) != 1:
        return None
    field = several[0].field
    is_of = several[0] not in noun.where
    return asked(DistributionWant(group=(f"item.{field}" if is_of else field,)), noun)


def _conditions(noun: Noun) -> tuple[Condition, ...]:
    return noun.where + (noun.of.where if noun.of else ())


def _whose_counts(role: tuple[str, str], noun: Noun) -> Asked | None:
    """Return "who approved the failed work, with counts"."""
    if role[0] != noun.kind:
        return None
    return asked(DistributionWant(group=(role[1],)), noun)


def _parts_of(noun: Noun, group: tuple[Field | Noun, ...]) -> Asked | None:
    """Return "share of alarms by severity": each part of all alarms."""
    names = names_of(noun, group) if all(map(is_base, noun.where)) else None
    return names and asked(DistributionWant(group=names[1]), names[0])


def _and_part(noun: Noun, post: Post) -> tuple[Asked, ...] | Costly | None:
    """Return "how many servers in zone-a and how many are active": of these, unless they cannot."""
    by = as_filter(post)
    found = None if by is None or excludes(noun.where, by.where) else applied(noun, post)
    counted = asked(COUNTED, noun)
    if isinstance(found, Costly):
        return Costly((counted, asked(COUNTED, found.value)), found.cost)
    return found and (counted, asked(COUNTED, found))


RULES: Sequence[Rule] = rules_in(__file__, globals())
