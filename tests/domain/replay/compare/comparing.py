"""Runs to compare: two calls, whose results tests change."""

from collections.abc import Sequence

from msgspec import convert
from pydantic import JsonValue

from domain.json import JsonMap
from domain.replay.compare.compare import compare
from domain.replay.compare.ignore_rules import parse_ignore_rules
from domain.run.call_events import PayloadRef, ToolCallStarted, ToolCallSucceeded
from domain.run.events import ResponseComposed, RunEvent
from domain.run.facts import CallWindow
from domain.run.lifecycle import Stage
from domain.views.comparison import ComparedCall, Comparison, Mark
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import (
    COMPLETED,
    EXECUTING,
    RANKED,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    completed,
    started,
)

__all__ = ["call_failed", "call_skipped", "call_started", "call_succeeded"]


def call(  # noqa: PLR0913 - all that a test may want to be different
    call_id: str = "a",
    *,
    tool: str = "ci",
    operation: str = "search",
    params: JsonMap | None = None,
    data: JsonValue = None,
    attempt: int = 1,
    duration_ms: float = 1,
    window: tuple[str, str] | None = None,
    references: Sequence[JsonMap] = (),
    payload: PayloadRef | None = None,
) -> list[RunEvent]:
    """Return a call with its answer."""
    params = params or {}
    begun = ToolCallStarted(
        call_id=call_id,
        tool=tool,
        operation=operation,
        params=params,
        label=f"{tool}.{operation} {params}",
        attempt=attempt,
        timeout_ms=1000,
        window=CallWindow(start=window[0], end=window[1]) if window else None,
    )
    ended = ToolCallSucceeded(
        call_id=call_id,
        attempt=attempt,
        data=data,
        payload=payload,
        references=list(references),
        duration_ms=duration_ms,
    )
    return [begun, ended]


def run_of(*calls: Sequence[RunEvent], answer: ResponseComposed | None = None) -> list[RunEvent]:
    """Return the events of a run that makes these calls."""
    return [
        *EXECUTING,
        RANKED,
        *(event for events in calls for event in events),
        completed(Stage.EXECUTE),
        started(Stage.COMPOSE),
        completed(Stage.COMPOSE),
        started(Stage.PRESENT),
        completed(Stage.PRESENT),
        answer or ResponseComposed(answer="Two.", blocks=[]),
        COMPLETED,
    ]


def compared(a: Sequence[RunEvent], b: Sequence[RunEvent], *ignore: str) -> Comparison:
    """Return the comparison of two runs."""
    rules = parse_ignore_rules(ignore)
    return compare(entries(list(a), step_ms=10), entries(list(b), step_ms=10), ignore=rules)


def only_call(a: Sequence[RunEvent], b: Sequence[RunEvent], *ignore: str) -> ComparedCall:
    """Return the one aligned call of two runs that make one call each."""
    (found,) = compared(run_of(a), run_of(b), *ignore).calls
    return found


def marks(comparison: Comparison) -> list[tuple[Mark, str | None, str | None]]:
    """Return the marks with the ids of the calls in A and in B."""
    return [
        (each.mark, each.a.call_id if each.a else None, each.b.call_id if each.b else None)
        for each in comparison.calls
    ]


def composed(answer: str = "Two.", **parts: list[JsonMap]) -> ResponseComposed:
    """Return an answer with these blocks, or these references."""
    return convert({"answer": answer, "blocks": [], **parts}, ResponseComposed)
