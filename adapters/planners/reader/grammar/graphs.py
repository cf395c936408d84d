"""What lies along the relations of items: needs, impact, paths, changes and causes."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import (
    OTHER_WAY,
    Place,
    Post,
    applied,
    is_amount,
    related,
    relations,
)
from adapters.planners.reader.grammar.asked import COUNTED, LISTED, Asked, asked, is_named, is_one
from adapters.planners.reader.meaning import ITEM, Filter, Noun, Period, having, of_items
from adapters.planners.reader.recalled import of_own
from adapters.planners.reader.recurring import AGAIN
from domain.estate.records import RelationType
from domain.plan.specs import FARTHEST
from domain.query.model import CausesWant, FieldWant, GraphWant, PathWant, Want
from domain.query.sets import NoneOf, Related, Relations

_NEEDS, _IMPACT = GraphWant(do="needs"), GraphWant(do="impact")
_CHANGES, _WHY = CausesWant(do="changes"), CausesWant(do="why")
_UNSAID = 0.5
_AFFECTS = ("COMPOSED_OF", "DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "CONNECTED_TO")
_PARTS = ("COMPOSED_OF",)

Relation = tuple[tuple[str, ...] | None, str]


def _of_one(want: Want, noun: Noun) -> Asked | None:
    return asked(want, noun) if noun.kind is ITEM and is_one(noun) else None


def _needs(noun: Noun) -> Asked | None:
    return _of_one(_NEEDS, noun)


def _needs_within(noun: Noun, hops: float) -> Asked | None:
    is_whole = hops == int(hops) and 1 <= hops <= FARTHEST
    return _of_one(GraphWant(do="needs", hops=int(hops)), noun) if is_whole else None


def _impact(noun: Noun) -> Asked | None:
    return _of_one(_IMPACT, noun)


def _path(source: Noun, target: Noun) -> Asked | None:
    if not (is_one(source) and is_one(target)) or source == target:
        return None
    return asked(PathWant(to=target.members()), source)


def _affected(noun: Noun, failed: Noun) -> Noun | None:
    """Return those of a set that are affected when an item fails, but itself, in a circle."""
    if not is_one(failed) or noun.kind is not ITEM or is_one(noun):
        return None
    types = tuple(RelationType(each) for each in _AFFECTS)
    along = Relations(types=types, direction="out", hops=None)
    return having(noun, Related(related=along, to=failed.members()), NoneOf(none=failed.where))


def _affected_list(noun: Noun, failed: Noun) -> Asked | None:
    found = _affected(noun, failed)
    return found and asked(LISTED, found)


def _affected_count(noun: Noun, failed: Noun) -> Asked | None:
    found = _affected(noun, failed)
    return found and asked(COUNTED, found)


def _others(noun: Noun, of: Noun, relation: Relation) -> Noun | None:
    """Return those of a set to which the relation leads from other items."""
    if noun.kind is not ITEM or is_one(noun) or of.kind is not ITEM or not of.where:
        return None
    types, way = relation
    found = applied(noun, Place(of, relations(types, OTHER_WAY[way])))
    return found if isinstance(found, Noun) else None


def _others_list(noun: Noun, of: Noun, relation: Relation) -> Asked | None:
    found = _others(noun, of, relation)
    return found and asked(LISTED, found)


def _others_after(of: Noun, relation: Relation, noun: Noun) -> Asked | None:
    """Return "srv-1 is part of which system"."""
    types, way = relation
    found = _others(noun, of, (types, way))
    return found and asked(LISTED, found)


def _hosts(of: Noun, relation: Relation) -> Asked | None:
    """Return "where does db-1 run"."""
    return _others_on(Noun(ITEM), of, relation) if relation[0] is not None else None


def _others_on(noun: Noun, of: Noun, relation: Relation) -> Asked | None:
    """Return "on which server does db-1 run": what it runs on, not what runs on it."""
    types, way = relation
    is_hosted = types is not None and RelationType.DEPLOYED_ON in types
    return _others_list(noun, of, (types, "out" if is_hosted else way))


def _on_what(of: Noun, relation: Relation) -> Asked | None:
    """Return "on what does db-1 run", "on what does db-1 depend"."""
    return _others_on(Noun(ITEM), of, relation)


def _around(noun: Noun, of: Noun) -> Asked | None:
    """Return "which server is web-1 on": by any relation."""
    is_other = noun.kind is ITEM is of.kind and not is_one(noun) and bool(of.where)
    return asked(LISTED, having(noun, related(Place(of)))) if is_other else None


def _others_count(noun: Noun, of: Noun, relation: Relation) -> Asked | None:
    found = _others(noun, of, relation)
    return found and asked(COUNTED, found)


def _anything(of: Noun, relation: Relation) -> Asked | None:
    return _others_list(Noun(ITEM), of, relation)


def _whatever(relation: Relation, items: Noun) -> Asked | Costly | None:
    """Return "what runs on srv-1"; of a whole class, "what are the running processes" is less."""
    found = applied(Noun(ITEM), Place(items, relations(*relation)))
    if not isinstance(found, Noun) or items.kind is not ITEM or is_amount(items):
        return None
    return Costly(asked(LISTED, found), 0.0 if is_named(items) else _UNSAID)


def _parts(of: Noun) -> Asked | None:
    return _others_count(Noun(ITEM), of, (_PARTS, "out"))


def _parts_listed(of: Noun) -> Asked | None:
    return _others_list(Noun(ITEM), of, (_PARTS, "out"))


def _items(noun: Noun) -> Noun | None:
    return noun if noun.kind is ITEM and noun.time is None else None


def _caused(want: Want, noun: Noun, period: Period | None = None) -> Asked | None:
    items = _items(noun)
    if period and AGAIN in period.label:
        return None
    label = period and (of_own(period.label) if is_one(noun) else period.label)
    return items and asked(want, replace(items, time=label))


def _changes(noun: Noun, period: Period | None = None) -> Asked | None:
    return _caused(_CHANGES, noun, period)


def _changes_in(by: Filter, period: Period | None = None) -> Asked | Costly | None:
    if by.kind is not ITEM or not by.where:
        return None
    return _caused(_CHANGES, Noun(ITEM, by.where, is_headed=False), period)


def _changes_at(period: Period) -> Asked | None:
    return _caused(_CHANGES, Noun(ITEM, is_headed=False), period)


def _why(noun: Noun, period: Period | None = None) -> Asked | None:
    return _caused(_WHY, noun, period) if is_one(noun) else None


def _why_so(noun: Noun, _state: Post, period: Period | None = None) -> Asked | None:
    """Return "why is chiller 1 out of order"."""
    return _why(noun, period)


def _around_place(post: Post) -> Asked | Costly | None:
    """Return "what is in ward 3"."""
    found = applied(Noun(ITEM), post)
    if isinstance(found, Costly):
        return Costly(asked(LISTED, found.value), found.cost)
    return found and asked(LISTED, found)


def _why_metric(_metric: str, noun: Noun, period: Period | None = None) -> Asked | None:
    """Return "why was cpu high on srv-1 yesterday"."""
    return _why(noun, period)


def _why_records(noun: Noun) -> Asked | None:
    """Return "cause of the alarm on srv-1": of what happened on the item in that time."""
    if noun.kind is ITEM or noun.of is None or not is_one(noun.of):
        return None
    return asked(_WHY, replace(noun.of, time=noun.time))


def _changes_before(noun: Noun) -> Asked | Costly | None:
    """Return "what changed before the alarm on srv-1 this morning": all changes of that time."""
    if noun.kind is ITEM or noun.of is None or noun.time is None or not is_one(noun.of):
        return None
    note = f"all changes of the whole time are listed, and what was before the {noun.kind}"
    return Costly(asked(_WHY, replace(noun.of, time=noun.time)), _UNSAID, (note,))


def _why_many(records: Noun, name: Noun, period: Period | None = None) -> Asked | None:
    """Return "why does srv-1 have so many alarms"."""
    return _why(name, period) if of_items(records, name) and records.kind is not ITEM else None


def _changed_until(noun: Noun, period: Period | None = None) -> Asked | Costly | None:
    """Return "what changed before srv-1 broke"; what was before it is in why it did."""
    found = _why(noun, period)
    return found and Costly(found, _UNSAID, ("what changed before is in why it is so",))


def _part_of(of: Noun) -> Noun | None:
    """Return "parts of erp"."""
    return _others(Noun(ITEM), of, (_PARTS, "out"))


def _others_and_who(noun: Noun, of: Noun, said: Relation, role: tuple[str, str]) -> Asked | None:
    """Return "what server does db-1 run on and who owns it"."""
    found = _others(noun, of, said)
    return asked(FieldWant(fields=(role[1],)), found) if found and role[0] == ITEM else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
