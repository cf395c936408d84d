"""What the rules for golden runs look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from domain.figures import whole_sum
from domain.run.summary import RunSummary
from domain.views.comparison import Comparison, Mark
from domain.views.golden import Mode, Thresholds
from domain.views.verdict import Divergence

_DEFAULT_THRESHOLDS: Final = Thresholds()
_NAMED_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A golden run (A of the comparison) and the run that is judged by it (B), the candidate.

    `divergences` are where the candidate's events part from the golden run's, one for each cause.
    `stopped` says why a candidate could not go on that has no end, `why_not_driven` why the
    planner was not asked again in a verification.
    """

    comparison: Comparison
    divergences: tuple[Divergence, ...]
    mode: Mode
    thresholds: Thresholds = _DEFAULT_THRESHOLDS
    stopped: str | None = None
    why_not_driven: str | None = None

    def text(self, side: Literal["a", "b"]) -> str:
        """Return the answer of one side; empty when both read the same."""
        other = "added" if side == "a" else "removed"
        parts = self.comparison.answers.text
        return "".join(part.text for part in parts if part.kind != other)

    @property
    def changed_blocks_percent(self) -> float:
        """Return how many blocks were added or removed, in percent of the golden run's."""
        marks = [block.mark for block in self.comparison.answers.blocks]
        added, removed = marks.count(Mark.ADDED), marks.count(Mark.REMOVED)
        return percent(max(added, removed), len(marks) - added)

    @property
    def changed_cells(self) -> tuple[int, int]:
        """Return how many cells changed in the blocks that both have, and how many there are."""
        cells = [block.cells for block in self.comparison.answers.blocks]
        changed_count = whole_sum(each.changed_count for each in cells)
        return changed_count, whole_sum(each.count for each in cells)

    @property
    def changed_references_percent(self) -> float:
        """Return how many references were added or removed, in percent of the golden run's."""
        answers = self.comparison.answers
        changed = max(len(answers.references_added), len(answers.references_removed))
        return percent(changed, answers.reference_count)


def percent(part: int, whole: int) -> float:
    """Return a part in percent; any part of nothing is 100 %."""
    if not whole:
        return 100.0 if part else 0.0
    return 100 * part / whole


def status_of(run: RunSummary) -> str:
    """Return how a run ended, or the state that it is in."""
    return run.status or run.state


def named(names: Sequence[str]) -> str:
    """Return the names as a list, of many only the first and how many more there are."""
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
