"""Groups by how many members they have: "zones without databases"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.applying import count_of
from adapters.planners.reader.grammar.asked import COUNTED, EXISTING, Asked, asked, is_one
from adapters.planners.reader.grammar.conditions import field_named
from adapters.planners.reader.meaning import ITEM, Compared, Field, Filter, Noun, filtered, having
from domain.query.fields import OF_ITEMS
from domain.query.model import Claim, ShareWant
from domain.query.sets import NONE, AnyOf, Condition, Count, EveryOf, FieldCondition, Has
from domain.query.verdict import COMPARE, OPPOSITE

_ITEMS: Final = Noun(ITEM)


@final
@dataclass(frozen=True, slots=True)
class Populated:
    """The values of a field of which so many items, or records, meet a condition."""

    field: str
    condition: Condition
    count: Count
    of: Noun = _ITEMS

    def asked(self, claim: Claim | None = None) -> Asked:
        """Return what is asked of all that have the field."""
        want = ShareWant(condition=self.condition, group=(self.field,), so_many=self.count)
        return asked(want, having(self.of, _said(self.field)), claim=claim)


def _said(field: str) -> FieldCondition:
    return FieldCondition(field=field, op="is not", value=None)


def _as_one(where: tuple[Condition, ...]) -> Condition:
    return where[0] if len(where) == 1 else EveryOf(every=where)


def _same(compared: Compared) -> Count | None:
    return count_of(compared)


def _exactly(number: float) -> Count:
    return Count(op="=", value=number)


def so_many(
    field: Field, noun: Noun, count: Count, role: tuple[str, str] | None = None
) -> Populated | None:
    """Return "owners with more than 5 servers"; what owns them is their owner and no other."""
    if field.kind is ITEM and noun.kind in OF_ITEMS and role is None:
        field = replace(field, kind=noun.kind, name=f"item.{field.name}")
    is_own = role is None or role == (str(noun.kind), field.name)
    if not is_own or field.kind is not noun.kind:
        return None
    if noun.kind is not ITEM:
        return _of_records(field, noun, count)
    is_class = noun.is_headed and noun.where and not is_one(noun)
    is_apart = field.classes and noun.classes and not {*field.classes} & {*noun.classes}
    return Populated(field.name, _as_one(noun.where), count) if is_class and not is_apart else None


def _of_records(field: Field, noun: Noun, count: Count) -> Populated | None:
    """Return "event types with more than 100 events"; values without any are not known then."""
    if noun.kind not in OF_ITEMS or COMPARE[count.op](0, count.value):
        return None
    condition = _as_one(noun.where or (_said(field.name),))
    return Populated(field.name, condition, count, replace(noun, where=()))


def _none(field: Field, *said: Noun | tuple[str, str]) -> Populated | None:
    """Return "zones without databases", "zones that had no alarms today"."""
    noun, role = said[-1], said[0] if isinstance(said[0], tuple) else None
    if not isinstance(noun, Noun):
        return None
    if noun.kind in OF_ITEMS and noun.of is None and field.kind is ITEM:
        return Populated(field.name, Has(has=noun.members()), NONE)
    return so_many(field, noun, NONE, role)


def _neither(field: Field, one: Noun, other: Noun) -> Populated | None:
    """Return "zones with neither databases nor apps"."""
    found = [_none(field, each) for each in (one, other)]
    conditions = tuple(each.condition for each in found if each)
    return Populated(field.name, AnyOf(any=conditions), NONE) if all(found) else None


def _of_person(role: tuple[str, str], noun: Noun, count: Count) -> Populated | None:
    """Return "who approved more than 10 jobs"."""
    field = field_named(role)
    return so_many(field, noun, count) if field and role[0] == noun.kind else None


def _of_no_person(role: tuple[str, str], noun: Noun) -> Populated | None:
    """Return "who owns no servers"."""
    return _of_person(role, noun, NONE)


def _populated(found: Populated) -> Asked:
    return found.asked()


def _any_populated(found: Populated) -> Asked:
    return found.asked(Claim(op=">", value=0))


def _all_populated(field: Field, noun: Noun) -> Asked | None:
    """Return "does every zone have a database": no zone has none."""
    found = _none(field, noun)
    return found and found.asked(Claim(op="=", value=0))


def _all_so_many(field: Field, noun: Noun, count: Count) -> Asked | None:
    """Return "do all zones have at least 6 databases": none has not."""
    found = so_many(field, noun, Count(op=OPPOSITE[count.op], value=count.value))
    return found and found.asked(Claim(op="=", value=0))


def _all_twice(field: Field, one: Noun, other: Noun) -> tuple[Asked, ...] | None:
    """Return "does every zone have a database and an app"."""
    found = [_all_populated(field, each) for each in (one, other)]
    return tuple(each for each in found if each) if all(found) else None


def _value_has(by: Filter, noun: Noun) -> Asked | None:
    """Return "does zone-a have a database"."""
    is_class = noun.kind is ITEM and noun.is_headed and not is_one(noun)
    is_one_value = by.kind is ITEM and not by.is_class and getattr(by.where[0], "op", "") == "="
    found = filtered(noun, by) if is_class and is_one_value and len(by.where) == 1 else None
    return found and asked(EXISTING, found)


def _value_has_none(by: Filter, noun: Noun) -> Asked | None:
    return _value_has_many(by, noun, NONE)


def _value_has_many(by: Filter, noun: Noun, count: Count) -> Asked | None:
    """Return "does zone-a have more than 5 databases"."""
    found = _value_has(by, noun)
    claim = Claim.model_validate({"op": count.op, "value": count.value})
    return found and asked(COUNTED, *found.of, claim=claim)


def _all_populated_by(field: Field, role: tuple[str, str], noun: Noun) -> Asked | None:
    """Return "does every owner own a server"."""
    return _all_populated(field, noun) if role == (str(ITEM), field.name) else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
