"""How a question is read, before it is asked."""

from dataclasses import dataclass
from typing import Final

from domain.json import JsonMap
from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class UsedWords:
    """Some words of a question, and what they are used as."""

    words: str
    used_as: str


@dataclass(frozen=True, slots=True)
class PlannedCallInShort:
    """A tool call that would be made, as far as its parameters are known beforehand."""

    call_id: str
    tool: str
    operation: str
    params: JsonMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The reading of a question: nothing was run or recorded for it.

    `kind` is that of the planner's output; `reasons` say why the `confidence` is below 1: what was
    corrected or chosen. A question that no query says has no `query`, and no words that are told.
    """

    question: str
    kind: str
    reading: str
    confidence: float
    reasons: tuple[str, ...]
    words: tuple[UsedWords, ...]
    query: JsonMap | None
    calls: tuple[PlannedCallInShort, ...]


EXPLANATION: Final[View[Explanation]] = View("explanation", Explanation)
