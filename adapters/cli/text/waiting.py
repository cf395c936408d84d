"""What a run waited for beside its work, and where its clock went back, as text."""

from collections.abc import Sequence
from math import fsum

from domain.run.clockwork import Setback, Wait, WaitCause
from domain.run.summary import RunSummary
from domain.times import duration_text, spent_text


def took_text(summary: RunSummary) -> str | None:
    """Return how long an ended run worked, and what it waited if that is long."""
    return spent_text(summary.duration_ms, summary.waited_ms)


def waits_text(waits: Sequence[Wait]) -> str | None:
    """Return how long the run waited for what, None if it did not."""
    told = [
        f"{duration_text(waited)} {cause}"
        for cause in WaitCause
        if (waited := fsum(wait.duration_ms for wait in waits if wait.cause is cause))
    ]
    return ", ".join(told) or None


def setback_text(setback: Setback) -> str:
    """Return where the clock went back, and how far."""
    return f"! the clock went back by {duration_text(setback.by_ms)} at event {setback.version}"
