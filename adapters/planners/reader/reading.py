"""From a question to all its meanings: tokens, senses, chart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import zip_longest
from math import fsum

from adapters.planners.reader.called import called
from adapters.planners.reader.chart import Chart, Edge, Grammar
from adapters.planners.reader.estate_senses import EstateSenses
from adapters.planners.reader.grammar import rules
from adapters.planners.reader.meaning import Period
from adapters.planners.reader.senses import FILLER, Sense
from adapters.planners.reader.spreading import spread, with_unit
from adapters.planners.reader.the_only import the_only
from adapters.planners.reader.tokens import Token, tokens_of
from adapters.planners.reader.word_senses import word_senses
from adapters.planners.reader.words import OWN, Words, form_of
from adapters.planners.reader.zones import times_in_zones
from domain.plan.look_ups import LookUps

# What a sense costs by itself: of two readings, the one of fewer and longer phrases is meant.
_GRAMMAR, _WORD = 0.05, 0.3
_DOUBLED, _PLACED, _UNLIKE = 0.5, 5.0, 1.0
_NUMBERED = ("FIELD", "FIELDNAME", "METRIC")
_LINKS = ("and", "or", "that", "comma")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with its tokens, their senses, and the chart of what they mean together."""

    tokens: Sequence[Token]
    senses: Sequence[Sense]
    chart: Chart
    fillers: Sequence[bool]
    bare: Sequence[Sense]
    """The senses without the fillers beside them."""

    def meanings(self) -> list[Edge]:
        """Return what the whole question means, the cheapest first."""
        return self.chart.meanings("QUERY", 0, len(self.tokens)) if self.tokens else []

    def unknown(self) -> list[int]:
        """Return the places of the tokens that have no sense but that of a text."""
        known = {at for at, is_filler in enumerate(self.fillers) if is_filler}
        for sense in self.senses:
            if sense.category not in ("TEXT", "LITERAL"):
                known.update(range(sense.start, sense.end))
        return [at for at in range(len(self.tokens)) if at not in known]


@cache
def _grammar() -> Grammar:
    return Grammar(rules.RULES)


def read(question: str, look_ups: LookUps, now: datetime, words: Words) -> Reading:
    """Return all that a question may mean."""
    said = without_noise(said_in_english(question, look_ups, words), words)
    links = words.joints["link"]
    whole = with_unit(spread([*_linked(said, links)], links), words)
    return read_tokens(whole, look_ups, now, words)


def said_in_english(question: str, look_ups: LookUps, words: Words) -> list[Token]:
    """Return the tokens of a question, those of another language by their English words."""
    said = tokens_of(question, words.spelling)
    if question.isascii():
        return said
    from adapters.planners.reader.languages import in_english  # noqa: PLC0415 - few need it

    return in_english(
        said, look_ups, words.spelling, {*words.candidates.get(OWN, ()), *words.noise}
    )


def _linked(tokens: Sequence[Token], links: frozenset[str]) -> Iterator[Token]:
    """Yield the tokens without a comma before "and" or "or", which says the same."""
    for token, after in zip_longest(tokens, tokens[1:]):
        if token.word != "," or after is None or after.word not in links:
            yield token


def without_noise(tokens: Sequence[Token], words: Words) -> list[Token]:
    """Return the tokens without what is only polite."""
    kept = [token for token in tokens if token.kind != "word" or token.word not in words.noise]
    kept = _without_openings(_without_marks(kept), words)
    for ending in words.endings:
        said = tuple(token.word for token in kept[-len(ending) :])
        if len(kept) > len(ending) and said == ending:
            return _without_marks(kept[: -len(ending)])
    return kept


def _without_openings(tokens: list[Token], words: Words) -> list[Token]:
    for opening in words.openings:
        said = tuple(token.word for token in tokens[: len(opening)])
        if len(tokens) > len(opening) and said == opening:
            return _without_openings(_without_marks(tokens[len(opening) :]), words)
    return tokens


def _without_marks(tokens: list[Token]) -> list[Token]:
    """Return the tokens without commas at their ends."""
    first, last = 0, len(tokens)
    while first < last and tokens[first].word == ",":
        first += 1
    while last > first and tokens[last - 1].word == ",":
        last -= 1
    return tokens[first:last]


def read_tokens(
    tokens: Sequence[Token],
    look_ups: LookUps,
    now: datetime,
    words: Words,
    *,
    extra: Sequence[Sense] = (),
) -> Reading:
    """Return all that tokens may mean, with these senses of some besides."""
    fillers = [token.kind == "word" and token.word in words.fillers for token in tokens]
    estate = [*_no_verbs(EstateSenses(tokens, look_ups, words).senses(), tokens, words)]
    estate += the_only(estate, tokens, look_ups, now, words)
    said = [*word_senses(tokens, words)]
    said += _times_apart(times_in_zones(tokens, now, words), [*estate, *said], tokens, words)
    found = [*_doubled(said, estate, "N0"), *_doubled(estate, said, "COND", by_grammar=True)]
    found += called(found, tokens, look_ups, now, words)
    found += _texts(tokens, found, fillers)
    return combined(tokens, [*found, *extra], fillers)


def _no_verbs(senses: Iterable[Sense], tokens: Sequence[Token], words: Words) -> Iterator[Sense]:
    """Yield the senses but those of a class where its word is a verb: "and was changed"."""
    for sense in senses:
        token, before = tokens[sense.start], tokens[sense.start - 1]
        is_verb = sense.end == sense.start + 1 and _is(token, ("be",), words)
        is_done = any(words.is_verb(each.word) for each in tokens[sense.end : sense.end + 1])
        is_told = _is(before, _LINKS, words) or (is_done and not _is(before, ("be",), words))
        if not (is_verb and is_told and sense.start > 1) or token.text.isupper():
            yield sense


def _is(token: Token, categories: Sequence[str], words: Words) -> bool:
    return any(kind in categories for kind, _ in words.phrases.get(form_of(token.word), ()))


def combined(tokens: Sequence[Token], bare: Sequence[Sense], fillers: Sequence[bool]) -> Reading:
    """Return what tokens with these senses mean together."""
    senses = [*dict.fromkeys(_without_fillers(bare, fillers))]
    chart = Chart(_grammar(), len(tokens))
    chart.fill(senses)
    return Reading(tokens, senses, chart, fillers, bare)


def _doubled(
    senses: Sequence[Sense], others: Sequence[Sense], category: str, *, by_grammar: bool = False
) -> Iterator[Sense]:
    """Yield the senses, dearer where the same words are a class, or a word of the grammar.

    A place that is a class is hardly ever the location: which items are at a site, relations say.
    """
    taken = {
        (each.start, each.end)
        for each in others
        if (each.category.islower() if by_grammar else each.category == category)
    }
    for each in senses:
        is_place = each.value == ("item", "location")
        is_word = each.category.islower() or is_place
        is_meant = each.category == category if by_grammar else is_word
        is_doubled = is_meant and (each.start, each.end) in taken
        more = _PLACED if is_place else _DOUBLED
        yield replace(each, cost=each.cost + more) if is_doubled else each


def _times_apart(
    times: Iterable[Sense], others: Sequence[Sense], tokens: Sequence[Token], words: Words
) -> Iterator[Sense]:
    """Yield the times, dearer where the estate calls something so: servers of mon.

    Hours behind what has numbers are more likely those: severity between 4 and 5 yesterday.
    """
    values = {one.start for one in others if (one.category, one.end) == ("COND", one.start + 1)}
    numbered = {one.end for one in others if one.category in _NUMBERED}
    for each in times:
        is_value = each.end - 1 in values and tokens[each.end - 1].kind == "word"
        is_range = tokens[each.start].word in words.time_phrases["between"]
        is_range = is_range and each.start in numbered and tokens[each.start + 1].kind == "number"
        yield replace(each, cost=each.cost + _DOUBLED * is_value + _UNLIKE * is_range)


def _texts(
    tokens: Sequence[Token], known: Sequence[Sense], fillers: Sequence[bool]
) -> Iterator[Sense]:
    """Yield words as they stand: as what is searched for, and as values that nobody has."""
    grammatical = {
        at
        for sense in known
        if sense.category.islower() or sense.category in ("TIME", "OP", "NUMBER", "AGG")
        for at in range(sense.start, sense.end)
    }
    estate = {at for sense in known for at in range(sense.start, sense.end)} - grammatical
    names = {each.start for each in known if (each.category, each.end) == ("NAME", each.start + 1)}
    for start, token in enumerate(tokens):
        if fillers[start] and token.kind != "quoted":
            continue
        if token.kind == "quoted":
            yield Sense("TEXT", start, start + 1, token.text)
        if token.kind in ("code", "number", "quoted") and start not in names:
            yield Sense("LITERAL", start, start + 1, token.text)
        for end in range(start + 1, min(len(tokens), start + 4) + 1):
            places = range(start, end)
            if any(at in grammatical or tokens[at].kind == "mark" for at in places):
                break
            cost = fsum(FILLER for at in places if at in estate)
            yield Sense("TEXT", start, end, " ".join(tokens[at].word for at in places), cost)


def _without_fillers(senses: Sequence[Sense], fillers: Sequence[bool]) -> Iterator[Sense]:
    """Yield the senses with the fillers behind them, at the begin also those before them."""
    length = len(fillers)

    def after(at: int) -> int:
        while at < length and fillers[at]:
            at += 1
        return at

    begin = after(0)
    for sense in senses:
        start, end = (0 if sense.start == begin else sense.start), after(sense.end)
        is_filler = all(fillers[sense.start : sense.end])
        if not is_filler:
            cost = sense.cost + (_GRAMMAR if sense.category.islower() else _WORD)
            yield replace(sense, start=start, end=end, cost=cost)


__all__ = ["Period", "Reading", "read", "read_tokens"]
