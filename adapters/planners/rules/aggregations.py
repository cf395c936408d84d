"""Words for how the points of a metric become one value."""

from typing import Literal

from adapters.planners.rules.question import Reading

Agg = Literal["max", "min", "avg", "last"]

_WORDS: dict[str, Agg] = {
    "AVERAGE": "avg",
    "HIGHEST": "max",
    "LOWEST": "min",
    "LAST": "last",
    "NOW": "last",
}
TITLES: dict[Agg, str] = {"avg": "average", "max": "highest", "min": "lowest", "last": "last"}


def aggregations(reading: Reading) -> list[Agg]:
    """Return the aggregations that the question names, each once."""
    said = (_WORDS.get(mention.symbol) for mention in reading.mentions)
    return list(dict.fromkeys(agg for agg in said if agg))
