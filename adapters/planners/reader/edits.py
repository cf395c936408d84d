"""How a fragment edits the query before: it replaces what says the same of it, or is added."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from math import fsum
from typing import Any, Final

from adapters.planners.reader.chart import Costly, Edge
from adapters.planners.reader.choosing import Meaning
from adapters.planners.reader.edits_of_parts import (
    Edited,
    each_set,
    metric,
    period,
    renamed,
    time_of,
)
from adapters.planners.reader.edits_of_wants import (
    by_or_group,
    count,
    field_asked,
    grouped_by,
    listed,
    ordered_by,
    per_bucket,
)
from adapters.planners.reader.grammar.applying import Place, Post, applied, applied_all
from adapters.planners.reader.meaning import (
    ITEM,
    Filter,
    Noun,
    filtered,
    of_items,
    ordered,
)
from adapters.planners.reader.pronouns import CLASS_FIELDS
from adapters.planners.reader.reading import Reading
from domain.query.checks import checks
from domain.query.fields import OF_ITEMS
from domain.query.model import Ask, Query
from domain.query.sets import AnyOf, Condition, EveryOf, FieldCondition, NoneOf, Related

_ADDED: Final = 0.2
"""What it costs that a fragment replaces nothing: where it can, it does."""

Edit = Callable[[Ask, Any], Edited]


def edits(reading: Reading, query: Query, *, by: str | None = None) -> list[Meaning]:
    """Return the queries that a fragment makes of one: each thing asked is edited alike.

    `by` is there where the fragment says by what the answer is ordered ("order"), grouped
    ("group") or either ("by").
    """
    found: dict[Query, Meaning] = {}
    for edge, edit in _edges(reading, _BY[by] if by else _EDITS):
        for each in _edited(query, edge, edit):
            known = found.get(each.query)
            if each.query != query and not checks(each.query):
                found[each.query] = min(known or each, each, key=lambda one: one.cost)
    return [*found.values()]


def _edges(reading: Reading, kinds: Mapping[str, Edit]) -> Iterator[tuple[Edge, Edit]]:
    length = len(reading.tokens)
    nouns = [edge.value for edge in reading.chart.meanings("N2", 0, length)]
    # "And patches" names records, and is not said of items that had some.
    is_records = any(noun.is_headed and noun.kind is not ITEM for noun in nouns)
    for category, edit in kinds.items():
        if category != "POSTS" or not is_records:
            yield from ((e, edit) for e in reading.chart.meanings(category, 0, length))


def _edited(query: Query, edge: Edge, edit: Edit) -> Iterator[Meaning]:
    asks = [[*edit(ask, edge.value)] for ask in query.asks]
    if len(asks) == 1:
        for ask, cost in asks[0]:
            yield Meaning(Query(asks=(ask,)), edge.cost + cost, edge.notes)
    elif all(len(each) == 1 for each in asks):
        both = Query(asks=tuple(each[0][0] for each in asks))
        yield Meaning(both, edge.cost + fsum(each[0][1] for each in asks), edge.notes)


def _posts(ask: Ask, posts: tuple[Post, ...]) -> Edited:
    """Yield the ask with what is said behind a noun, instead of what says the same."""
    time = posts[0].time if len(posts) == 1 and isinstance(posts[0], Filter) else None
    if time is not None and not posts[0].where:  # type: ignore[union-attr]  # as just asked
        return time_of(ask, time)

    return each_set(ask, lambda noun: applied_all(noun, posts, _post))


def _post(noun: Noun, post: Post) -> Noun | Costly | None:
    if isinstance(post, Noun):
        post = Place(post)
    if isinstance(post, Place):
        return _placed(noun, post)
    return _filtered(noun, post)


def _filtered(noun: Noun, by: Filter) -> Noun | Costly | None:
    if by.time is not None:
        noun = replace(noun, time=None)
    if by.kind is None or by.kind is noun.kind:
        bare = _without(noun, by.where)
        found = None if noun.is_one else filtered(bare, by)
        return found and (found if bare != noun else Costly(found, _ADDED))
    if by.kind is ITEM and noun.of is not None and not noun.of.is_one:
        of = _filtered(noun.of, by)
        return _within(noun, of)
    return filtered(noun, by)


def _within(noun: Noun, of: Noun | Costly | None) -> Noun | Costly | None:
    """Return the records with these for their items."""
    if isinstance(of, Costly):
        return Costly(replace(noun, of=of.value), of.cost)
    return of and replace(noun, of=of)


def _placed(noun: Noun, place: Place) -> Noun | Costly | None:
    if noun.kind in OF_ITEMS:
        is_plain = place.relations is None and not place.is_not
        return _items(noun, place.items) if is_plain else None
    kept = tuple(each for each in noun.where if not _is_same_place(each, place))
    return applied(replace(noun, where=kept), place)


def _is_same_place(condition: Condition, place: Place) -> bool:
    if not isinstance(condition, Related):
        return False
    return place.relations in (None, condition.related)


def _items(noun: Noun, items: Noun) -> Noun | Costly | None:
    """Return the records of these items: a name takes the place of all that is said of them."""
    if noun.of is None or items.is_one or noun.of.is_one:
        return of_items(replace(noun, of=None), items)
    return _within(noun, _of_class(noun.of, items))


def _of_class(noun: Noun, other: Noun) -> Noun | None:
    """Return the noun with the class and conditions of another, where it has its own of these."""
    bare = _without(noun, other.where, *(CLASS_FIELDS if other.classes else ()))
    where = ordered((*bare.where, *other.where))
    return replace(noun, where=where, classes=other.classes or noun.classes)


def _without(noun: Noun, where: Iterable[Condition], *more: str) -> Noun:
    """Return the noun without what it says of the fields of these conditions."""
    said = [*where]
    gone = {name for each in said for name in _fields_of(each)} | {*more}
    kept = [
        each
        for each in noun.where
        if not (own := _fields_of(each)) or not own <= gone or _is_other_bound(each, said)
    ]
    return replace(noun, where=tuple(kept))


def _is_other_bound(condition: Condition, said: Iterable[Condition]) -> bool:
    """Return whether both hold: more than 16, and then less than 64."""
    ways = [each.op[0] for each in (condition, *said) if isinstance(each, FieldCondition)]
    return sorted(ways) == ["<", ">"]


def _fields_of(condition: Condition) -> set[str]:
    match condition:
        case FieldCondition(field=field):
            return {field}
        case AnyOf(any=parts) | NoneOf(none=parts) | EveryOf(every=parts):
            return {name for each in parts for name in _fields_of(each)}
        case _:
            return set()


def _counted(ask: Ask, posts: tuple[Post, ...]) -> Edited:
    """Yield "how many are in prod"."""
    for found, cost in _posts(ask, posts):
        yield from ((counted, cost + more) for counted, more in count(found, None))


def _condition(ask: Ask, by: Filter) -> Edited:
    return _posts(ask, (by,))


def _noun(ask: Ask, noun: Noun) -> Edited:
    if not noun.is_headed or noun.time or noun.of:
        return
    if noun.is_one:
        yield from renamed(ask, noun)
        return

    def change(before: Noun) -> Noun | Costly | None:
        if before.kind is noun.kind and not before.is_one:
            return _of_class(before, noun)
        if noun.kind is ITEM and before.kind in OF_ITEMS:
            return _items(before, noun)
        return replace(before, kind=noun.kind) if not noun.where and not before.where else None

    yield from each_set(ask, change)


_EDITS: Final[Mapping[str, Edit]] = {
    "POSTS": _posts,
    "HOWMANYSO": _counted,
    "COND": _condition,
    "TIME": period,
    "N2": _noun,
    "METRIC": metric,
    "FIELD": field_asked,
    "BUCKET": per_bucket,
    "howmany": count,
    "list": listed,
}
_BY: Final[Mapping[str, Mapping[str, Edit]]] = {
    "order": {"FIELD": ordered_by},
    "group": {"FIELD": grouped_by},
    "by": {"FIELD": by_or_group, "METRIC": metric},
}
