"""All phrases that mean something in one estate, found longest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.planners.rules.cues import fixed_words
from adapters.planners.rules.estate_words import code_prefixes, estate_words
from adapters.planners.rules.mentions import Mention, Slot
from domain.estate.queries import Vocabulary


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases with their meanings: `items` holds codes and names of items, `words` the rest."""

    words: Mapping[str, Mention]
    items: Mapping[str, Mention]
    prefixes: frozenset[str]
    longest: int

    def longest_at(self, text: str, at: int, *, items_first: bool) -> tuple[int, Mention] | None:
        """Return the longest phrase at this place of the text, with its end; or None."""
        order = (self.items, self.words) if items_first else (self.words, self.items)
        words = text[at:].split(" ", self.longest)[: self.longest]
        for count in range(len(words), 0, -1):
            phrase = " ".join(words[:count])
            for known in order:
                if phrase in known:
                    return at + len(phrase), known[phrase]
        return None


def lexicon_of(vocabulary: Vocabulary) -> Lexicon:
    """Return the phrases of an estate; a fixed word means the same whatever items are called."""
    words, items = fixed_words(), dict[str, Mention]()
    for phrase, mention in estate_words(vocabulary):
        (items if mention.slot is Slot.CI else words).setdefault(phrase, mention)
    longest = max(phrase.count(" ") + 1 for phrase in (*words, *items))
    return Lexicon(words, items, code_prefixes(vocabulary), longest)
