"""The questions nearest to one that is not understood: with other words, or with fewer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from adapters.planners.reader.chart import TooManyMeanings
from adapters.planners.reader.choosing import CannotBe, SeveralMeanings
from adapters.planners.reader.grammar.asked import COUNTED, LISTED
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.meaning import Noun
from adapters.planners.reader.reading import Reading, combined
from adapters.planners.reader.spelling import near_words
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.which_one import numbered
from adapters.planners.reader.words import Words
from domain.plan.look_ups import is_beginning
from domain.plan.planner import Nearest
from domain.query.checks import checks
from domain.query.in_words import in_words
from domain.query.model import Ask, Query

MOST: Final = 3
_MOST_UNKNOWN, _FEWEST = 4, 2
_MOST_READ: Final = 160
"""So many tokens are read in all: the longer a question, the fewer shorter ones are tried."""
_LONG: Final = 24
"""Of a question of more tokens, what takes long to read once is not read again and again."""
_PARTS: Final = (LISTED, COUNTED)


@dataclass(frozen=True, slots=True)
class Near:
    """A question that is understood, and the words of the other that it leaves out."""

    nearest: Nearest
    left_out: tuple[Token, ...] = ()
    missing: str | None = None
    """The item that the question names, and that is not there."""


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for the nearest questions, by what is known of the estate."""

    ground: Ground

    def near(self, reading: Reading) -> list[Near]:
        """Return up to three, the nearest first; each is read otherwise than the others."""
        found: dict[str, Near] = {}
        for each in self._all(reading):
            found.setdefault(each.nearest.reading, each)
            if len(found) == MOST:
                break
        return [*found.values()]

    def _all(self, reading: Reading) -> Iterator[Near]:
        unknown = reading.unknown()
        for called, tokens in numbered(reading, self.ground):
            for each in self._understood(self.ground.read(tokens)):
                yield replace(each, missing=called)
        if 0 < len(unknown) <= _MOST_UNKNOWN:
            yield from self._replaced(reading, unknown)
            yield from self._without(reading, unknown)
        if len(reading.tokens) <= _LONG:
            yield from self._shortened(reading, unknown)
        yield from _parts(reading, self.ground.words)

    def _replaced(self, reading: Reading, unknown: Sequence[int]) -> Iterator[Near]:
        """Yield the question with words that are spelt much like those that nobody knows."""
        near = {at: self._near_words(reading.tokens[at]) for at in unknown}
        known = {at: words for at, words in near.items() if words}
        left_out = tuple(reading.tokens[at] for at in unknown if at not in known)
        most = MOST if len(reading.tokens) <= _LONG else 1
        for chosen_words in islice(product(*known.values()) if known else (), most):
            meant = dict(zip(known, chosen_words, strict=True))
            tokens = [
                replace(token, text=meant[at], word=meant[at]) if at in meant else token
                for at, token in enumerate(reading.tokens)
                if at in meant or at not in near
            ]
            yield from self._understood(self.ground.read(tokens), left_out)

    def _near_words(self, token: Token) -> list[str]:
        begun = [e for e in self.ground.look_ups.near(token.word) if is_beginning(token.word, e)]
        return begun or near_words(token.word, self.ground.look_ups, self.ground.words)

    def _shortened(self, reading: Reading, unknown: Sequence[int]) -> Iterator[Near]:
        """Yield the question without some words in a row, as few as will do."""
        tokens = reading.tokens
        tries, found = _MOST_READ // max(len(tokens), 1), False
        for length in range(1, len(tokens) - _FEWEST + 1):
            for start in range(len(tokens) - length, -1, -1):
                places = {*range(start, start + length), *unknown}
                if tries and len(tokens) - len(places) >= _FEWEST:
                    tries -= 1
                    for each in self._without(reading, sorted(places)):
                        found = True
                        yield each
            if found or not tries:
                return

    def _without(self, reading: Reading, places: Sequence[int]) -> Iterator[Near]:
        left_out = tuple(reading.tokens[at] for at in places)
        try:
            yield from self._understood(without(reading, places), left_out)
        except TooManyMeanings:
            return

    def _understood(self, reading: Reading, left_out: tuple[Token, ...] = ()) -> Iterator[Near]:
        try:
            meaning = self.ground.chosen(reading)
        except (CannotBe, SeveralMeanings):
            return
        if meaning is not None:
            yield Near(Nearest(text_of(reading.tokens), in_words(meaning.query)), left_out)


def without(reading: Reading, places: Sequence[int]) -> Reading:
    """Return the reading without the tokens at these places; nothing is looked up for it."""
    gone = {*places}
    kept = [at for at in range(len(reading.tokens)) if at not in gone]
    new = {at: place for place, at in enumerate(kept)}
    senses = [
        replace(sense, start=new[sense.start], end=new[sense.end - 1] + 1)
        for sense in reading.bare
        if gone.isdisjoint(range(sense.start, sense.end))
    ]
    fillers = [reading.fillers[at] for at in kept]
    return combined([reading.tokens[at] for at in kept], senses, fillers)


def _parts(reading: Reading, words: Words) -> Iterator[Near]:
    """Yield what can be asked of the longest phrase that names a set."""
    spans = reading.chart.longest(["N2"])
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        edge = min(spans[start, end], key=lambda each: each.cost)
        noun = edge.value
        if not isinstance(noun, Noun) or not noun.is_headed:
            continue
        left_out = (*reading.tokens[:start], *reading.tokens[end:])
        if noun.is_one:
            query = Query(asks=(Ask(want=LISTED, of=(noun.members(),)),))
            yield Near(Nearest(text_of(reading.tokens[start:end]), in_words(query)), left_out)
            return
        for want in _PARTS:
            query = Query(asks=(Ask(want=want, of=(noun.members(),)),))
            if not checks(query):
                said = f"{words.offers[want.do]} {text_of(reading.tokens[start:end])}"
                yield Near(Nearest(said, in_words(query)), left_out)
        return


def text_of(tokens: Iterable[Token]) -> str:
    """Return tokens as a text; those that were written together stay so.

    What was said in another language is a text in English.
    """
    tokens = [*tokens]
    if any(token.word.isascii() and not token.text.isascii() for token in tokens):
        return " ".join(token.word for token in tokens)
    text, last = "", -1
    for token in tokens:
        if token.start < last:  # a contraction is several tokens
            continue
        is_joined = token.start == last or token.text == ","
        quoted = f'"{token.text}"' if token.kind == "quoted" else token.text
        text, last = f"{text}{'' if is_joined or not text else ' '}{quoted}", token.end
    return text
