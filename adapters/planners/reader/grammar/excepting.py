"""What a set is without: "except databases", "outside zone-a"."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied_all, opposite
from adapters.planners.reader.grammar.nouns import is_base
from adapters.planners.reader.meaning import ITEM, Filter, Noun

_NESTED = 0.12


def _whatever(noun: Noun) -> Costly | None:
    """Return "except databases"; "except active servers in zone-a" may say of all where."""
    is_nested = len([each for each in noun.where if not is_base(each)]) > 1
    found = _except(noun)
    return found and Costly(found, _NESTED * is_nested)


def _except(noun: Noun) -> Filter | None:
    """Return "except those of erp": what has not those conditions."""
    if noun.of is not None or noun.time is not None or not noun.where:
        return None
    found = opposite(Filter(noun.kind, noun.where))
    return found if isinstance(found, Filter) else None


def _those(post: Post) -> Post | None:
    """Return "outside zone-a and zone-b": of neither."""
    is_each = isinstance(post, Filter) and post.is_both and len(post.where) > 1
    return None if is_each else opposite(post)


def _all_those(posts: tuple[Post, ...]) -> Post | Costly | None:
    """Return "except those in zone-a that are active": what is not so in all of that."""
    if len(posts) == 1:
        return opposite(posts[0])
    found = applied_all(Noun(ITEM), posts)
    return found and Costly(_except(found.value), found.cost)


RULES: Sequence[Rule] = rules_in(__file__, globals())
