"""The n-th of a ranking: "which zone has the second most servers"."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.ordered import Place, extreme_place
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.grammar.rankings import (
    Ranked,
    groups,
    members,
    of_field,
    related,
    so_many,
)
from adapters.planners.reader.meaning import Field, Noun


def _nth_of(number: float, top: Ranked) -> Ranked | None:
    """Return "second busiest server"."""
    found = so_many(number, top)
    return found and replace(found, only_last=number > 1)


def _nth_extreme(number: float, said: tuple[str, bool], noun: Noun) -> Place | None:
    """Return "second longest maintenance"."""
    found = extreme_place(said, noun)
    if found is None or number != int(number) or number < 1:
        return None
    return Place(noun, found.want.model_copy(update={"n": int(number)}))


def _nth_most(
    of: Noun | Field, number: float, order: str, by: Quantity | Noun | Field
) -> Ranked | Costly | None:
    """Return "server with the third most events"."""
    found = _most(of, order, by)
    cost, top = (found.cost, found.value) if isinstance(found, Costly) else (0.0, found)
    nth = top and _nth_of(number, top)
    return nth and Costly(nth, cost)


def _most(of: Noun | Field, order: str, by: Quantity | Noun | Field) -> Ranked | Costly | None:
    match of, by:
        case Field(), Noun():
            return groups(of, order, by)
        case Noun(), Quantity():
            return members(of, order, by)
        case Noun(), Field():
            return of_field(of, order, by)
        case Noun(), Noun():
            return related(of, order, by)
        case _:
            return None


RULES: Sequence[Rule] = rules_in(__file__, globals())
