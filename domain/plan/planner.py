"""The port through which a question becomes a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.estate.looked_up import Followed
from domain.json import JsonMap
from domain.plan.look_ups import LookUps
from domain.plan.plan import PlanOutput


@dataclass(frozen=True, slots=True)
class PlanningContext:
    """What a planner may know: whose estate, what it says, and the run's one present instant.

    `now` is in the zone of who asks: `today` is the day there. `words` are the tenant's own, in
    the form of `phrase_of`, with the words that each stands for; one without any says nothing.
    `followed` is there where the question follows up another run. One who `explains` is told in
    `metadata["words"]` what each phrase was used as, too; no run is made of that.
    """

    tenant_id: str
    look_ups: LookUps
    now: datetime
    words: Mapping[str, str] = field(default_factory=dict)
    followed: Followed | None = None
    explains: bool = False


class Planner(Protocol):
    """Turns a question into a plan, a direct answer or a refusal."""

    @property
    def name(self) -> str:
        """What records call it."""
        ...

    @property
    def version(self) -> str:
        """What changes whenever the same question may be planned otherwise."""
        ...

    def words_begun(self, beginning: str) -> Sequence[str]:
        """Return words that it knows and that begin so, in order, whatever an estate has."""

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        """Return the plan, answer or refusal for exactly this question.

        It follows from the question and the context alone: the same again gives the same again.
        Raises `QuestionNotUnderstood`.
        """


@dataclass(frozen=True, slots=True)
class Nearest:
    """A question that is understood, near one that is not, and how it is read.

    `query` is there where the words alone do not say which of several readings is meant.
    """

    question: str
    reading: str
    query: JsonMap | None = None


class QuestionNotUnderstood(ValueError):
    """A question that a planner cannot turn into a plan without guessing.

    The message says what was not understood, and shows the nearest questions that are, or else
    questions that this estate can answer.
    """

    def __init__(
        self, question: str, *, why: str, examples: Sequence[str], nearest: Sequence[Nearest] = ()
    ) -> None:
        """Keep the facts; `why` is a sentence without its full stop."""
        self.question, self.why, self.examples = question, why, list(examples)
        self.nearest = list(nearest)
        shown = "; ".join(f'"{example}"' for example in self.examples)
        sentence = why if why.endswith("?") else f"{why}."
        super().__init__(f"{sentence} Questions that work here: {shown}" if shown else sentence)
