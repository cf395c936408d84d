"""Where the answer to a question turned between two runs, and what changed there."""

from dataclasses import dataclass
from typing import Final, Literal

from domain.views.json_form import View

Aspect = Literal["call", "plan", "parameters", "assets", "planner", "what-if", "estate", "build"]
"""Where two runs differ: what-if is what somebody has changed by hand."""

Side = Literal["good", "bad", "other"]
"""Whose answer a run has: that of GOOD, that of BAD, or none of the two."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the run before a turn and the one after it, in a sentence."""

    aspect: Aspect
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to: the beginning of its answer, or its error."""

    run_id: str
    requested_at: str
    side: Side
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Two neighbours that do not come to the same, and what else is not the same in them.

    `is_to_bad` says that the answer of BAD begins here. `sentence` has the place where the answers
    differ; where they read the same, the blocks that do.
    """

    before: Outcome
    after: Outcome
    is_to_bad: bool
    sentence: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bisection:
    """Where the answer turned among `run_count` runs of a question, GOOD and BAD included.

    `looked` says how it was looked, `verdict` what was found. Of `turn_count` turns from or to the
    answer of one of the two, `turns` are the newest, in the order of time.
    """

    question: str
    good: Outcome
    bad: Outcome
    run_count: int
    read_count: int
    looked: str
    verdict: str
    turn_count: int
    turns: tuple[Turn, ...]


BISECTION: Final[View[Bisection]] = View("bisect", Bisection)
