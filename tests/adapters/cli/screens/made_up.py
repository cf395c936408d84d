"""Views that are made up: what came of replays, failures, goldens, for the golden screens."""

from dataclasses import replace
from typing import Final

from domain.aggregate.envelope import Actor
from domain.run.facts import Patches
from domain.run.failures import Course, FailureGroup
from domain.views.bulk_replay import (
    BulkMode,
    BulkReplayView,
    BulkRequest,
    ReplayedRun,
    RunVerdict,
)
from domain.views.golden import Golden
from domain.views.preview import Preview, PreviewedCall
from domain.views.verdict import Divergence, DivergenceClass, DivergentEvent, Verdict
from tests.adapters.cli.screens import runs

IDS: Final = (
    "run-01a22b09-3469-708d-9c05-98e833b80c47",
    "run-01a22b09-2f7a-7326-be71-0be3fbb039c6",
    "run-01a22b09-2969-766b-b664-3e052143e41a",
    "run-01a22b08-11ad-7f02-8b3c-5f1c0a2e9b77",
    "run-01a22b07-9c04-7d1e-a6f0-77d310c4e5a2",
)
REQUEST = BulkRequest(
    mode=BulkMode.VERIFY,
    filter="status = success AND started > -7d",
    as_of="2026-03-01T12:00:00.000000Z",
    run_count=240,
    reason="before version 2.1 goes to production",
    worker="host-1/4711/1.5",
    patches=Patches(),
    at=None,
    is_blocked=False,
    rate=None,
    max_concurrent_runs=4,
    engine_version="2.1.0+5f1c0a2e",
)
REPLAY = BulkReplayView(
    replay_id="replay-01a22b10-5f77-7c03-9a4e-2b6d8e1f0a93",
    state="completed",
    started=REQUEST,
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
STOPPED = replace(
    REPLAY,
    replay_id="replay-01a22b0f-0c11-7e55-b1d2-90aa77c3f1e4",
    state="started",
    started=replace(REQUEST, mode=BulkMode.FORK, reason="nearer only"),
    ended_at=None,
    done_count=17,
    counts={RunVerdict.SAME: 17},
    outside_calls=34,
)
REPLAYS = (REPLAY, STOPPED)
RESULTS = (
    ReplayedRun(run_id=IDS[0], verdict=RunVerdict.SAME),
    ReplayedRun(
        run_id=IDS[1],
        verdict=RunVerdict.ANSWER,
        divergence="plan",
        version=7,
        sentence="the plan's graph.depth 3 -> 1; and 12 events that follow from it",
    ),
    ReplayedRun(
        run_id=IDS[2],
        verdict=RunVerdict.DATA,
        divergence="data",
        version=14,
        sentence="call primary: the count of rows 7 -> 8",
        new_run_id=IDS[4],
        outside_calls=2,
        others=["call history: the third row is another"],
    ),
    ReplayedRun(
        run_id=IDS[3],
        verdict=RunVerdict.FAILED,
        sentence="the record of the run was changed at version 3",
        why_not_driven="the run was recorded by an opstrail that did not keep its look-ups",
    ),
)
DIVERGENCE = Divergence(
    kind=DivergenceClass.PLAN,
    version=7,
    expected=DivergentEvent("plan-validated", 7, {"plan": {"limit": 50}}),
    actual=DivergentEvent("plan-validated", 7, {"plan": {"limit": 40}}),
    pointers=("/plan/limit",),
    sentence="the effective plan of a long question about app-analytics-integration-05-2 has "
    "limit 50 -> 40",
)
VERDICT = Verdict(
    run_id=IDS[0],
    version=21,
    verdict="diverged",
    engine_version="2.0.3+77d310c4",
    verified_by="2.1.0+5f1c0a2e",
    missing=None,
    divergence=DIVERGENCE,
    divergences=(DIVERGENCE,),
    planning="driven",
)
FAILURES = [
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
        example_run_id=IDS[1],
        course=Course(came_back_at="2026-02-27T07:00:00.000000Z", succeeded_since=3),
    )
]
GOLDEN = Golden(
    name="impact/erp",
    tenant_id="acme",
    run_id=IDS[0],
    question=runs.QUESTIONS[0],
    status="success",
    pinned_at="2026-03-01T12:00:00.000000Z",
    pinned_by="person ada",
    thresholds={},
    position=99,
    version=21,
)
PREVIEW = Preview(
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
