"""What is most frequent, who does the most, and how many there are in which groups."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied_all, count_of
from adapters.planners.reader.grammar.asked import Asked, asked, is_one
from adapters.planners.reader.grammar.measures import names_of
from adapters.planners.reader.grammar.predicates import has
from adapters.planners.reader.grammar.quantities import SPANS, Quantity
from adapters.planners.reader.grammar.rankings import Ranked, groups, is_least, so_many
from adapters.planners.reader.meaning import (
    Compared,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    field_for,
    of_items,
)
from domain.query.fields import OF_ITEMS
from domain.query.model import CountWant, DistributionWant
from domain.query.sets import Comparison, Count, Function, SetKind

_PERSONS = ("requested_by", "approved_by", "performer")
_TYPES = {
    SetKind.EVENT: "event_type",
    SetKind.WORK: "work_type",
    SetKind.MAINTENANCE: "maint_type",
}


def _field_rated(field: Field, noun: Noun, order: str) -> Ranked | None:
    """Return "kind of maintenance with the highest success rate"."""
    name = field_for(noun, field)
    by = Quantity((Function.SUCCESS_RATE,), records=noun)
    is_rated = name is not None and noun.kind in SPANS
    return Ranked(noun, by, (name or "",), ascending=is_least(order)) if is_rated else None


def _best_fields(number: float, field: Field, noun: Noun | None = None) -> Ranked | None:
    """Return "top 3 event types", "top 3 zones for alarms"."""
    ranked = _frequent("most", field, noun)
    return ranked and so_many(number, ranked)


def _best_person(field: Field) -> Ranked | None:
    """Return "top requester"."""
    return _frequent("most", field) if field.name in _PERSONS else None


def _persons(role: tuple[str, str], order: str, noun: Noun) -> Ranked | None:
    return (
        Ranked(noun, None, (role[1],), ascending=is_least(order)) if role[0] == noun.kind else None
    )


def _frequent(order: str, field: Field, noun: Noun | None = None) -> Ranked | None:
    """Return "rarest event type"."""
    records = Noun(field.kind)
    return groups(field, order, of_items(records, noun) or noun if noun else records)


def _types_counted(noun: Noun) -> Asked | None:
    """Return "how many kinds of events are there"."""
    return asked(CountWant(distinct=_TYPES[noun.kind]), noun) if noun.kind in _TYPES else None


def _frequent_of(noun: Noun, order: str) -> Ranked | None:
    """Return "most common events": by their type."""
    kind = _TYPES.get(noun.kind)
    return Ranked(noun, None, (kind,), ascending=is_least(order)) if kind else None


def _groups_so(noun: Noun, said: Post, group: tuple[Field | Noun, ...]) -> Costly | None:
    """Return "how many pumps are out of order per ward"."""
    return _groups_there(noun, (said,), group)


def _groups_there(
    noun: Noun, posts: tuple[Post, ...], group: tuple[Field | Noun, ...]
) -> Costly | None:
    """Return "how many items of each class are there in zone-a"."""
    found = applied_all(noun, posts)
    names = names_of(found.value, group) if found else None
    want = DistributionWant(group=names[1]) if names else None
    return Costly(asked(want, names[0]), found.cost) if found and names and want else None


def _groups_with(field: Field, noun: Noun, posts: tuple[Post, ...] | None = None) -> Costly | None:
    """Return "zones with servers over 95 % cpu": how many each of them has."""
    found = applied_all(noun, posts or ())
    name = field_for(found.value, field) if found and not is_one(found.value) else None
    asks = asked(DistributionWant(group=(name,)), found.value) if name and found else None
    return found and asks and Costly(asks, found.cost)


def _owning(field: Field, role: tuple[str, str], order: str, noun: Noun) -> Ranked | None:
    """Return "owner that owns the most servers"."""
    return _frequent(order, field, noun) if role == (str(field.kind), field.name) else None


def _often(op: Comparison | None, number: str) -> Count:
    """Return "at least twice"; twice is no more than that."""
    return Count(op=op or "=", value=int(number))


def _often_after(number: str, op: Comparison) -> Count:
    return Count(op=op, value=int(number))


def _so_often(compared: Compared) -> Count | None:
    return count_of(compared)


def _times(number: float) -> Count:
    return Count(op="=", value=number)


def _done_so_often(done: Noun, often: Count, time: Period | None = None) -> Filter | Costly | None:
    """Return "rebooted more than 3 times last week"."""
    timed = at_time(done, time.label) if time else done
    return timed and has(timed, often)


def _has_often(noun: Noun, often: Count, time: Period | None = None) -> Filter | Costly | None:
    """Return "had failed work at least twice"."""
    return _done_so_often(noun, often, time) if noun.kind in OF_ITEMS else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
