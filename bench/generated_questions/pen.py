"""How a sentence is written: one of several wordings, with the slips of a person in haste."""

import random
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

WORDS: Final = Path(__file__).parent / "words"
_WORDINGS: Final[dict[str, str]] = tomllib.loads((WORDS / "questions.toml").read_text("utf-8"))
_POLITE: Final = ("please {}", "hey, {}", "{} please", "{} pls", "{} thanks", "quick one: {}")
_TOLD: Final = ("can you tell me {}", "I need to know {}", "tell me {}")
_ASKING: Final = re.compile(r"(?:how|which|who|when|where)\b", re.IGNORECASE)
_SHORTENED: Final = (
    (r"\bwhat is\b", ("what's", "whats")),
    (r"\bwho is\b", ("who's",)),
    (r"\bare not\b", ("aren't", "arent")),
    (r"\bis not\b", ("isn't",)),
    (r"\bhow many\b", ("hw many", "how mny")),
    (r" and ", (" & ",)),
)
_MISSPELT: Final = re.compile(
    r"\b(?:servers|databases|network|maintenance|average|number|percentage|packages|processes"
    r"|ventilators|circuits|memory|temperature|connected|depends?|running|requested|approved"
    r"|installed|different|duration|highest|production|staging|monitoring)\b"
)


class Pen:
    """Chooses wordings; the same seed chooses the same."""

    def __init__(self, seed: object) -> None:
        self.chance = random.Random(str(seed))

    def one(self, wordings: str) -> str:
        """Return one of wordings that are parted by `|`."""
        return self.chance.choice(wordings.split("|"))

    def pick(self, some: Sequence[T]) -> T:
        """Return one of some."""
        return self.chance.choice(some)

    def is_so(self, probability: float) -> bool:
        """Return true with a probability."""
        return self.chance.random() < probability

    def say(self, asked: str, /, **parts: object) -> str:
        """Return a question of a kind in one of its wordings."""
        return self.one(_WORDINGS[asked]).format(**parts)

    def in_haste(self, sentence: str) -> str:
        """Return a sentence as an operator may type it: it means the same."""
        if self.is_so(0.25):
            sentence = re.sub(r"(?<![-\w])(?:the|a|an) ", "", sentence)
        for long, short in _SHORTENED:
            if self.is_so(0.05 if "many" in long else 0.15):
                sentence = re.sub(long, self.pick(short), sentence)
        if self.is_so(0.05):
            sentence = _MISSPELT.sub(lambda found: self._misspelt(found[0]), sentence, count=1)
        if self.is_so(0.06):
            is_asking = _ASKING.match(sentence)
            sentence = self.pick(_POLITE + _TOLD if is_asking else _POLITE).format(sentence)
        return self._as_typed(sentence)

    def _misspelt(self, word: str) -> str:
        at = self.chance.randrange(2, len(word) - 2)
        if self.is_so(0.5):
            return word[:at] + word[at + 1 :]
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def _as_typed(self, sentence: str) -> str:
        case = self.chance.random()
        if case < 0.3:
            sentence = sentence.lower()
        elif case < 0.6:
            sentence = sentence[0].upper() + sentence[1:]
        return sentence + self.pick(("?", "", "")) if sentence[-1].isalnum() else sentence
