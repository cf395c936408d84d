"""What is counted or measured of two sides: zones, owners, items."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, opposite
from adapters.planners.reader.grammar.asked import COUNTED, Asked, asked, is_one
from adapters.planners.reader.grammar.comparing import (
    Pair,
    both_of,
    counts,
    of_quantity,
    of_sides,
    pair_of,
    posts,
    side,
)
from adapters.planners.reader.grammar.predicates import by_whom
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.meaning import Field, Filter, Noun, either, filtered
from domain.query.model import Claim, CountWant, DistributionWant
from domain.query.sets import FieldCondition

Side = Filter | Noun


def _counted(one: Side, other: Side, noun: Noun) -> Asked | None:
    """Return "zone-a vs zone-b: events today"."""
    sets = of_sides(one, noun, other) if noun.is_headed and not is_one(noun) else None
    return sets and asked(COUNTED, *sets)


def _with_and_without(noun: Noun, has: Post) -> Pair | None:
    """Return "servers with and without failed maintenance"."""
    other = opposite(has)
    return posts(noun, has, other) if other is not None else None


def _counted_by(field: Field, noun: Noun, one: Filter, other: Filter) -> Asked | None:
    """Return "which zone has more servers, zone-a or zone-b"."""
    return _counted(one, other, noun) if _are_of(field, one, other) else None


def _measured_by(
    field: Field, quantity: Quantity, one: Filter, other: Filter
) -> Asked | Costly | None:
    """Return "which zone has more memory, zone-a or zone-b"."""
    return _measured(quantity, one, other) if _are_of(field, one, other) else None


def _are_of(field: Field, one: Filter, other: Filter) -> bool:
    where = (*one.where, *other.where)
    return all(isinstance(each, FieldCondition) and each.field == field.name for each in where)


def _measured(quantity: Quantity, one: Side, other: Side) -> Asked | Costly | None:
    """Return "average cpu between zone-a and zone-b"."""
    first, second = side(one), side(other)
    if quantity.is_of_records or first is None or second is None:
        return None
    return of_quantity(quantity, first, second)


def _claimed(quantity: Quantity, one: Side, other: Side) -> Asked | Costly | None:
    """Return "is the cpu of srv-1 higher than that of srv-2"."""
    found = _measured(replace(quantity, functions=(quantity.function,)), one, other)
    more = Claim.model_validate({"op": ">"})
    if not isinstance(found, Asked):
        return None
    return Asked(found.want, found.of, more)


def _which_of(one: Noun, other: Noun) -> Asked | None:
    pair = pair_of(one, other) if one.is_headed and not one.is_one else None
    return pair and counts(pair)


def _more_of(one: Noun, other: Noun) -> Asked | None:
    """Return "more audits than upgrades"; a time that one has alone would be guessed of both."""
    if one.kind is not other.kind or one == other or bool(one.time) is not bool(other.time):
        return None
    return asked(COUNTED, one, other, claim=Claim.model_validate({"op": ">"}))


def _by_persons(role: tuple[str, str], noun: Noun, one: Filter, other: Filter) -> Asked | None:
    """Return "who requested more work, alice or bob": how much each did."""
    persons = either(one, other)
    only = persons.where[0] if persons and len(persons.where) == 1 else None
    if not isinstance(only, FieldCondition) or (str(noun.kind), only.field) != role:
        return None
    found = persons and filtered(noun, persons)
    return found and asked(DistributionWant(group=(role[1],)), found)


def _more_by(one: Filter, role: tuple[str, str], noun: Noun, other: Filter) -> Asked | None:
    """Return "did emma request more work than bob"."""
    sides = [by_whom(role, each) for each in (one, other)]
    if not (sides[0] and sides[1]) or role[0] != noun.kind:
        return None
    pair = both_of(*(filtered(noun, each) for each in sides if each))
    more = Claim.model_validate({"op": ">"})
    return asked(COUNTED, pair.first, pair.second, claim=more) if pair else None


def _difference(one: Noun, other: Noun) -> Asked:
    return asked(CountWant(difference=True), one, other)


def _differing(one: Noun, other: Noun) -> Asked | None:
    """Return "how many more servers than databases": both counts, which tell the difference."""
    is_like = one.kind is other.kind and one != other and one.is_headed is other.is_headed
    return _difference(one, other) if is_like and bool(one.time) is bool(other.time) else None


def _differing_there(noun: Noun, one: Post, other: Post) -> Asked | None:
    """Return "how many more servers are in zone-a than in zone-b"."""
    pair = posts(noun, one, other)
    return pair and _difference(pair.first, pair.second)


def _differing_values(noun: Noun, one: Filter, other: Filter) -> Asked | None:
    """Return "how many more failed than successful jobs"."""
    pair = both_of(filtered(noun, one), filtered(noun, other))
    return pair and _difference(pair.first, pair.second)


def _differing_of(one: Filter | Noun, noun: Noun, other: Filter | Noun) -> Asked | None:
    """Return "how many more servers does zone-a have than zone-b"."""
    sets = of_sides(one, noun, other)
    return sets and _difference(*sets)


RULES: Sequence[Rule] = rules_in(__file__, globals())
