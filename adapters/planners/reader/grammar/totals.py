"""Sums: of what all items have, and of the time that was spent."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied_all
from adapters.planners.reader.grammar.asked import Asked, asked
from adapters.planners.reader.grammar.measures import Figures, in_groups, spent
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.meaning import ITEM, Field, Filter, Noun, filtered
from domain.estate.fields import FieldType
from domain.query.model import FieldWant, MeasureWant
from domain.query.sets import FieldCondition, Function

_EVERY = Noun(ITEM, is_headed=False)


def _sum(field: Field, noun: Noun) -> Asked | None:
    return total(Quantity((Function.SUM,), field), noun)


def total(quantity: Quantity, noun: Noun) -> Asked | None:
    """Return a quantity of a whole set."""
    found = quantity.within(noun)
    return found and asked(MeasureWant(measures=found[1]), found[0])


def _of_all(field: Field) -> Asked | None:
    """Return "how much memory do we have"."""
    is_summed = field.type is FieldType.NUMBER and field.name.startswith("attributes.")
    return total(Quantity((Function.SUM,), field), _EVERY) if is_summed else None


def _of_those(field: Field, posts: tuple[Post, ...]) -> Costly | None:
    """Return "how much memory is there in zone-a"."""
    found = applied_all(_EVERY, posts) if _of_all(field) else None
    asks = found and total(Quantity((Function.SUM,), field), found.value)
    return Costly(asks, found.cost) if found and asks else None


def _of_value(field: Field, by: Filter) -> Costly | None:
    """Return "how many cores does zone-a have"."""
    return _of_those(field, (by,)) if by.kind is ITEM and not by.is_class else None


def _per_group(field: Field, group: tuple[Field | Noun, ...]) -> Asked | None:
    """Return "beds in total per floor"."""
    return _summed(field, group, (Function.SUM,), _EVERY)


def _totals(field: Field, group: tuple[Field | Noun, ...]) -> Asked | None:
    """Return "beds per floor": their sum, and the mean, as either may be meant."""
    return _totals_of(_EVERY, field, group)


def _totals_of(noun: Noun, field: Field, group: tuple[Field | Noun, ...]) -> Asked | None:
    return _summed(field, group, (Function.SUM, Function.AVG), noun)


def _summed(
    field: Field,
    group: tuple[Field | Noun, ...],
    functions: tuple[Function, ...],
    noun: Noun,
) -> Asked | None:
    """Return functions of a number that items have, per group."""
    if field.type is not FieldType.NUMBER or field.kind is not ITEM or noun.kind is not ITEM:
        return None
    found = in_groups(Figures(noun, Quantity(functions, field)), noun, group)
    return found and found.asked()


def _spent_by(by: Filter, noun: Noun) -> Figures | None:
    """Return "how many minutes did infra-team spend on maintenance"."""
    only = by.where[0] if len(by.where) == 1 else None
    is_person = (
        isinstance(only, FieldCondition) and only.field == "performer" and by.kind is noun.kind
    )
    found = filtered(noun, by) if is_person else None
    return found and spent(found)


def _time_of(noun: Noun, field: Field) -> Figures | None:
    """Return "how much maintenance time"."""
    return spent(noun) if field.name == "duration_min" and field.kind is noun.kind else None


def _in_unit(found: Figures, unit: str) -> Figures | None:
    """Return "total memory in GB": in the unit that it has."""
    field = found.quantity.field
    return found if field and field.unit == unit else None


def _of_each(field: Field, noun: Noun) -> Asked | None:
    """Return "beds per ward": the number of each."""
    is_own = field.type is FieldType.NUMBER and {*field.classes} & {*noun.classes}
    return asked(FieldWant(fields=(field.name,)), noun) if is_own else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
