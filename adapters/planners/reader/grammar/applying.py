"""How what stands behind a noun restricts it: filters, places, relations."""

from dataclasses import dataclass, replace
from typing import Final

from adapters.planners.reader.chart import Costly
from adapters.planners.reader.meaning import (
    ITEM,
    Filter,
    Noun,
    filtered,
    having,
    negated,
    of_items,
)
from domain.estate.records import RelationType
from domain.query.fields import OF_ITEMS
from domain.query.sets import NONE, Has, Related, Relations

RELATED: Final = Relations()
_WIDE, _LATER = 1.0, 0.01


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
    if isinstance(post, Filter):
        return _filtered(noun, post)
    if noun.is_one:
        return None
    if noun.kind in OF_ITEMS:
        is_plain = post.relations is None and not post.is_not
        return of_items(noun, post.items) if is_plain else _of_related(noun, post)
    if noun.kind is not ITEM or post.items.kind is not ITEM:
        return None
    found = having(noun, related(post))
    return Costly(found, _WIDE) if post.relations is None else found


def _filtered(noun: Noun, by: Filter) -> Noun | Costly | None:
    found = filtered(noun, by)
    if found is None and by.time is not None and noun.kind is ITEM:
        return None
    return found and Costly(found, _LATER * len(noun.where))


def _of_related(noun: Noun, post: Place) -> Noun | None:
    """Return "work that was done on servers": the verb says what the place says already."""
    if post.is_not or post.relations is None or post.relations.types is None:
        return None
    return of_items(noun, post.items) if RelationType.DEPLOYED_ON in post.relations.types else None


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
    if len(post.where) == 1 and isinstance(has := post.where[0], Has):
        return replace(post, where=(has.model_copy(update={"count": NONE}),))
    return negated(post)
