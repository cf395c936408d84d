"""What is said of a set: that it has, is, was, lies somewhere, is related to something."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import (
    Place,
    Post,
    as_filter,
    count_of,
    opposite,
    relations,
)
from adapters.planners.reader.grammar.conditions import true
from adapters.planners.reader.grammar.quantities import points
from adapters.planners.reader.grammar.said_once import ONCE, in_last_time, in_one_time
from adapters.planners.reader.meaning import (
    ITEM,
    Compared,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    either,
    equals,
    excludes,
    ordered,
)
from domain.query.fields import OF_ITEMS
from domain.query.sets import NONE, Condition, Count, FieldCondition, Has, Related, SetKind

_ITEMS, _TWICE = 1.0, 0.1
_PERSONS = ("requested_by", "performer", "attributes.maintainer", "tags.maintainer")
_MEMBERS = relations(None, "either")


def _same(post: Post) -> Post:
    return post


def _valued_place(by: Filter) -> Filter | None:
    """Return "in zone-a", "of type SW"; "on racks" means items that are racks, and no value."""
    return None if by.is_class and not by.has_field else by


def _inside(by: Filter) -> Filter | None:
    """Return "in zone-a"; "within 10 minutes" is no duration."""
    is_long = any(getattr(each, "field", "") == "duration_min" for each in by.where)
    return None if is_long else _valued_place(by)


def _or_place(one: Filter, other: Filter) -> Costly | None:
    is_meant = _valued_place(one) and _valued_place(other)
    return _or(one, other) if is_meant else None


def _no_class(by: Filter) -> Filter | None:
    """Return what an item can have: "with a database" says no class of its own."""
    return None if by.is_class else of_each(by)


def of_each(by: Filter) -> Filter:
    """Return what is said of each one: "active and monitoring" at once, and not one of them."""
    only = by.where[0] if by.is_both else None
    if not isinstance(only, FieldCondition) or not isinstance(only.value, tuple):
        return by
    return replace(by, where=tuple(equals(only.field, value) for value in only.value))


def _but(post: Post) -> Post | None:
    """Return "but active"; a class behind "but" is an exception."""
    return None if isinstance(post, Filter) and post.is_class else post


def _all_of(post: Post) -> tuple[Post, ...]:
    return (post,)


def _posts(post: Post, others: tuple[Post, ...]) -> tuple[Post, ...]:
    return (post, *others)


def _valued(by: Filter) -> Filter | None:
    """Return "that run postgres": what each of them does."""
    return of_each(by) if _valued_so(by) else None


def _valued_so(by: Filter) -> Filter | None:
    """Return "written in go": a value that an attribute has."""
    is_value = all(
        isinstance(each, FieldCondition) and each.field.startswith(("attributes.", "tags."))
        for each in by.where
    )
    return by if is_value and by.kind is ITEM else None


def _place(items: Noun) -> Place | None:
    is_meant = items.kind is ITEM and (items.is_headed or items.is_one)
    return Place(items) if is_meant else None


def has(noun: Noun, count: Count | None = None) -> Filter | Costly | None:
    """Return that items have such records, or such items with them."""
    counted: Condition
    if noun.kind in OF_ITEMS:
        if noun.of is not None:
            return None
        has = noun.members()
        counted = Has(has=has) if count is None else Has(has=has, count=count)
        return Filter(ITEM, (counted,))
    if noun.kind is not ITEM or not (noun.is_headed or noun.is_one):
        return None
    to = noun.members()
    counted = Related(related=_MEMBERS, to=to)
    if count is not None:
        counted = Related(related=_MEMBERS, to=to, count=count)
    return Costly(Filter(ITEM, (counted,)), _ITEMS)


def _has_so_many(compared: Compared, noun: Noun) -> Filter | Costly | None:
    count = count_of(compared)
    return has(noun, count) if count else None


def _has_number(number: float, noun: Noun) -> Filter | Costly | None:
    return has(noun, Count(op="=", value=number))


def _has_none(noun: Noun) -> Filter | Costly | None:
    return has(noun, NONE)


def _lacks(field: Field) -> Filter:
    """Return what has no value, or of a truth that has a no, what is not so."""
    null = FieldCondition(field=field.name, op="is", value=None)
    no = FieldCondition(field=field.name, op="=", value=False)
    return Filter(field.kind, (no if field.truth == "also false" else null,))


def _has_field(field: Field) -> Filter | None:
    if field.name == "severity":  # which all have
        return None
    if field.truth:
        return true(field)
    return Filter(field.kind, (FieldCondition(field=field.name, op="is not", value=None),))


def _lacks_metric(metric: str) -> Filter:
    return Filter(ITEM, (Has(has=points(metric).members(), count=NONE),))


def _has_metric(metric: str) -> Filter:
    return Filter(ITEM, (Has(has=points(metric).members()),))


def _itself(done: Noun) -> Noun:
    return done


def _told(text: str) -> Noun:
    """Return what happened as the events that tell of it."""
    says = FieldCondition(field="message", op="contains", value=text)
    return Noun(SetKind.EVENT, (says,))


def _done(done: Noun, time: Period | None = None) -> Filter | Costly | None:
    timed = at_time(done, time.label) if time else done
    return timed and has(timed)


def never_done(done: Noun, time: Period | None = None) -> Filter | Costly | None:
    """Return "never rebooted"."""
    timed = at_time(done, time.label) if time else done
    return timed and has(timed, NONE)


def by_whom(role: tuple[str, str], person: Filter) -> Filter | None:
    """Return the filter for records of a person in a role."""
    only = person.where[0] if len(person.where) == 1 else None
    if not isinstance(only, FieldCondition) or (str(person.kind), only.field) != role:
        return None
    return person


def _by_person(by: Filter) -> Filter | None:
    """Return "work by emma", "packages maintained by emma"."""
    only = by.where[0] if len(by.where) == 1 else None
    is_person = isinstance(only, FieldCondition) and only.field in _PERSONS
    return by if is_person else None


def _and(first: Post, second: Post) -> Filter | Costly | None:
    """Return both; a time at the end is that of both, as in "rebooted and patched today"."""
    return _joined_in(in_last_time, as_filter(first), as_filter(second))


def _joined(one: Filter, other: Filter) -> Filter | None:
    if None in (one.kind, other.kind):
        return None
    if one.kind is not other.kind or excludes(one.where, other.where):
        return None
    both, time = ordered((*one.where, *other.where)), one.time or other.time
    return Filter(one.kind, both, time, one.classes or other.classes)


def _maintained() -> Noun:
    return Noun(SetKind.MAINTENANCE)


def _and_then(first: Post, second: Post) -> Filter | Costly | None:
    """Return both; a time that is said of one is that of the other, too."""
    return _joined_in(in_one_time, as_filter(first), as_filter(second))


def _but_not(first: Post, second: Post) -> Filter | Costly | None:
    other = opposite(second)
    return _and_then(first, other) if other else None


def _joined_in(
    timed: Callable[[Filter, Filter], Sequence[Filter]], one: Filter | None, other: Filter | None
) -> Filter | Costly | None:
    if one is None or other is None:
        return None
    shared = timed(one, other)
    found = _joined(*(shared or (one, other)))
    return Costly(found, 0.0, (ONCE,)) if found and shared else found


def _or(first: Post, second: Post) -> Costly | None:
    one, other = as_filter(first), as_filter(second)
    if one is None or other is None or len(one.where) != 1 or len(other.where) != 1:
        return None
    shared = in_last_time(one, other)
    found = either(*(shared or (one, other)))
    return found and Costly(found, _TWICE, (ONCE,) if shared else ())


def _neither(first: Post, second: Post) -> Filter | Costly | None:
    one, other = opposite(first), opposite(second)
    return _and_then(one, other) if one and other else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
