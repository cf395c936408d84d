"""Two runs side by side: what is the same in them, what is not, and where they first part."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal

from domain.json import JsonMap
from domain.run.facts import PlanDecision
from domain.run.summary import RunSummary
from domain.views.json_form import View
from domain.views.verdict import Divergence


class Mark(StrEnum):
    """How two things compare that stand for each other in two runs.

    same; cosmetic: they differ only in what does not count (the order of rows that have none,
    white space, windows that moved, what is ignored); different; only in B; only in A.
    """

    SAME = "="
    COSMETIC = "≈"
    DIFFERENT = "≠"
    ADDED = "+"
    REMOVED = "-"


_ALIKE: Final = (Mark.SAME, Mark.COSMETIC)


@dataclass(frozen=True, slots=True)
class Delta:
    """Two durations in milliseconds and what B took more; None where one was not measured.

    `percent` is relative to A, and None also when A took no time.
    """

    a_ms: float | None
    b_ms: float | None
    delta_ms: float | None
    percent: float | None


def delta(a_ms: float | None, b_ms: float | None) -> Delta:
    """Return how two durations differ."""
    if a_ms is None or b_ms is None:
        return Delta(a_ms, b_ms, None, None)
    more = round(b_ms - a_ms, 3)
    return Delta(a_ms, b_ms, more, round(100 * more / a_ms, 1) if a_ms else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSide:
    """A call in one of the runs; `started_version` is where it is in that run's events."""

    call_id: str
    tool: str
    operation: str
    params: JsonMap
    status: str
    attempt_count: int
    started_version: int
    ended_version: int | None
    duration_ms: float | None
    row_count: int | None
    reason: str | None
    is_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCall:
    """A call of A beside the one of B that it became; a side is None where there is none.

    The patches (RFC 6902) turn what is compared of A into that of B, and are empty unless the
    call is different.
    """

    mark: Mark
    a: CallSide | None
    b: CallSide | None
    params_patch: list[JsonMap]
    result_patch: list[JsonMap]
    duration: Delta


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedStage:
    """The last attempt of a stage in both runs; a status is None where it was not reached."""

    name: str
    a_status: str | None
    b_status: str | None
    a_attempt: int | None
    b_attempt: int | None
    duration: Delta


@dataclass(frozen=True, slots=True)
class TextPart:
    """A stretch of text that both answers have, or that only A or only B has."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Cells:
    """How many cells two blocks have together, and how many of these are not the same in both.

    A cell is a number, a text, a truth value or a null.
    """

    count: int = 0
    changed_count: int = 0


NO_CELLS: Final = Cells()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedBlock:
    """A block by its kind and title; `patch` turns what is compared of A's into B's.

    `cells` counts its values, in both and changed; those of a block that only one run has are
    none.
    """

    mark: Mark
    kind: str
    title: str | None
    patch: list[JsonMap]
    cells: Cells = NO_CELLS


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedAnswers:
    """Two answers; `text` is empty when the texts are the same.

    References are named by their ids; those of queries by their calls. A has `reference_count`.
    """

    text: list[TextPart]
    blocks: list[ComparedBlock]
    references_added: list[str]
    references_removed: list[str]
    reference_count: int = 0

    @property
    def is_same_text(self) -> bool:
        """Return whether both answers read the same."""
        return not self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Run B beside run A.

    `divergences` are the places where B is not as A, one for each cause, and `divergence` is the
    first of them; what is cosmetic or ignored is none.
    `plan_patch` (RFC 6902) turns the plan that A executed into that of B. Decisions of the
    validation are listed that only one of the runs took. The builds of opstrail took the requests.
    `call_counts` says how many calls have which mark, also of those that are not shown.
    """

    a: RunSummary
    b: RunSummary
    is_same: bool
    verdict: str
    divergence: Divergence | None
    calls: list[ComparedCall]
    stages: list[ComparedStage]
    plan_patch: list[JsonMap]
    decisions_added: list[PlanDecision]
    decisions_removed: list[PlanDecision]
    answers: ComparedAnswers
    duration: Delta
    a_engine_version: str | None = None
    b_engine_version: str | None = None
    divergences: tuple[Divergence, ...] = ()
    call_counts: dict[Mark, int] = field(default_factory=dict)

    @property
    def only_differences(self) -> "Comparison":
        """The comparison without the calls, stages and blocks that are the same."""
        answers, blocks = self.answers, self.answers.blocks
        return replace(
            self,
            calls=[each for each in self.calls if each.mark not in _ALIKE],
            stages=[each for each in self.stages if each.a_status != each.b_status],
            answers=replace(answers, blocks=[e for e in blocks if e.mark not in _ALIKE]),
        )


def mark_counts(calls: Sequence[ComparedCall]) -> dict[Mark, int]:
    """Return how many calls have each mark, of those that occur."""
    counts = Counter(call.mark for call in calls)
    return {mark: counts[mark] for mark in Mark if counts[mark]}


COMPARISON: Final[View[Comparison]] = View("compare", Comparison)
