"""Several things that are asked at once."""

from collections.abc import Sequence

from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_of
from adapters.planners.reader.grammar.applying import Post, applied
from adapters.planners.reader.grammar.asked import Asked
from adapters.planners.reader.grammar.measures import is_base


def _one(first: Asked) -> tuple[Asked, ...]:
    return (first,)


def _more(first: Asked, others: tuple[Asked, ...]) -> tuple[Asked, ...]:
    return (first, *others)


def _elliptic(first: Asked, post: Post) -> tuple[Asked, ...] | Costly | None:
    """Return "how many servers are in zone-a and how many are active": both of servers."""
    if len(first.of) != 1 or first.claim is not None:
        return None
    noun = first.of[0]
    head = replace(noun, where=tuple(each for each in noun.where if is_base(each)))
    if head == noun or noun.of is not None or noun.time is not None:
        return None
    found = applied(head, post)
    if isinstance(found, Costly):
        return Costly((first, replace(first, of=(found.value,))), found.cost)
    return found and (first, replace(first, of=(found,)))


RULES: Sequence[Rule] = [
    *rules_of("QUERY", "ASK", _one),
    *rules_of("QUERY", "ASK also QUERY", _more),
    *rules_of("QUERY", "ASK also howmany be? BARE\nASK also howmany POST", _elliptic),
]
