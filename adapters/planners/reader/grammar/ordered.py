"""The first, last, longest of a set, and what is asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post
from adapters.planners.reader.grammar.asked import Asked, asked, is_named, is_one
from adapters.planners.reader.grammar.quantities import points
from adapters.planners.reader.meaning import (
    ITEM,
    Amount,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    field_for,
    filtered,
    having,
    of_items,
)
from domain.estate.fields import FieldType
from domain.query.fields import KIND_FIELDS, TIME_FIELDS
from domain.query.model import Claim, NthWant
from domain.query.sets import FieldCondition, Operator, SetKind

_LATE = 0.2
PERSONS = {SetKind.WORK: "requested_by", SetKind.MAINTENANCE: "performer"}
_CREATED = "created_at"
_MOMENTS = ("started_at", "ended_at", _CREATED)


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Members of a set by their place in an order."""

    noun: Noun
    want: NthWant

    def with_fields(self, *fields: str) -> Asked:
        """Return what is asked: these fields of them."""
        return asked(self.want.model_copy(update={"fields": fields}), self.noun)


def place(noun: Noun, order: str, *, n: float = 1, limit: float = 1) -> Place | None:
    """Return the members at a place from the first or the last on, in the order of time."""
    by = _CREATED if noun.kind is ITEM else TIME_FIELDS.get(noun.kind)
    is_count = n == int(n) >= 1 and limit == int(limit) >= 1
    if by is None or not is_count or is_one(noun) or not noun.is_headed:
        return None
    want = NthWant(n=int(n), limit=int(limit), by=by, descending=order == "last")
    return Place(noun, want)


def _last_done(order: str, done: Noun, items: Noun, number: float | None = 1) -> Place | None:
    """Return "last deployed app": the record that says so."""
    records = of_items(done, items)
    return records and place(records, order, limit=number or 1)


def _several(order: str, number: float, noun: Noun) -> Place | None:
    return place(noun, order, limit=number)


def _order_after(noun: Noun, order: str) -> Place | None:
    return place(noun, order) if noun.kind is ITEM else None


def _nth(number: float, noun: Noun, order: str = "first") -> Place | None:
    return place(noun, order, n=number)


def extreme_field(field: str, noun: Noun) -> str | None:
    """Return the field of a kind that a superlative such as "longest" or "biggest" means."""
    names = {"size": "size_bytes", "duration_min": "duration_ms"}
    known = KIND_FIELDS[noun.kind]
    return next((each for each in (field, names.get(field, "")) if each in known), None)


def extreme_place(extreme: tuple[str, bool], noun: Noun) -> Place | None:
    """Return the first place by a field of the records; None where they have no such field."""
    field, descending = extreme
    by = extreme_field(field, noun)
    if by is None or not noun.is_headed:
        return None
    return Place(noun, NthWant(by=by, descending=descending))


def _extremes(number: float, extreme: tuple[str, bool], noun: Noun) -> Place | None:
    found, limit = extreme_place(extreme, noun), {"limit": int(number)}
    return found and Place(noun, NthWant.model_validate({**found.want.model_dump(), **limit}))


def _is_extreme(noun: Noun, extreme: tuple[str, bool], period: Period | None) -> Asked | None:
    timed = at_time(noun, period.label) if period else noun
    found = timed and extreme_place(extreme, timed)
    return found and _shown(found)


def _which_extreme(extreme: tuple[str, bool], noun: Noun) -> Asked | None:
    return _is_extreme(noun, extreme, None)


def _last_by(noun: Noun, field: Field, order: str) -> Place | None:
    """Return "server that was created last"."""
    name = field_for(noun, field)
    if field.type is not FieldType.INSTANT or name is None or is_one(noun):
        return None
    return Place(noun, NthWant(by=name, descending=order == "last"))


def _how_long(found: Place) -> Asked | None:
    field = extreme_field("duration_min", found.noun)
    return found.with_fields(field) if field else None


def _timed(found: Place, period: Period) -> Place | Costly | None:
    noun = at_time(found.noun, period.label)
    return noun and Costly(replace(found, noun=noun), _LATE)


def _shown(found: Place) -> Asked:
    return asked(found.want, found.noun)


def when_was(found: Place) -> Asked | None:
    """Return when the one at this place was."""
    field = TIME_FIELDS.get(found.noun.kind)
    return found.with_fields(_CREATED if found.noun.kind is ITEM else field) if field else None


def _started(found: Place, field: Field) -> Asked | None:
    return _field(field, found) if field.name in _MOMENTS else None


def _field(field: Field, found: Place) -> Asked | None:
    name = field_for(found.noun, field)
    return found.with_fields(name) if name else None


def _who(role: tuple[str, str], found: Place) -> Asked | None:
    kind, field = SetKind(role[0]), role[1]
    return found.with_fields(field) if kind is found.noun.kind else None


def _is(found: Place, by: Filter) -> Asked | None:
    """Return whether the one at this place has the value."""
    only = by.where[0] if len(by.where) == 1 else None
    if found.want.limit > 1 or not isinstance(only, FieldCondition) or by.kind != found.noun.kind:
        return None
    if only.op not in ("=", "!=", "<", "<=", ">", ">=") or isinstance(only.value, tuple | None):
        return None
    claim = Claim.model_validate({"op": only.op, "value": only.value})
    want = found.want.model_copy(update={"fields": (only.field,)})
    return asked(want, found.noun, claim=claim)


def done_last(
    items: Noun, done: Noun, period: Period | None = None, order: str = "last"
) -> Asked | None:
    """Return "when was srv-1 last rebooted"."""
    timed = at_time(done, period.label) if period else done
    records = timed and of_items(timed, items)
    # Of several that are named, each has a last one.
    is_several = is_named(items) and not is_one(items)
    found = records and not is_several and place(records, order)
    return when_was(found) if found else None


def _when_so(noun: Noun, said: Post, order: str) -> Asked | None:
    """Return "when did maintenance last fail"."""
    by = said if isinstance(said, Filter) and said.kind is noun.kind is not ITEM else None
    records = filtered(noun, by) if by else None
    found = place(records, order) if records else None
    return found and when_was(found)


def _last_over(
    items: Noun,
    order: str,
    op: Operator,
    amount: Amount,
    metric: str,
    period: Period | None = None,
) -> Asked | None:
    """Return "when did srv-1 last go over 90 % cpu"."""
    over = having(points(metric), FieldCondition(field="value", op=op, value=amount.number))
    found = of_items(over, items) if amount.unit in ("", "%", "c") and is_one(items) else None
    timed = at_time(found, period.label) if found and period else found
    want = NthWant(by="measured_at", descending=order == "last", fields=("measured_at", "value"))
    return timed and asked(want, timed if timed.time else replace(timed, time="all_time"))


def _who_did(
    done: Noun, items: Noun, order: str | None = None, period: Period | None = None
) -> Asked | None:
    """Return "who last rebooted srv-1"."""
    person = PERSONS.get(done.kind)
    timed = at_time(done, period.label) if period else done
    records = timed and of_items(timed, items)
    found = place(records, order or "last") if records else None
    return found.with_fields(person) if found and person else None


def _peak(metric: str, items: Noun, function: str, period: Period | None = None) -> Asked | None:
    """Return when a metric was highest, or lowest."""
    if function not in ("max", "min"):
        return None
    found = of_items(points(metric), items)
    timed = at_time(found, period.label) if found and period else found
    want = NthWant(by="value", descending=function == "max", fields=("measured_at", "value"))
    return timed and asked(want, timed)


def _when_records(noun: Noun) -> Asked | None:
    """Return when records were: of all of them the last."""
    found = place(noun, "last") if noun.kind is not ITEM else None
    return found and when_was(found)


def _of_items(items: Noun, order: str, noun: Noun) -> Place | None:
    """Return "srv-1's last reboot"."""
    records = of_items(noun, items) if noun.kind is not ITEM else None
    return records and place(records, order)


def _sized(
    meant: tuple[Field, bool], noun: Noun, number: float = 1, *, n: float = 1
) -> Place | None:
    """Return "biggest server", "3 cheapest pumps": of what has such a size or price."""
    field, descending = meant
    is_fit = noun.kind is ITEM and noun.is_headed and not is_one(noun)
    if not is_fit or not {*field.classes} & {*noun.classes}:
        return None
    named = {"by": field.name, "descending": descending, "fields": ("ci_code", field.name)}
    return Place(noun, NthWant.model_validate({**named, "limit": number, "n": n}))


def _sized_nth(meant: tuple[Field, bool], noun: Noun, n: float) -> Place | None:
    return _sized(meant, noun, n=n)


def _is_sized(meant: tuple[Field, bool], noun: Noun) -> Asked | None:
    return (found := _sized(meant, noun)) and _shown(found)


RULES: Sequence[Rule] = rules_in(__file__, globals())
