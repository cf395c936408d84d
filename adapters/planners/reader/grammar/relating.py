"""What is said of relations between items: that some use others, and how many."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import (
    OTHER_WAY,
    Place,
    Post,
    applied,
    applied_all,
    count_of,
    related,
    relations,
)
from adapters.planners.reader.grammar.asked import LISTED, Asked, asked, is_one
from adapters.planners.reader.meaning import ITEM, Compared, Filter, Noun, having, ordered
from domain.query.sets import (
    AT_LEAST_ONE,
    NONE,
    AnyOf,
    Count,
    FieldCondition,
    NoneOf,
    Related,
    Set,
)

Said = tuple[tuple[str, ...] | None, str]

_MOST_HOPS = 4
"""So far is walked whichever way relations lead."""
_HEADLESS = 1.5
_NEEDS: Said = (("DEPENDS_ON", "USES"), "out")


def _in_so_many(compared: Compared, items: Noun) -> Filter | None:
    """Return "on more than 2 hosts"."""
    return _related_compared((None, "either"), compared, items)


def _in_none(items: Noun) -> Filter | None:
    """Return "on no hosts"."""
    return _related_none((None, "either"), items)


def _related_to(said: Said, count: Count, items: Noun) -> Filter | None:
    if items.kind is not ITEM:
        return None
    found = Related(related=relations(*said), to=items.members(), count=count)
    return Filter(ITEM, (found,))


def _related_compared(said: Said, compared: Compared, items: Noun) -> Filter | None:
    count = count_of(compared)
    return _related_to(said, count, items) if count else None


def _related_number(said: Said, number: float, items: Noun) -> Filter | None:
    return _related_to(said, Count(op="=", value=number), items)


def _related_none(said: Said, items: Noun) -> Filter | None:
    return _related_to(said, NONE, items)


def _other_end(items: Noun, said: Said) -> Place | Costly | None:
    """Return "that srv-1 uses": the relation leads from the items that are named."""
    return _related((said[0], OTHER_WAY[said[1]]), items)


def _other_end_on(items: Noun, said: Said) -> Place | Costly | None:
    """Return "on which a database runs"."""
    return _related((said[0], "either"), items)


def _back(said: Said) -> Said:
    """Return the relation as said of its other end: "the server that db-1 runs on"."""
    return said[0], OTHER_WAY[said[1]]


def _related(said: Said, items: Noun) -> Place | Costly | None:
    if items.kind is not ITEM:
        return None
    found = Place(items, relations(*said))
    return found if items.is_headed else Costly(found, _HEADLESS)


def _related_to_each(said: Said, one: Noun, other: Noun) -> Filter | None:
    """Return "that depend on db-1 and db-2"; nothing runs on two hosts, or is part of two."""
    return _related_to_both(said, one, other) if said[0] is None else None


def _related_to_classes(said: Said, one: Noun, other: Noun) -> Filter | None:
    """Return "that host a database and a web server": nothing runs on two of one class."""
    is_of_classes = all(each.is_headed and not each.is_one for each in (one, other))
    return _related_to_both(said, one, other) if is_of_classes else None


def _related_to_both(said: Said, one: Noun, other: Noun) -> Filter | None:
    first, second = (_related_to(said, AT_LEAST_ONE, each) for each in (one, other))
    return Filter(ITEM, ordered((*first.where, *second.where))) if first and second else None


def _related_but_not(
    said: Said, one: Noun, again: Said | None, other: Noun
) -> Filter | None:
    """Return "that use db-1 but not db-2"."""
    first, without = _related_to(said, AT_LEAST_ONE, one), _related_none(again or said, other)
    return Filter(ITEM, ordered((*first.where, *without.where))) if first and without else None


def _related_to_neither(
    said: Said, one: Noun, again: Said | None, other: Noun
) -> Filter | None:
    """Return "that neither use db-1 nor db-2"."""
    first, second = _related_none(said, one), _related_none(again or said, other)
    return Filter(ITEM, ordered((*first.where, *second.where))) if first and second else None


def _whose(others: Noun, post: Post) -> Filter | None:
    """Return "whose server had a reboot"."""
    found = applied(others, post) if others.kind is ITEM and others.is_headed else None
    items = found.value if isinstance(found, Costly) else found
    return Filter(ITEM, (related(Place(items)),)) if items else None


def _whose_is(others: Noun, item: Noun) -> Filter | None:
    """Return "whose database is db-1"."""
    is_one_of = {*others.classes} & {*item.classes}
    return _related_to((None, "either"), AT_LEAST_ONE, item) if is_one_of else None


def _beside(items: Noun) -> Filter | None:
    """Return "with databases on them"."""
    return _related_to((None, "either"), AT_LEAST_ONE, items)


def _related_any(said: Said) -> Filter | None:
    """Return "that depend on anything"."""
    return _related_to(said, AT_LEAST_ONE, Noun(ITEM))


def _related_so_many_any(said: Said, compared: Compared) -> Filter | None:
    """Return "needed by more than 50 others"."""
    return _related_compared(said, compared, Noun(ITEM))


def _needing() -> Filter | None:
    """Return "with dependencies"."""
    return _related_any(_NEEDS)


def _needing_so_many(compared: Compared) -> Filter | None:
    return _related_so_many_any(_NEEDS, compared)


def _needing_none() -> Filter | None:
    return _related_nothing(_NEEDS)


def _related_so_placed(said: Said, posts: tuple[Post, ...]) -> Costly | None:
    """Return "that depend on anything in zone-c": what is said last is said of the others."""
    found = applied_all(Noun(ITEM), posts)
    by = found and _related_to(said, AT_LEAST_ONE, found.value)
    return Costly(by, found.cost) if found and by else None


def _as_related(items: Noun, item: Noun, said: Said = (None, "either")) -> Filter | None:
    """Return "on the same server as app-1", "using the same database as app-1": the others."""
    if not (items.kind is item.kind is ITEM and is_one(item)):
        return None
    theirs = having(items, related(Place(item, relations(said[0], OTHER_WAY[said[1]]))))
    return Filter(ITEM, (related(Place(theirs, relations(*said))), NoneOf(none=item.where)))


def _related_nothing(said: Said) -> Filter | None:
    """Return "that host nothing"."""
    return _related_none(said, Noun(ITEM))


def _of_nobody(role: tuple[str, str]) -> Filter | None:
    """Return "owned by nobody"."""
    kind, field = role
    null = FieldCondition(field=field, op="is", value=None)
    return Filter(ITEM, (null,)) if kind == ITEM else None


def _alone(rel_type: str) -> Filter | None:
    """Return "protected": by anything."""
    return _related_any(((rel_type,), "out"))


def _related_so(items: Noun) -> Place | None:
    """Return "the server that db-1 is on": by any relation."""
    return Place(items, relations(None, "either")) if items.kind is ITEM else None


def _within(hops: float, of: Noun) -> Filter | None:
    """Return "within 2 hops of srv-1": whichever way the relations lead, without itself."""
    if not 1 <= hops <= _MOST_HOPS or hops != int(hops) or not is_one(of) or of.kind is not ITEM:
        return None
    walks = [_walked(of.members(), steps) for steps in range(1, int(hops) + 1)]
    return Filter(ITEM, (AnyOf(any=tuple(walks)), NoneOf(none=of.where)))


def _walked(items: Set, steps: int) -> Related:
    beside = Related(to=items)
    return beside if steps == 1 else _walked(Set(kind=ITEM, where=(beside,)), steps - 1)


def _so_far(compared: Compared, of: Noun) -> Filter | None:
    is_plain = compared.op == "<=" and not compared.amount.unit
    return _within(compared.amount.number, of) if is_plain else None


def _just_so_far(hops: float, of: Noun) -> Filter | None:
    """Return "2 hops away from srv-1": not nearer."""
    found, nearer = _within(hops, of), _within(hops - 1, of)
    if found is None or nearer is None:
        return found
    return Filter(ITEM, (*found.where, NoneOf(none=nearer.where[:1])))


def _near(by: Filter) -> Asked:
    return asked(LISTED, Noun(ITEM, by.where, is_headed=False))


def _same(by: Filter) -> Filter:
    return by


RULES: Sequence[Rule] = rules_in(__file__, globals())
