"""What is among the values that other items have: "in zones with databases"."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.asked import Asked, asked, is_one
from adapters.planners.reader.meaning import ITEM, Field, Filter, Noun, filtered, having
from adapters.planners.reader.resolved import likened
from domain.estate.fields import FieldType
from domain.query.model import Ask, DistributionWant, MeasureWant
from domain.query.sets import FieldCondition, Function, Measure, NoneOf, Operator
from domain.query.verdict import OPPOSITE

Role = tuple[str, str]

_OWNER: Final = Field(ITEM, "owner", FieldType.TEXT)


def _among(field: Field, others: Noun) -> Filter | None:
    """Return "in zones that have a database": a value that any of the others has."""
    if field.kind is not ITEM or others.kind is not ITEM or not others.is_headed:
        return None
    ask = Ask(want=DistributionWant(group=(field.name,)), of=(others.members(),))
    condition = FieldCondition(field=field.name, op="in", value=("",))
    return Filter(ITEM, (likened(condition, "=", ask),))


def _owned_like(role: Role, again: Role, others: Noun) -> Filter | None:
    """Return "owned by whoever owns srv-1"."""
    return _among(_OWNER, others) if role == again == (ITEM, _OWNER.name) else None


def _owned_by_owner(role: Role, field: Field, others: Noun) -> Filter | None:
    """Return "owned by the owner of srv-1", "whose owner also owns srv-1"."""
    return _owned_like(role, (field.kind, field.name), others)


def _owned_by_that(role: Role, field: Field, again: Role, others: Noun) -> Filter | None:
    """Return "owned by the team that owns srv-1"."""
    return _owned_by_owner(role, field, others) if again == role else None


def _owned_alike(role: Role, field: Field, item: Noun) -> Filter | None:
    """Return "owned by the same team as srv-1"."""
    found = _owned_by_owner(role, field, item) if is_one(item) else None
    return found and Filter(ITEM, (*found.where, NoneOf(none=item.where)))


def _groups_with_both(field: Field, one: Noun, other: Noun) -> Asked | None:
    """Return "zones with servers and databases": those of the first where the other is, too."""
    there = _among(field, other)
    found = there and one.is_headed and filtered(one, there)
    return asked(DistributionWant(group=(field.name,)), found) if found else None


def _groups_of_each(field: Field, *nouns: Noun) -> tuple[Asked, ...] | None:
    """Return "which zones have servers and which have databases"."""
    name = field.name if all(each.kind is field.kind for each in nouns) else None
    return tuple(asked(DistributionWant(group=(name,)), each) for each in nouns) if name else None


def _owners_of_both(field: Field | None, role: Role, one: Noun, other: Noun) -> Asked | None:
    """Return "teams that own both servers and databases"."""
    by = field or _OWNER
    return _groups_with_both(by, one, other) if role == (by.kind, by.name) else None


def _beside(field: Field, others: Noun) -> Filter | None:
    """Return "in the same zone as a database"."""
    return None if is_one(others) else _among(field, others)


def _beyond_average(noun: Noun, field: Field, op: Operator, function: str) -> Noun | None:
    """Return "with above average memory": than the mean, or median, of all of these."""
    is_number = field.kind is noun.kind is ITEM and field.type is FieldType.NUMBER
    if not is_number or op not in OPPOSITE or function not in (Function.AVG, Function.MEDIAN):
        return None
    mean = Measure(function=Function(function), field=field.name)
    ask = Ask(want=MeasureWant(measures=(mean,)), of=(noun.members(),))
    condition = FieldCondition(field=field.name, op=op, value=0)
    return having(noun, likened(condition, op, ask))


def _past_average(
    noun: Noun, meant: tuple[Field, Operator], function: str, same: Noun | None = None
) -> Noun | None:
    """Return "heavier than average", "heavier than the average press"."""
    is_same = same is None or noun.where[: len(same.where)] == same.where or noun == same
    return _beyond_average(noun, *meant, function) if is_same else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
