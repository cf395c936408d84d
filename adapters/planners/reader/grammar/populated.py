"""Groups by how many members they have: "zones without databases"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.applying import count_of
from adapters.planners.reader.grammar.asked import Asked, asked, is_one
from adapters.planners.reader.meaning import ITEM, Compared, Field, Noun
from domain.query.fields import OF_ITEMS
from domain.query.model import Claim, ShareWant
from domain.query.sets import NONE, Condition, Count, EveryOf, FieldCondition, Has


@final
@dataclass(frozen=True, slots=True)
class Populated:
    """The values of a field of which so many items are in a set."""

    field: str
    members: tuple[Condition, ...]
    count: Count

    def asked(self, claim: Claim | None = None) -> Asked:
        """Return what is asked of all items that have the field."""
        one = self.members[0] if len(self.members) == 1 else EveryOf(every=self.members)
        want = ShareWant(condition=one, group=(self.field,), so_many=self.count)
        said = FieldCondition(field=self.field, op="is not", value=None)
        return asked(want, Noun(ITEM, (said,)), claim=claim)


def _same(compared: Compared) -> Count | None:
    return count_of(compared)


def _exactly(number: float) -> Count:
    return Count(op="=", value=number)


def _so_many(
    field: Field, noun: Noun, count: Count, role: tuple[str, str] | None = None
) -> Populated | None:
    """Return "owners with more than 5 servers"; what owns them is their owner and no other."""
    is_class = noun.kind is ITEM and noun.is_headed and noun.where and not is_one(noun)
    is_own = role is None or role == (str(ITEM), field.name)
    is_apart = field.classes and noun.classes and not {*field.classes} & {*noun.classes}
    if not is_class or field.kind is not ITEM or not is_own or is_apart:
        return None
    return Populated(field.name, noun.where, count)


def _none(field: Field, *said: Noun | tuple[str, str]) -> Populated | None:
    """Return "zones without databases", "zones that had no alarms today"."""
    noun, role = said[-1], said[0] if isinstance(said[0], tuple) else None
    if not isinstance(noun, Noun):
        return None
    if noun.kind in OF_ITEMS and noun.of is None and field.kind is ITEM:
        return Populated(field.name, (Has(has=noun.members()),), NONE)
    return _so_many(field, noun, NONE, role)


def _populated(found: Populated) -> Asked:
    return found.asked()


def _any_populated(found: Populated) -> Asked:
    return found.asked(Claim(op=">", value=0))


def _all_populated(field: Field, noun: Noun) -> Asked | None:
    """Return "does every zone have a database": no zone has none."""
    found = _none(field, noun)
    return found and found.asked(Claim(op="=", value=0))


def _all_populated_by(field: Field, role: tuple[str, str], noun: Noun) -> Asked | None:
    """Return "does every owner own a server"."""
    return _all_populated(field, noun) if role == (str(ITEM), field.name) else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
