"""Senses: what a span of a question may mean, and at what cost."""

from dataclasses import dataclass
from typing import Any, Final

EXACT: Final = 0.0
FILLER: Final = 1.0
GUESSED: Final = 2.0
CORRECTED: Final = 5.0


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of the tokens from `start` up to `end`.

    `category` is a symbol of the grammar; `note` is said in the answer where this sense is chosen.
    """

    category: str
    start: int
    end: int
    value: Any = None
    cost: float = EXACT
    note: str | None = None
