"""What a planner is given for one question beside its words, as it is stored."""

from typing import Any

from domain.aggregate.fact import Fact
from domain.estate.named import Key, Named, Related


class SpeltWords(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """What the words of a question name in an estate; what names nothing is not there.

    `rules` maps the lower-case names of rules to their ids. Records of before have more: `items`
    maps phrases to what they stand for, `prefixes` are those with which codes begin, and `values`
    has the values by source, such as "ci.status" or "metric", in the order of the estate.
    """

    items: dict[str, str] = {}
    prefixes: list[str] = []
    values: dict[str, list[str]] = {}
    rules: dict[str, str] = {}


class LookedUp(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """All that a planner asked an estate, with the answers; what it did not ask is not there.

    `words` is None where it did not ask what those of the question name. `near` has what is
    spelt much like a word, and `first` the first name of a source, None where it has none. Records
    of before have in `called` the values by source and name asked for.

    `named` has what phrases name; of the phrases that name nothing, only those that the question
    does not have. `keys` and `relations` are those of classes, whose names stand in a row with
    commas. `records` has the records that each ask of a query gave, by column.
    """

    words: SpeltWords | None = None
    called: dict[str, dict[str, list[str]]] = {}
    near: dict[str, list[str]] = {}
    first: dict[str, str | None] = {}
    named: dict[str, list[Named]] = {}
    keys: dict[str, list[Key]] = {}
    relations: dict[str, list[Related]] = {}
    records: dict[str, list[dict[str, Any]]] = {}


class Followed(Fact, frozen=True, kw_only=True):
    """What a follow-up question builds on.

    That is the query of the run before, and the codes of the items that its answer shows, in
    order. `is_whole` says whether all that the answer shows are among these.
    """

    query: dict[str, Any]
    shown: list[str] = []
    is_whole: bool = True
