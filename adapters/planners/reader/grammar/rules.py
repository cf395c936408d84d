"""All rules of the grammar."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.chart import Rule
from adapters.planners.reader.grammar import (
    acting,
    buckets,
    comparing,
    conditions,
    frequent,
    graphs,
    happening,
    later,
    measures,
    nouns,
    ordered,
    overviews,
    predicates,
    present,
    quantities,
    rankings,
    recalled,
    relating,
    service,
    several,
    shares,
    texts,
    truths,
    wants,
)

RULES: Final[Sequence[Rule]] = (
    *nouns.RULES,
    *conditions.RULES,
    *texts.RULES,
    *predicates.RULES,
    *happening.RULES,
    *relating.RULES,
    *quantities.RULES,
    *wants.RULES,
    *truths.RULES,
    *ordered.RULES,
    *acting.RULES,
    *rankings.RULES,
    *frequent.RULES,
    *recalled.RULES,
    *measures.RULES,
    *present.RULES,
    *buckets.RULES,
    *shares.RULES,
    *comparing.RULES,
    *graphs.RULES,
    *service.RULES,
    *several.RULES,
    *overviews.RULES,
    *later.RULES,
)
