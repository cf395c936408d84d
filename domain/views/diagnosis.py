"""A diagnosis: what is behind how a run went, each reason with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.run.facts import counted
from domain.run.summary import RunSummary
from domain.views.json_form import View

NOTHING_WRONG: Final = "nothing found wrong"


class Confidence(StrEnum):
    """How sure a hypothesis is.

    certain: the events say so themselves. likely: they fit it, and little else. possible: worth a
    look, and may well be as it should.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One reason, found by the rule of this name.

    `evidence` are the versions of the events that support it. `next_step` is a command that looks
    deeper or tries to mend it, or None.
    """

    rule: str
    confidence: Confidence
    sentence: str
    evidence: tuple[int, ...]
    next_step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What may be worth knowing of a run, and is no reason for how it went; as a hypothesis."""

    rule: str
    sentence: str
    evidence: tuple[int, ...]
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is behind how a run went: what its own record says first, then what is around it.

    A run with which nothing is wrong has no hypotheses; `notes` are no reasons.
    """

    run: RunSummary
    hypotheses: list[Hypothesis]
    verdict: str = NOTHING_WRONG
    notes: list[Remark] = field(default_factory=list)


def verdict_of(hypotheses: Sequence[Hypothesis]) -> str:
    """Return in a few words what came out."""
    return f"{counted(len(hypotheses), 'reason')} found" if hypotheses else NOTHING_WRONG


DIAGNOSIS: Final[View[Diagnosis]] = View("diagnose", Diagnosis)
