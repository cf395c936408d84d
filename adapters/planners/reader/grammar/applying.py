"""How what stands behind a noun restricts it: filters, places, relations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import fsum
from typing import Final, final

from adapters.planners.reader.chart import Costly
from adapters.planners.reader.meaning import (
    CLASS_FIELDS,
    ITEM,
    Compared,
    Filter,
    Noun,
    filtered,
    having,
    negated,
    of_items,
)
from domain.estate.records import RelationType
from domain.query.fields import OF_ITEMS
from domain.query.sets import (
    AT_LEAST_ONE,
    NONE,
    Condition,
    Count,
    EveryOf,
    FieldCondition,
    Has,
    NoneOf,
    Related,
    Relations,
)

RELATED: Final = Relations()
OTHER_WAY: Final = {"out": "in", "in": "out", "either": "either"}
THROUGH: Final = "no such item has that itself: those are meant that are related to what has it"
_WIDE, _LATER, _FAR, _STRANGE, _OF_ITEM, _SELDOM = 1.2, 0.01, 0.15, 3.0, 0.1, 0.5
_SIZES: Final = ("<", "<=", ">", ">=")
_STATES: Final = ("status", "environment", "location", "owner")


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Items that records belong to, or that other items are related to.

    Without a relation, any relation will do.
    """

    items: Noun
    relations: Relations | None = None
    is_not: bool = False


Post = Filter | Place | Noun


def relations(types: tuple[str, ...] | None, direction: str) -> Relations:
    """Return one relation of these types in a direction."""
    kinds = tuple(RelationType(each) for each in types) if types else None
    return Relations.model_validate({"types": kinds, "direction": direction})


def applied(noun: Noun, post: Post) -> Noun | Costly | None:
    """Return the noun restricted by what is said behind it; None where it cannot be."""
    if isinstance(post, Noun):
        post = Place(post)
    if noun.is_one:
        return None
    if isinstance(post, Filter):
        return _filtered(noun, post)
    if noun.kind in OF_ITEMS:
        is_plain = post.relations is None and not post.is_not
        return of_items(noun, post.items) if is_plain else _of_related(noun, post)
    if noun.kind is not ITEM or post.items.kind is not ITEM:
        return None
    found = having(noun, related(post))
    return Costly(found, _WIDE) if post.relations is None else found


def applied_all(
    noun: Noun,
    posts: tuple[Post, ...],
    apply: Callable[[Noun, Post], Noun | Costly | None] = applied,
) -> Costly | None:
    """Return the noun restricted by all that is said behind it, one after the other."""
    cost, found = 0.0, noun
    for post in posts:
        made = apply(found, post)
        if isinstance(made, Costly):
            cost, made = cost + made.cost, made.value
        if made is None:
            return None
        found = made
    return Costly(found, cost)


def _filtered(noun: Noun, by: Filter) -> Noun | Costly | None:
    if _is_idle(noun, by):
        return None
    if (through := through_relation(noun, by)) is not None:
        return through
    if noun.kind in OF_ITEMS and any(map(_is_beside, by.where)):
        return None
    found = filtered(noun, by)
    later = fsum(_LATER if isinstance(each, FieldCondition) else _FAR for each in noun.where)
    return found and Costly(found, later + strangeness(noun, by))


def _is_beside(condition: Condition) -> bool:
    """Return whether it says what items are beside; "not on apps" says of events whose."""
    return isinstance(condition, Related) and condition.related == RELATED


def through_relation(noun: Noun, by: Filter) -> Costly | None:
    """Return "tomcat boxes": servers related to what has the value, as none has it itself."""
    is_value = by.kind is ITEM and not by.is_class and not _is_state(by)
    if not is_value or not _is_odd(noun, by) or filtered(noun, by) is None:
        return None
    values = [each for each in by.where if isinstance(each, FieldCondition)]
    is_plain = len(values) == len(by.where) and len({each.field for each in values}) <= 1
    found = [_through(by, each) for each in values or (None,)]
    return Costly(having(noun, *found), _WIDE, (THROUGH,)) if is_plain else None


def _through(by: Filter, value: FieldCondition | None) -> Related:
    """Return that items are related to what has the value; "not tomcat": to none that has it."""
    positive = negated(Filter(ITEM, (value,))) if value and value.op in ("!=", "not in") else None
    where = positive.where if positive else (value,) if value else ()
    items = Noun(ITEM, where, is_headed=False, classes=by.classes)
    return related(Place(items, is_not=positive is not None))


def _is_idle(noun: Noun, by: Filter) -> bool:
    """Return whether it leaves nothing out: upses that are no services, or that are upses."""
    values = [
        each.value for each in by.where if isinstance(each, FieldCondition) and each.op == "="
    ]
    if not by.has_field and {*noun.classes} & {*values}:
        return True
    left_out = [each for each in _left_out(by) if each.field in CLASS_FIELDS]
    told = {getattr(each, "field", "") for each in noun.where}
    return any(each.field in told and each.value not in {*noun.classes} for each in left_out)


def _left_out(by: Filter) -> list[FieldCondition]:
    """Return what is left out, as "not services" and "except services with alarms" say it."""
    only = by.where[0] if len(by.where) == 1 else None
    if isinstance(only, NoneOf) and isinstance(whole := only.none[0], EveryOf):
        return [
            each for each in whole.every if isinstance(each, FieldCondition) and each.op == "="
        ]
    return [only] if isinstance(only, FieldCondition) and only.op == "!=" else []


def _is_odd(noun: Noun, by: Filter) -> bool:
    is_apart = by.classes and noun.classes and not {*by.classes} & {*noun.classes}
    return bool(is_apart) and noun.kind is ITEM


def is_amount(items: Noun) -> bool:
    """Return whether "use more than 1 GB" names no items, but how much is used."""
    sizes = [each for each in items.where if getattr(each, "op", "=") in _SIZES]
    return bool(sizes) and not items.is_headed


def is_apart(noun: Noun, by: Filter) -> bool:
    """Return whether items of the class never have what is said: a value that only others have."""
    return _is_odd(noun, by) and not by.is_class and not _is_state(by)


def _is_state(by: Filter) -> bool:
    """Return whether it says where or how items are: "in zone-a" is meant of these themselves."""
    return all(isinstance(each, FieldCondition) and each.field in _STATES for each in by.where)


def strangeness(noun: Noun, by: Filter) -> float:
    """Return what it costs that no item of the class meets the conditions, or that items do."""
    of = noun.of if by.kind is ITEM and noun.of is not None else noun
    if _is_odd(of, by):
        return _SELDOM if _is_state(by) else _STRANGE
    return _OF_ITEM if by.kind is ITEM is not noun.kind else 0.0


def _of_related(noun: Noun, post: Place) -> Noun | None:
    """Return "work that was done on servers": the verb says what the place says already."""
    if post.is_not or post.relations is None or post.relations.types is None:
        return None
    return of_items(noun, post.items) if RelationType.DEPLOYED_ON in post.relations.types else None


def count_of(compared: Compared) -> Count | None:
    """Return the comparison of a number of members; None where it has a unit."""
    if compared.amount.unit:
        return None
    return Count.model_validate({"op": compared.op, "value": compared.amount.number})


def related(place: Place) -> Related:
    """Return the condition that items are related to those of the place."""
    to = place.items.members()
    if place.is_not:
        return Related(related=place.relations or RELATED, to=to, count=NONE)
    return Related(related=place.relations or RELATED, to=to)


def as_filter(post: Post) -> Filter | None:
    """Return what is said of items as a filter of them; None where it is said of records."""
    if isinstance(post, Filter):
        return post
    place = Place(post) if isinstance(post, Noun) else post
    return Filter(ITEM, (related(place),)) if place.items.kind is ITEM else None


def opposite(post: Post) -> Post | None:
    """Return what is left when this is not so."""
    if isinstance(post, Place):
        return replace(post, is_not=not post.is_not)
    if isinstance(post, Noun):
        return Place(post, is_not=True)
    only = post.where[0] if len(post.where) == 1 else None
    if isinstance(only, Has) and only.count == AT_LEAST_ONE:
        return replace(post, where=(only.model_copy(update={"count": NONE}),))
    return negated(post)
