"""What a question is read on: what the estate has, the instant, and the words of the language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.planners.reader.choosing import Meaning, best, chosen
from adapters.planners.reader.reading import Reading, read_tokens
from adapters.planners.reader.senses import Sense
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words
from domain.plan.look_ups import LookUps


@dataclass(frozen=True, slots=True)
class Ground:
    """Look-ups, instant and words, which go together."""

    look_ups: LookUps
    now: datetime
    words: Words

    def read(self, tokens: Sequence[Token], *, extra: Sequence[Sense] = ()) -> Reading:
        """Return all that tokens may mean; see `read_tokens`."""
        return read_tokens(tokens, self.look_ups, self.now, self.words, extra=extra)

    def chosen(self, reading: Reading) -> Meaning | None:
        """Return the best meaning of a reading. Raises like `chosen`."""
        return chosen(reading.meanings(), self.look_ups, self.now)

    def best(self, meanings: Iterable[Meaning]) -> Meaning | None:
        """Return the best of some meanings. Raises like `chosen`."""
        return best(meanings, self.look_ups, self.now)
