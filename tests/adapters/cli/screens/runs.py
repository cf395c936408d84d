"""Runs as they are recorded, for the golden screens: each ends in another way."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec import structs

from domain.aggregate.envelope import Actor
from domain.run.call_events import ToolCallFailed, ToolCallSkipped, ToolCallSucceeded
from domain.run.events import (
    HistoryEntry,
    ResponseComposed,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRecovered,
    RunRequested,
    RunResumed,
    StageFailed,
)
from domain.run.facts import Fault
from domain.run.lifecycle import Stage
from domain.run.note_events import RunAnnotated, RunFlagged
from domain.run.run_event import Asked
from domain.times import recorded_text
from tests.domain.replay.compare.comparing import call
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import PLANNED, RANKED, ROUTED, VALIDATED, completed, started
from tests.fakes import NOON

if TYPE_CHECKING:
    from domain.json import JsonMap

QUESTIONS: Final = (
    "What is affected if srv-erp-01 fails?",
    "How did the processor load of app-analytics-integration-05-2 and of its neighbours develop "
    "during the last 24 hours?",
    "srv-データベース-01 が停止すると何が影響を受けますか。",
    "Which servers 🖥️ are there?",
)
TIMED_OUT: Final = Fault(
    code="TOOL_TIMEOUT",
    message="graph.expand did not answer within 30000 ms",
    details={"call_id": "graph"},
)
ADA: Final = Actor("person", "ada")
WORKER: Final = Actor("service", "host-1/4711/1.5")
Timed = Sequence[tuple[float, RunEvent]]
"""Events, each with the milliseconds since the one before."""


def history(
    events: Timed, *, run_id: str = "run-01a22b09-3469-708d-9c05-98e833b80c47"
) -> list[HistoryEntry]:
    """Return the history of a run that was requested at noon."""
    at, told = NOON, list[HistoryEntry]()
    for (after_ms, event), entry in zip(
        events, entries([event for _, event in events]), strict=True
    ):
        at += timedelta(milliseconds=after_ms)
        is_asked = isinstance(event.comes_by, Asked) and event.stored_as != "run-recovered"
        envelope = structs.replace(
            entry.envelope,
            stream_id=run_id,
            recorded_at=recorded_text(at),
            actor=ADA if is_asked else WORKER,
        )
        told.append(structs.replace(entry, envelope=envelope))
    return told


def planned(question: str = QUESTIONS[0]) -> list[tuple[float, RunEvent]]:
    """Return what comes before the calls."""
    return [
        (0, RunRequested(question=question)),
        (3, started(Stage.ROUTE_PLAN)),
        (42, PLANNED),
        (1, ROUTED),
        (0, completed(Stage.ROUTE_PLAN)),
        (0, started(Stage.VALIDATE)),
        (0.4, VALIDATED),
        (0.2, completed(Stage.VALIDATE)),
        (0, started(Stage.EXECUTE)),
        (0.1, RANKED),
    ]


def made(call_id: str, tool: str, operation: str, took_ms: float) -> list[tuple[float, RunEvent]]:
    """Return a call with its answer."""
    rows: JsonMap = {"rows": [{"code": "srv-erp-01"}]}
    begun, ended = call(call_id, tool=tool, operation=operation, data=rows, duration_ms=took_ms)
    return [(0.2, begun), (took_ms, ended)]


def composed(answer: str, *, attempt: int = 1) -> list[tuple[float, RunEvent]]:
    """Return what comes after the calls."""
    return [
        (0.1, completed(Stage.EXECUTE, attempt)),
        (0, started(Stage.COMPOSE)),
        (2.5, completed(Stage.COMPOSE)),
        (0, started(Stage.PRESENT)),
        (0.8, completed(Stage.PRESENT)),
        (0, ResponseComposed(answer=answer, blocks=[])),
        (0, RunCompleted(status="success", succeeded_calls=2)),
    ]


_RESOLVED = [*planned(), *made("primary", "ci", "resolve", 21)]
_TRIED: Timed = [
    *_RESOLVED,
    (0.2, call("graph", tool="graph", operation="expand")[0]),
]
_FAILED: Timed = [
    *_TRIED,
    (30_000, ToolCallFailed(call_id="graph", attempt=1, error=TIMED_OUT, duration_ms=30_000)),
    (
        0.1,
        ToolCallSkipped(
            call_id="history",
            tool="history",
            operation="work_and_maintenance",
            reason="graph failed",
            cause="graph",
        ),
    ),
    (0.1, StageFailed(stage=Stage.EXECUTE, attempt=1, error=TIMED_OUT)),
    (0, RunFailed(error=TIMED_OUT, stage=Stage.EXECUTE)),
]
_AGAIN = call("graph", tool="graph", operation="expand", attempt=2, duration_ms=84)
_HOUR: Final = 3_600_000

SUCCEEDED: Final = history(
    [*_RESOLVED, *made("graph", "graph", "expand", 64), *composed("7 items are affected.")]
)
FAILED: Final = history(_FAILED)
RESUMED: Final = history(
    [
        *_FAILED,
        (
            2 * _HOUR,
            RunResumed(
                from_stage=Stage.EXECUTE, why="the network is back", reused_calls=["primary"]
            ),
        ),
        (900, started(Stage.EXECUTE, attempt=2)),
        (0.2, _AGAIN[0]),
        (84, _AGAIN[1]),
        *composed("7 items are affected.", attempt=2),
        (_HOUR, RunAnnotated(text="It was the switch in rack 12.")),
        (_HOUR, RunFlagged(verdict="right")),
    ]
)
RECOVERED: Final = history(
    [
        *_TRIED,
        (
            75_000,
            RunRecovered(
                lost_worker="host-1/4711/1.5",
                from_stage=Stage.EXECUTE,
                reused_calls=["primary"],
            ),
        ),
        (4, started(Stage.EXECUTE, attempt=2)),
        (0.2, _AGAIN[0]),
        (84, _AGAIN[1]),
        *composed("7 items are affected.", attempt=2),
    ]
)
CANCELLED: Final = history([*_TRIED, (1800, RunCancelled(why="asked by mistake"))])
UNDER_WAY: Final = history(_TRIED)


def _many_calls() -> Timed:
    events = list[tuple[float, RunEvent]]()
    for number in range(100):
        call_id = f"metric-{number:03}"
        begun, ended = call(call_id, tool="metric", operation="series", duration_ms=3 + number % 7)
        if number in (17, 62):
            assert isinstance(ended, ToolCallSucceeded)
            fault = Fault(code="DATA_NOT_FOUND", message=f"no points of srv-{number:02}")
            ended = ToolCallFailed(call_id=call_id, attempt=1, error=fault, duration_ms=2)
        events += [(0.2, begun), (3 + number % 7, ended)]
    return events


HUNDRED_CALLS: Final = history([*planned(QUESTIONS[1]), *_many_calls(), *composed("They rose.")])
