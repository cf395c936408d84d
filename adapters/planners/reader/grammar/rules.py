"""All rules of the grammar."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.chart import Rule
from adapters.planners.reader.grammar import conditions, nouns, predicates, several, wants

RULES: Final[Sequence[Rule]] = (
    *nouns.RULES,
    *conditions.RULES,
    *predicates.RULES,
    *wants.RULES,
    *several.RULES,
)
