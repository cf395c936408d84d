"""What is among the values that other items have: "in zones with databases"."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.asked import is_one
from adapters.planners.reader.meaning import ITEM, Field, Filter, Noun
from adapters.planners.reader.resolved import likened
from domain.estate.fields import FieldType
from domain.query.model import Ask, DistributionWant
from domain.query.sets import FieldCondition, NoneOf

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


def _beside(field: Field, others: Noun) -> Filter | None:
    """Return "in the same zone as a database"."""
    return None if is_one(others) else _among(field, others)


RULES: Sequence[Rule] = rules_in(__file__, globals())
