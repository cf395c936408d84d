"""A diagnosis: what may be behind how a run went, each reason with its evidence."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.run.summary import RunSummary
from domain.views.json_form import View


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


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What may be behind how a run went, the most certain first."""

    run: RunSummary
    hypotheses: list[Hypothesis]


DIAGNOSIS: Final[View[Diagnosis]] = View("diagnose", Diagnosis)
