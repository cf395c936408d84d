"""What the golden screens show: views of recorded and of made up runs, by the name of a file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.cli.screen import Screen
from adapters.cli.text.answers import show_answer
from adapters.cli.text.comparisons import show_comparison
from adapters.cli.text.events import show_events
from adapters.cli.text.failures import FAILURES_TEXT
from adapters.cli.text.goldens import GOLDENS_TEXT
from adapters.cli.text.replays import (
    REPLAYS_TEXT,
    RESULTS_TEXT,
    show_preview,
    show_replay,
    show_verified,
)
from adapters.cli.text.runs import RUNS_TEXT, show_details
from adapters.cli.text.timeline import show_timeline
from adapters.cli.text.trace import show_trace
from adapters.cli.text.verify import show_verdict
from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import event_lines
from domain.replay.compare.compare import compare
from domain.replay.compare.ignore_rules import parse_ignore_rules
from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, summary_of
from domain.views.bulk_replay import (
    BulkReplayView,
    VerifiedRuns,
)
from domain.views.response import run_response
from domain.views.run import run_details
from domain.views.timeline import run_timeline
from domain.views.trace import run_trace
from tests.adapters.cli.screens import made_up, runs
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.compare.comparing import composed as answered
from tests.domain.run.envelopes import entries

if TYPE_CHECKING:
    from domain.json import JsonMap


def _listed() -> list[RunSummary]:
    ends = (runs.SUCCEEDED, runs.FAILED, runs.UNDER_WAY, runs.CANCELLED, runs.RESUMED)
    questions = (*runs.QUESTIONS, runs.QUESTIONS[0])
    return [
        replace(summary_of(history), run_id=run_id, question=question)
        for history, run_id, question in zip(ends, made_up.IDS, questions, strict=True)
    ]


def _compared() -> Callable[[Screen], None]:
    words = "7 items are affected, among them {}, which answers {} users."
    a = run_of(
        call("primary", data={"rows": [{"code": "srv-erp-01"}]}, duration_ms=21),
        call("metric_of_the_affected_items", tool="metric", operation="aggregate_by_ci", data=[1]),
        call("gone", tool="history", operation="event_log", data=[]),
        answer=answered(words.format("app-erp-web-01", 1400)),
    )
    b = run_of(
        call("primary", data={"rows": [{"code": "srv-erp-01"}]}, duration_ms=24),
        call("metric_of_the_affected_items", tool="metric", operation="aggregate_by_ci", data=[2]),
        call("new", tool="graph", operation="expand", data=[]),
        answer=answered(words.format("app-analytics-integration-05-2", 1380)),
    )
    sides = _as(made_up.IDS[0], entries(a)), _as(made_up.IDS[1], entries(b))
    found = compare(*sides, ignore=parse_ignore_rules(()))
    return lambda screen: show_comparison(screen, found)


def _as(run_id: str, history: list[HistoryEntry]) -> list[HistoryEntry]:
    return runs.history([(10, entry.event) for entry in history], run_id=run_id)


def _answer() -> Callable[[Screen], None]:
    names = ("erp-web", "analytics-integration", "データベース")
    rows: list[list[str | int | None]] = [
        [f"app-{name}-0{number}", name, "depends on", number, "production", "Ada Lovelace"]
        for number, name in enumerate(names, start=1)
    ]
    columns = ["ci_code", "ci_name", "relation", "distance", "environment", "owner"]
    table: JsonMap = {
        "type": "table",
        "title": "Affected items",
        "columns": [*columns],
        "rows": [[*row] for row in rows],
    }
    actions: list[JsonMap] = [
        {"type": "rerun", "label": "Only the nearest", "payload": {"patch": {"graph.depth": 1}}},
        {"type": "open_trace", "label": "Trace details"},
    ]
    composed = answered(
        "3 items are affected if srv-erp-01 fails: app-erp-web-01, "
        "app-analytics-integration-02 and app-データベース-03.",
        blocks=[table],
        next_actions=actions,
    )
    response = run_response(_as(made_up.IDS[0], entries(run_of(call("primary"), answer=composed))))
    return lambda screen: show_answer(screen, response)


def _events(history: list[HistoryEntry]) -> Callable[[Screen], None]:
    recorded = [RecordedEvent("main", entry.position, entry.envelope) for entry in history]
    return lambda screen: show_events(screen, [*event_lines(recorded)])


def _timeline(history: list[HistoryEntry]) -> Callable[[Screen], None]:
    return lambda screen: show_timeline(screen, run_timeline(history))


def _details(history: list[HistoryEntry]) -> Callable[[Screen], None]:
    return lambda screen: show_details(screen, run_details(history))


SCENES: Final[Mapping[str, Callable[[Screen], None]]] = {
    "run-list": lambda screen: RUNS_TEXT.shown_as("table")(screen, _listed()),
    "run-failures": lambda screen: FAILURES_TEXT.shown_as("table")(screen, made_up.FAILURES),
    "run-show-success": _details(runs.SUCCEEDED),
    "run-show-failed": _details(runs.FAILED),
    "run-show-cancelled": _details(runs.CANCELLED),
    "run-show-resumed": _details(runs.RESUMED),
    "run-response": _answer(),
    "run-events": _events(runs.FAILED),
    "run-trace": lambda screen: show_trace(screen, run_trace(runs.FAILED)),
    "timeline-success": _timeline(runs.SUCCEEDED),
    "timeline-failed": _timeline(runs.FAILED),
    "timeline-resumed": _timeline(runs.RESUMED),
    "timeline-recovered": _timeline(runs.RECOVERED),
    "timeline-under-way": _timeline(runs.UNDER_WAY),
    "timeline-100-calls": _timeline(runs.HUNDRED_CALLS),
    "compare": _compared(),
    "verify": lambda screen: show_verdict(screen, made_up.VERDICT, has_details=True),
    "fork-preview": lambda screen: show_preview(screen, made_up.PREVIEW),
    "replay-list": lambda screen: REPLAYS_TEXT.shown_as("table")(
        screen, [made_up.REPLAY, made_up.STOPPED]
    ),
    "replay-show": lambda screen: show_replay(screen, made_up.STOPPED),
    "replay-results": lambda screen: RESULTS_TEXT.shown_as("table")(screen, made_up.RESULTS),
    "verify-all": lambda screen: show_verified(
        screen, VerifiedRuns(**{**_fields(made_up.REPLAY), "results": made_up.RESULTS})
    ),
    "golden-list": lambda screen: GOLDENS_TEXT.shown_as("table")(screen, [made_up.GOLDEN]),
}


def _fields(view: BulkReplayView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in BulkReplayView.__dataclass_fields__}
