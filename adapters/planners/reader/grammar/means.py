"""What is above or below the mean of its class."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.asked import COUNTED, LISTED, Asked, asked, is_one
from adapters.planners.reader.grammar.claiming import as_high, recent
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.meaning import ITEM, Noun, having
from adapters.planners.reader.resolved import likened
from domain.query.model import Ask, MeasureWant
from domain.query.sets import Comparison


def _above(noun: Noun, by: Quantity) -> Noun | None:
    """Return "servers with more memory than average"."""
    return _beyond(noun, by, ">")


def _below(noun: Noun, by: Quantity) -> Noun | None:
    return _beyond(noun, by, "<")


def _beyond(noun: Noun, by: Quantity, op: Comparison) -> Noun | None:
    timed = recent(by)
    each, all_of = timed.of_members(noun), timed.within(noun)
    is_class = noun.kind is ITEM and noun.is_headed and not is_one(noun)
    if each is None or all_of is None or not is_class or by.is_of_records or by.functions:
        return None
    mean = Ask(want=MeasureWant(measures=all_of[1]), of=(all_of[0].members(),))
    return having(noun, likened(as_high(each, op), op, mean))


def _listed(noun: Noun) -> Asked:
    return asked(LISTED, noun)


def _counted(noun: Noun) -> Asked:
    return asked(COUNTED, noun)


def _word() -> bool:
    return True


RULES: Sequence[Rule] = rules_in(__file__, globals())
