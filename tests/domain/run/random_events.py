"""Random events: of every type, with few ids and stages, so that they often belong together."""

from typing import Final, Literal

from hypothesis import strategies as st
from pydantic import JsonValue

from domain.json import JsonMap
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolsRanked,
)
from domain.run.commands import (
    AnnotateRun,
    CancelRun,
    Command,
    PinGolden,
    RecoverRun,
    ReportProgress,
    RequestRun,
    ResumeRun,
    UnpinGolden,
)
from domain.run.events import (
    GoldenPinned,
    GoldenUnpinned,
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RouteChosen,
    RunAnnotated,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRejected,
    RunRequested,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.facts import CallWindow, Fault, PlanDecision, RunOptions, StageDiagnostics
from domain.run.lifecycle import Stage
from domain.run.resumption_events import RunRecovered, RunResumed

TEXT: Final = st.text(st.characters(codec="utf-8"), max_size=8)
_NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON: Final[st.SearchStrategy[JsonValue]] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
MAPS: Final[st.SearchStrategy[JsonMap]] = st.dictionaries(TEXT, JSON, max_size=3)
_STAGES = st.sampled_from(Stage)
_TRIES = st.sampled_from([1, 1, 1, 2, 3])
_CALLS = st.sampled_from(["a", "b"])
_TEXTS = st.lists(TEXT, max_size=2)
_MAP_LISTS = st.lists(MAPS, max_size=2)
_COUNTS = st.integers(0, 9)
_DURATIONS = st.floats(0, 1e6)
_FAULTS = st.builds(Fault, code=TEXT, message=TEXT, details=MAPS, can_retry=st.booleans())
_STATUSES: st.SearchStrategy[Literal["ok", "warning", "error"]] = st.sampled_from(
    ["ok", "warning", "error"]
)
_DIAGNOSTICS = st.builds(
    StageDiagnostics,
    status=_STATUSES,
    warnings=_TEXTS,
    errors=_TEXTS,
    empty_flags=st.dictionaries(TEXT, st.booleans(), max_size=2),
    counts=st.dictionaries(TEXT, _COUNTS, max_size=2),
)
_DECISIONS = st.builds(
    PlanDecision, rule=TEXT, field=TEXT, requested=JSON, effective=JSON, why=TEXT
)
_OPTIONS = st.builds(
    RunOptions,
    anchor=st.sampled_from(["now", "data"]),
    call_timeout_ms=st.integers(1, 3_600_000),
    max_concurrent_calls=st.integers(1, 100),
)
_ASSETS = st.dictionaries(TEXT, TEXT, max_size=2)
_COMPLETIONS: st.SearchStrategy[Literal["success", "partial", "degraded"]] = st.sampled_from(
    ["success", "partial", "degraded"]
)

_PLANNING: Final[st.SearchStrategy[RunEvent]] = st.one_of(
    st.builds(
        RunRequested,
        question=TEXT,
        plan_output=st.none() | MAPS,
        options=_OPTIONS,
        asset_overrides=_ASSETS,
        idempotency_key=st.none() | TEXT,
    ),
    st.builds(PlanProduced, planner=TEXT, planner_version=TEXT, plan_output=MAPS),
    st.builds(
        RouteChosen, route=TEXT, route_config=MAPS, plan_analysis=MAPS, routing_context=MAPS
    ),
    st.builds(PlanValidated, plan=MAPS, decisions=st.lists(_DECISIONS, max_size=2)),
    st.builds(ToolsRanked, context=MAPS, candidates=_MAP_LISTS),
)
_STAGE: Final[st.SearchStrategy[RunEvent]] = st.one_of(
    st.builds(StageStarted, stage=_STAGES, attempt=_TRIES, applied_assets=_ASSETS),
    st.builds(
        StageCompleted,
        stage=_STAGES,
        attempt=_TRIES,
        result=MAPS,
        diagnostics=_DIAGNOSTICS,
        reference_count=_COUNTS,
    ),
    st.builds(StageSkipped, stage=_STAGES, reason=TEXT),
    st.builds(StageFailed, stage=_STAGES, attempt=_TRIES, error=_FAULTS),
)
_CALL: Final[st.SearchStrategy[RunEvent]] = st.one_of(
    st.builds(
        ToolCallStarted,
        call_id=_CALLS,
        tool=TEXT,
        operation=TEXT,
        params=MAPS,
        label=TEXT,
        depends_on=_TEXTS,
        group=_COUNTS,
        attempt=_TRIES,
        timeout_ms=_COUNTS,
        window=st.none() | st.builds(CallWindow, start=TEXT, end=TEXT),
    ),
    st.builds(
        ToolCallSucceeded,
        call_id=_CALLS,
        attempt=_TRIES,
        data=JSON,
        row_count=st.none() | _COUNTS,
        references=_MAP_LISTS,
        warnings=_TEXTS,
        source_revision=st.none() | TEXT,
        duration_ms=_DURATIONS,
    ),
    st.builds(
        ToolCallFailed, call_id=_CALLS, attempt=_TRIES, error=_FAULTS, duration_ms=_DURATIONS
    ),
    st.builds(
        ToolCallSkipped,
        call_id=_CALLS,
        tool=TEXT,
        operation=TEXT,
        reason=TEXT,
        cause=st.none() | TEXT,
    ),
)
_ENDING: Final[st.SearchStrategy[RunEvent]] = st.one_of(
    st.builds(
        ResponseComposed,
        answer=TEXT,
        blocks=_MAP_LISTS,
        references=_MAP_LISTS,
        next_actions=_MAP_LISTS,
        confidence=st.floats(0, 1),
        confidence_reasons=_TEXTS,
    ),
    st.builds(RunCompleted, status=_COMPLETIONS, succeeded_calls=_COUNTS, failed_calls=_COUNTS),
    st.builds(RunRejected, reason=TEXT, policy=st.none() | TEXT),
    st.builds(RunFailed, error=_FAULTS, stage=st.none() | _STAGES),
    st.builds(RunCancelled, why=TEXT),
)
_NAMES = st.sampled_from(["daily", "weekly"])
_NOTING: Final[st.SearchStrategy[RunEvent]] = st.one_of(
    st.builds(RunAnnotated, text=TEXT),
    st.builds(GoldenPinned, name=_NAMES, thresholds=MAPS),
    st.builds(GoldenUnpinned, name=_NAMES),
)
_CALL_LISTS = st.lists(_CALLS, max_size=2)
_TAKING_UP: Final[st.SearchStrategy[RunEvent]] = st.one_of(
    st.builds(RunResumed, from_stage=_STAGES, why=TEXT, reused_calls=_CALL_LISTS),
    st.builds(
        RunRecovered, lost_worker=st.none() | TEXT, from_stage=_STAGES, reused_calls=_CALL_LISTS
    ),
)
EVENTS: Final = _PLANNING | _STAGE | _CALL | _ENDING | _NOTING | _TAKING_UP
COMMANDS: Final[st.SearchStrategy[Command]] = st.one_of(
    EVENTS.map(ReportProgress),
    st.builds(CancelRun, why=TEXT),
    st.builds(RequestRun, question=TEXT),
    st.builds(ResumeRun, from_stage=_STAGES, why=TEXT, reused_calls=_CALL_LISTS.map(tuple)),
    st.builds(
        RecoverRun,
        lost_worker=st.none() | TEXT,
        from_stage=_STAGES,
        reused_calls=_CALL_LISTS.map(tuple),
    ),
)
NOTES: Final[st.SearchStrategy[Command]] = st.one_of(
    st.builds(AnnotateRun, text=TEXT),
    st.builds(PinGolden, name=_NAMES, thresholds=MAPS),
    st.builds(UnpinGolden, name=_NAMES),
)
"""What may be asked of any run, a finished one too."""
