"""What the golden screens show: views of recorded and of made up runs, by the name of a file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from adapters.cli.screen import Screen
from adapters.cli.text.answers import show_answer
from adapters.cli.text.comparisons import show_comparison
from adapters.cli.text.events import EventsText
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
from domain.aggregate.envelope import Actor, RecordedEvent
from domain.audit.event_lines import event_lines
from domain.json import JsonMap
from domain.replay.compare.compare import compare
from domain.replay.compare.ignore_rules import parse_ignore_rules
from domain.run.events import HistoryEntry
from domain.run.failures import Course, FailureGroup
from domain.run.summary import RunSummary, summary_of
from domain.views.bulk_replay import (
    BulkMode,
    BulkReplayView,
    BulkRequest,
    ReplayedRun,
    RunVerdict,
    VerifiedRuns,
)
from domain.views.golden import Golden
from domain.views.preview import Preview, PreviewedCall
from domain.views.response import run_response
from domain.views.run import run_details
from domain.views.timeline import run_timeline
from domain.views.trace import run_trace
from domain.views.verdict import Divergence, DivergenceClass, DivergentEvent, Verdict
from tests.adapters.cli.screens import runs
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.compare.comparing import composed as answered
from tests.domain.run.envelopes import entries

_IDS: Final = (
    "run-01a22b09-3469-708d-9c05-98e833b80c47",
    "run-01a22b09-2f7a-7326-be71-0be3fbb039c6",
    "run-01a22b09-2969-766b-b664-3e052143e41a",
    "run-01a22b08-11ad-7f02-8b3c-5f1c0a2e9b77",
    "run-01a22b07-9c04-7d1e-a6f0-77d310c4e5a2",
)


def _listed() -> list[RunSummary]:
    ends = (runs.SUCCEEDED, runs.FAILED, runs.UNDER_WAY, runs.CANCELLED, runs.RESUMED)
    questions = (*runs.QUESTIONS, runs.QUESTIONS[0])
    return [
        replace(summary_of(history), run_id=run_id, question=question)
        for history, run_id, question in zip(ends, _IDS, questions, strict=True)
    ]


_REQUEST = BulkRequest(
    mode=BulkMode.VERIFY,
    filter="status = success AND started > -7d",
    as_of="2026-03-01T12:00:00.000000Z",
    run_count=240,
    reason="before version 2.1 goes to production",
    worker="host-1/4711/1.5",
    patches={},
    at=None,
    is_blocked=False,
    rate=None,
    max_concurrent_runs=4,
    engine_version="2.1.0+5f1c0a2e",
)
_REPLAY = BulkReplayView(
    replay_id="replay-01a22b10-5f77-7c03-9a4e-2b6d8e1f0a93",
    state="completed",
    started=_REQUEST,
    requested_by=Actor("person", "ada"),
    requested_at="2026-03-01T12:00:00.000000Z",
    updated_at="2026-03-01T12:00:04.000000Z",
    ended_at="2026-03-01T12:00:04.000000Z",
    worker=None,
    run_count=240,
    done_count=240,
    counts={RunVerdict.SAME: 231, RunVerdict.ANSWER: 6, RunVerdict.DATA: 2, RunVerdict.FAILED: 1},
    outside_calls=0,
    aborted_because=None,
)
_STOPPED = replace(
    _REPLAY,
    replay_id="replay-01a22b0f-0c11-7e55-b1d2-90aa77c3f1e4",
    state="started",
    started=replace(_REQUEST, mode=BulkMode.FORK, reason="nearer only"),
    ended_at=None,
    done_count=17,
    counts={RunVerdict.SAME: 17},
    outside_calls=34,
)
_RESULTS = (
    ReplayedRun(run_id=_IDS[0], verdict=RunVerdict.SAME),
    ReplayedRun(
        run_id=_IDS[1],
        verdict=RunVerdict.ANSWER,
        divergence="plan",
        version=7,
        sentence="the plan's graph.depth 3 -> 1; and 12 events that follow from it",
    ),
    ReplayedRun(
        run_id=_IDS[2],
        verdict=RunVerdict.DATA,
        divergence="data",
        version=14,
        sentence="call primary: the count of rows 7 -> 8",
        new_run_id=_IDS[4],
        outside_calls=2,
        others=["call history: the third row is another"],
    ),
    ReplayedRun(
        run_id=_IDS[3],
        verdict=RunVerdict.FAILED,
        sentence="the record of the run was changed at version 3",
        why_not_driven="the run was recorded by an opstrail that did not keep its look-ups",
    ),
)
_DIVERGENCE = Divergence(
    kind=DivergenceClass.PLAN,
    version=7,
    expected=DivergentEvent("plan-validated", 7, {"plan": {"limit": 50}}),
    actual=DivergentEvent("plan-validated", 7, {"plan": {"limit": 40}}),
    pointers=("/plan/limit",),
    sentence="the effective plan of a long question about app-analytics-integration-05-2 has "
    "limit 50 -> 40",
)
_VERDICT = Verdict(
    run_id=_IDS[0],
    version=21,
    verdict="diverged",
    engine_version="2.0.3+77d310c4",
    verified_by="2.1.0+5f1c0a2e",
    missing=None,
    divergence=_DIVERGENCE,
    divergences=(_DIVERGENCE,),
    planning="driven",
)
_FAILURES = [
    FailureGroup(
        fingerprint="5f1c0a2e9b77",
        code="TOOL_TIMEOUT",
        message="graph.expand did not answer within 30000 ms",
        tool="graph",
        operation="expand",
        run_count=12,
        call_count=31,
        first_at="2026-02-20T08:00:00.000000Z",
        last_at="2026-03-01T11:59:00.000000Z",
        example_run_id=_IDS[1],
        course=Course(came_back_at="2026-02-27T07:00:00.000000Z", succeeded_since=3),
    )
]
_GOLDEN = Golden(
    name="impact/erp",
    tenant_id="acme",
    run_id=_IDS[0],
    question=runs.QUESTIONS[0],
    status="success",
    pinned_at="2026-03-01T12:00:00.000000Z",
    pinned_by="person ada",
    thresholds={},
    position=99,
    version=21,
)
_PREVIEW = Preview(
    outside_calls=2,
    planner=None,
    calls=(
        PreviewedCall(
            call_id="primary", tool="ci", operation="resolve", answer="recorded", waits_for=None
        ),
        PreviewedCall(
            call_id="work_and_maintenance_of_the_affected",
            tool="history",
            operation="work_and_maintenance",
            answer="live",
            waits_for="primary",
        ),
    ),
)


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
    found = compare(_as(_IDS[0], entries(a)), _as(_IDS[1], entries(b)), ignore=parse_ignore_rules(()))
    return lambda screen: show_comparison(screen, found)


def _as(run_id: str, history: list[HistoryEntry]) -> list[HistoryEntry]:
    return runs.history([(10, entry.event) for entry in history], run_id=run_id)


def _answer() -> Callable[[Screen], None]:
    rows: list[list[str | int | None]] = [
        [f"app-{name}-0{number}", name, "depends on", number, "production", "Ada Lovelace"]
        for number, name in enumerate(("erp-web", "analytics-integration", "データベース"), start=1)
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
    response = run_response(_as(_IDS[0], entries(run_of(call("primary"), answer=composed))))
    return lambda screen: show_answer(screen, response)


def _events(history: list[HistoryEntry]) -> Callable[[Screen], None]:
    recorded = [RecordedEvent("main", entry.position, entry.envelope) for entry in history]
    return lambda screen: EventsText().show(screen, [*event_lines(recorded)])


def _timeline(history: list[HistoryEntry], *, has_all: bool = False) -> Callable[[Screen], None]:
    return lambda screen: show_timeline(screen, run_timeline(history))


def _details(history: list[HistoryEntry]) -> Callable[[Screen], None]:
    return lambda screen: show_details(screen, run_details(history))


SCENES: Final[Mapping[str, Callable[[Screen], None]]] = {
    "run-list": lambda screen: RUNS_TEXT.shown_as("table")(screen, _listed()),
    "run-failures": lambda screen: FAILURES_TEXT.shown_as("table")(screen, _FAILURES),
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
    "verify": lambda screen: show_verdict(screen, _VERDICT, has_details=True),
    "fork-preview": lambda screen: show_preview(screen, _PREVIEW),
    "replay-list": lambda screen: REPLAYS_TEXT.shown_as("table")(screen, [_REPLAY, _STOPPED]),
    "replay-show": lambda screen: show_replay(screen, _STOPPED),
    "replay-results": lambda screen: RESULTS_TEXT.shown_as("table")(screen, _RESULTS),
    "verify-all": lambda screen: show_verified(
        screen, VerifiedRuns(**{**_fields(_REPLAY), "results": _RESULTS})
    ),
    "golden-list": lambda screen: GOLDENS_TEXT.shown_as("table")(screen, [_GOLDEN]),
}


def _fields(view: BulkReplayView) -> dict[str, object]:
    return {name: getattr(view, name) for name in BulkReplayView.__dataclass_fields__}
