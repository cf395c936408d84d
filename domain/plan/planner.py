"""The port through which a question becomes a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.plan.look_ups import LookUps
from domain.plan.plan import PlanOutput


@dataclass(frozen=True, slots=True)
class PlanningContext:
    """What a planner may know: whose estate, what it says, and the run's one present instant.

    `now` is in the zone of who asks: `today` is the day there. `words` are the tenant's own, in
    the form of `phrase_of`, with the words that each stands for; one without any says nothing.
    """

    tenant_id: str
    look_ups: LookUps
    now: datetime
    words: Mapping[str, str] = field(default_factory=dict)


class Planner(Protocol):
    """Turns a question into a plan, a direct answer or a refusal."""

    name: str
    version: str

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        """Return the plan, answer or refusal for exactly this question.

        It follows from the question and the context alone: the same again gives the same again.
        Raises `QuestionNotUnderstood`.
        """


class QuestionNotUnderstood(ValueError):
    """A question that a planner cannot turn into a plan without guessing.

    The message says what was not understood and shows questions that this estate can answer.
    """

    def __init__(self, question: str, *, why: str, examples: Sequence[str]) -> None:
        """Keep the facts; `why` is a sentence without its full stop."""
        self.question, self.why, self.examples = question, why, list(examples)
        shown = "; ".join(f'"{example}"' for example in self.examples)
        super().__init__(f"{why}. Questions that work here: {shown}" if shown else f"{why}.")
