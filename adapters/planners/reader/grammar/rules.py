"""All rules of the grammar."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.chart import Rule
from adapters.planners.reader.grammar import (
    comparing,
    conditions,
    graphs,
    later,
    measures,
    nouns,
    ordered,
    overviews,
    predicates,
    quantities,
    rankings,
    several,
    texts,
    wants,
)

RULES: Final[Sequence[Rule]] = (
    *nouns.RULES,
    *conditions.RULES,
    *texts.RULES,
    *predicates.RULES,
    *quantities.RULES,
    *wants.RULES,
    *ordered.RULES,
    *rankings.RULES,
    *measures.RULES,
    *comparing.RULES,
    *graphs.RULES,
    *several.RULES,
    *overviews.RULES,
    *later.RULES,
)
