"""Who did what: what was done, by whom, when last, by nobody, and who is asked about an item."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied_all
from adapters.planners.reader.grammar.asked import (
    COUNTED,
    EXISTING,
    LISTED,
    Asked,
    asked,
    is_named,
    is_one,
)
from adapters.planners.reader.grammar.ordered import PERSONS, Place, done_last, place, when_was
from adapters.planners.reader.grammar.predicates import by_whom
from adapters.planners.reader.grammar.truths import is_so
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
from domain.query.fields import OF_ITEMS, TIME_FIELDS
from domain.query.model import Claim, DistributionWant, FieldWant, QuantifiedWant
from domain.query.sets import NONE, FieldCondition, Has, SetKind

_OWNER = "the owner is named"


def _listed_done(done: Noun, posts: tuple[Post, ...] | None = None) -> Costly | None:
    """Return "what was patched yesterday": the records of it."""
    return _listed(done, posts or ())


def _listed_work(posts: tuple[Post, ...]) -> Costly | None:
    """Return "what failed yesterday": of all that was done."""
    found = applied_all(Noun(SetKind.WORK_AND_MAINTENANCE), posts)
    return Costly(asked(LISTED, found.value), found.cost) if found and found.value.where else None


def _listed_in_role(
    person: Filter, role: tuple[str, str], period: Period | None = None
) -> Asked | None:
    """Return "what did alice approve this week"."""
    found = _acted(person, role)
    timed = at_time(found, period.label) if found and period else found
    return timed and asked(LISTED, timed)


def _listed_in_role_so(person: Filter, role: tuple[str, str], post: Post) -> Costly | None:
    """Return "what does the team own in zone-a"."""
    by = by_whom(role, person)
    found = by and filtered(Noun(SetKind(role[0])), by)
    return found and _listed(found, (post,))


def _runs_asked(posts: tuple[Post, ...] | None = None) -> Costly | None:
    """Return "what was asked yesterday"."""
    return _listed(Noun(SetKind.RUN), posts or ())


def _runs_asked_by(role: tuple[str, str], posts: tuple[Post, ...] | None = None) -> Costly | None:
    """Return "what did people ask today"."""
    return _runs_asked(posts) if role[0] == SetKind.RUN else None


def _contact(name: Noun, of_class: Noun | None = None) -> Costly | None:
    """Return "whose box is srv-1", "who do I call about srv-1": its owner."""
    if of_class and (of_class.kind is not ITEM or of_class.is_one):
        return None
    meant = having(name, *of_class.where) if of_class else name
    return Costly(asked(FieldWant(fields=("owner",)), meant), 0.0, (_OWNER,))


def _owns(owner: Filter, role: tuple[str, str], name: Noun) -> Asked | Costly | None:
    """Return "is it true that erp-platform owns srv-1"."""
    by = by_whom(role, owner)
    return by and is_so(name, by)


def _role_any(person: Filter, role: tuple[str, str], period: Period | None = None) -> Asked | None:
    """Return "did alice approve anything this week"."""
    found = _acted(person, role)
    timed = at_time(found, period.label) if found and period else found
    return timed and asked(EXISTING, timed)


def _done_of_set(
    items: Noun, done: Noun, period: Period | None = None, order: str = "last"
) -> Asked | None:
    """Return "when did we last patch the erp servers": any of them."""
    is_set = items.kind is ITEM and items.is_headed and not is_named(items)
    return done_last(items, done, period, order) if is_set else None


def _who_did_those(done: Noun, items: Noun) -> Asked | None:
    """Return "who patched the erp servers": all who did."""
    person, is_set = PERSONS.get(done.kind), items.kind is ITEM and items.is_headed
    records = of_items(done, items) if is_set and not is_named(items) else None
    return asked(DistributionWant(group=(person,)), records) if records and person else None


def _done_and_who(items: Noun, done: Noun, order: str | None = None) -> Asked | None:
    """Return "when was srv-1 last rebooted and by whom"."""
    records, person = of_items(done, items), PERSONS.get(done.kind)
    found = place(records, order or "last") if records and person and is_one(items) else None
    return found and found.with_fields(TIME_FIELDS[done.kind], str(person))


def _when_in_role(
    person: Filter, role: tuple[str, str], order: str, noun: Noun | None = None
) -> Asked | None:
    """Return "when did bob last approve something"."""
    records = _acted(person, role, noun)
    found = place(records, order) if records else None
    return found and when_was(found)


def _no_one_in_role(role: tuple[str, str]) -> Filter:
    """Return "nobody owns", "nobody approved"."""
    return Filter(SetKind(role[0]), (FieldCondition(field=role[1], op="is", value=None),))


def _not_done(items: Noun, done: Noun, time: Period | None = None) -> Noun | None:
    """Return "unpatched servers"."""
    timed = at_time(done, time.label) if time else done
    is_fit = items.kind is ITEM and not items.is_one and timed and timed.kind in OF_ITEMS
    return having(items, Has(has=timed.members(), count=NONE)) if timed and is_fit else None


def _no_such(noun: Noun) -> Asked | None:
    """Return "were there no alarms today"."""
    claim = Claim.model_validate({"op": "=", "value": 0})
    return asked(COUNTED, noun, claim=claim) if noun.is_headed and not is_one(noun) else None


def _no_one_did(done: Noun, items: Noun, period: Period | None = None) -> Asked | None:
    """Return "did nobody reboot srv-1 today"."""
    timed = at_time(done, period.label) if period else done
    records = timed and of_items(timed, items)
    return records and _no_such(records)


def _all_done(items: Noun, done: Noun, period: Period | None = None) -> Asked | None:
    """Return "did we patch all servers this month"."""
    timed = at_time(done, period.label) if period else done
    is_fit = items.kind is ITEM and not is_one(items) and items.is_headed
    if timed is None or timed.kind not in OF_ITEMS or not is_fit:
        return None
    want = QuantifiedWant(do="all", condition=Has(has=timed.members()))
    return asked(want, items)


def _all_work(posts: tuple[Post, ...]) -> Costly | None:
    """Return "what was done on srv-1 yesterday": work and maintenance."""
    return _listed(Noun(SetKind.WORK_AND_MAINTENANCE), posts)


def _who_touched(items: Noun, period: Period | None = None) -> Asked | None:
    """Return "who worked on srv-1 this week": all of them."""
    records = of_items(Noun(SetKind.WORK_AND_MAINTENANCE), items)
    timed = at_time(records, period.label) if records and period else records
    return timed and asked(FieldWant(fields=("person",)), timed)


def _last_and_who(found: Place) -> Asked | None:
    """Return "the last thing done on srv-1 and by whom", where one person is on record."""
    person = {SetKind.WORK_AND_MAINTENANCE: "person", **PERSONS}.get(found.noun.kind)
    return found.with_fields(person) if person else None


def _acted(person: Filter, role: tuple[str, str], noun: Noun | None = None) -> Noun | None:
    """Return the records in which a person has a role; of items it is no act."""
    by = by_whom(role, person) if role[0] != ITEM else None
    return by and filtered(noun or Noun(SetKind(role[0])), by)


def _listed(noun: Noun, posts: tuple[Post, ...]) -> Costly | None:
    found = applied_all(noun, posts)
    return found and Costly(asked(LISTED, found.value), found.cost)


RULES: Sequence[Rule] = rules_in(__file__, globals())
