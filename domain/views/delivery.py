"""What is told to servers outside, and was not taken yet."""

from dataclasses import dataclass
from typing import Final

from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An event that a target wants to hear of, and has not taken yet.

    It is tried again at `due_at` (UTC); without one it is dead: nobody tries it any more. `error`
    is what came of the last try.
    """

    event_id: str
    target: str
    kind: str
    stream_id: str
    position: int
    tries: int
    due_at: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class SentAgain:
    """How many letters are tried again from now on."""

    letter_count: int


LETTERS: Final[View[list[Letter]]] = View("deliveries", list[Letter])
SENT_AGAIN: Final[View[SentAgain]] = View("delivery-resend", SentAgain)
