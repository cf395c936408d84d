"""Where a run comes from, who works at it, what is wrong with it: from its events."""

from collections.abc import Sequence

import pytest
from msgspec import structs

from domain.aggregate.envelope import Actor
from domain.run.aggregate import RUN
from domain.run.call_events import (
    AnsweredBy,
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
)
from domain.run.commands import RequestRun
from domain.run.events import (
    HistoryEntry,
    RunEvent,
    RunFailed,
    RunRequested,
    RunResumed,
)
from domain.run.facts import Fault, Origin, Patches
from domain.run.lifecycle import Stage
from domain.run.note_events import GoldenPinned
from domain.run.summary import RunSummary, SummaryFold, summarise
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import (
    ANNOTATED,
    ANSWERED,
    CANCELLED,
    EXECUTING,
    FAILED,
    PINNED,
    REQUESTED,
    UNPINNED,
    started,
)
from tests.fakes import CountingIds, FrozenClock

SERVICE = Actor("service", "runner-7")
RESUMED = RunResumed(from_stage=Stage.EXECUTE, why="again")


def by(actor: Actor, history: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """Return the history as if this actor had written it."""
    return [
        structs.replace(entry, envelope=structs.replace(entry.envelope, actor=actor))
        for entry in history
    ]


def summary(events: Sequence[RunEvent], *, actor: Actor | None = None) -> RunSummary:
    history = entries(events)
    found = summarise(history if actor is None else [history[0], *by(actor, history[1:])])
    assert found is not None
    return found


def failed(message: str, *, stage: Stage | None = Stage.EXECUTE, call: str = "a") -> RunFailed:
    fault = Fault(code="TOOL_TIMEOUT", message=message, details={"call_id": call})
    return RunFailed(error=fault, stage=stage)


def test_a_run_that_nobody_forked_is_new() -> None:
    found = summary([REQUESTED])
    assert (found.origin, found.parent_run_id) == ("new", None)


def test_a_fork_knows_its_parent() -> None:
    origin = Origin(kind="fork", parent_run_id="run-0", parent_version=3)
    found = summary([RunRequested(question="?", origin=origin)])
    assert (found.origin, found.parent_run_id) == ("fork", "run-0")


def test_the_service_that_wrote_last_works_at_the_run() -> None:
    assert summary(EXECUTING, actor=SERVICE).worker == "runner-7"


@pytest.mark.parametrize("end", [[*ANSWERED], [*EXECUTING, FAILED], [*EXECUTING, CANCELLED]])
def test_nobody_works_at_a_run_that_ended(end: list[RunEvent]) -> None:
    assert summary(end, actor=SERVICE).worker is None
    assert summary([*end, ANNOTATED], actor=SERVICE).worker is None


@pytest.mark.parametrize(
    ("notes", "name"),
    [
        ([PINNED], "daily"),
        ([PINNED, GoldenPinned(name="weekly")], "weekly"),
        ([PINNED, UNPINNED], None),
        ([GoldenPinned(name="weekly"), UNPINNED], "weekly"),
    ],
)
def test_a_run_has_the_golden_name_that_it_got_last(
    notes: list[RunEvent], name: str | None
) -> None:
    assert summary([*ANSWERED, *notes]).golden == name


def test_a_note_leaves_the_end_as_it_was() -> None:
    assert summary([*ANSWERED, ANNOTATED]).ended_at == summary(ANSWERED).ended_at


def test_errors_that_differ_in_names_are_of_one_kind() -> None:
    one, other = failed("No answer of 'a' in 5 ms"), failed("No answer of 'b' in 9 ms")
    kinds = {summary([*EXECUTING, each]).fingerprint for each in (one, other)}
    assert len(kinds) == 1


@pytest.mark.parametrize(
    "other", [failed("x", call="b"), failed("x", stage=Stage.COMPOSE), failed("y")]
)
def test_where_a_run_failed_makes_another_kind_of_error(other: RunEvent) -> None:
    first = summary([*EXECUTING, failed("x")]).fingerprint
    assert summary([*EXECUTING, other]).fingerprint != first


def test_a_failure_that_no_tool_brought_about_is_of_no_kind() -> None:
    """Its error is told all the same."""
    for answered_by in ("patch", "blocked", "record"):
        found = summary([*EXECUTING, *_answered(answered_by), failed("x", call="b")])
        assert (found.error, found.fingerprint) == ("x", None), answered_by
    assert summary([*EXECUTING, *_answered("live"), failed("x", call="b")]).fingerprint


def test_a_failure_of_what_waited_for_a_planted_result_is_of_no_kind() -> None:
    skipped = ToolCallSkipped(call_id="c", tool="ci", operation="get", reason="-", cause="b")
    found = summary([*EXECUTING, *_answered("patch"), skipped, failed("x", call="c")])
    assert found.fingerprint is None


def test_a_stage_that_fails_in_a_what_if_is_no_failure_of_a_kind() -> None:
    patches = Patches(plan={"budget.timeout_seconds": 0.1})
    resumed = structs.replace(RESUMED, patches=patches)
    found = summary([*EXECUTING, FAILED, resumed, started(Stage.EXECUTE, 2), failed("x")])
    assert found.fingerprint is None


def _answered(by: AnsweredBy) -> list[RunEvent]:
    fault = Fault(code="TOOL_TIMEOUT", message="x")
    return [
        ToolCallStarted(
            call_id="b", tool="ci", operation="get", params={}, label="l", timeout_ms=5
        ),
        ToolCallFailed(call_id="b", attempt=1, error=fault, duration_ms=1.0, answered_by=by),
    ]


def test_a_run_that_is_resumed_has_no_error_any_more() -> None:
    found = summary([*EXECUTING, FAILED, RESUMED, started(Stage.EXECUTE, 2)])
    assert (found.error_code, found.error, found.fingerprint) == (None, None, None)
    assert (found.ended_at, found.duration_ms) == (None, None)


def test_a_run_that_the_service_cancels_was_cut_off() -> None:
    found = summary([*EXECUTING, CANCELLED], actor=SERVICE)
    assert (found.state, found.error_code, found.error) == ("cancelled", "INTERRUPTED", "enough")


def test_a_run_that_a_person_cancels_has_no_error() -> None:
    assert summary([*EXECUTING, CANCELLED]).error_code is None


def test_a_fold_can_be_asked_again_and_again() -> None:
    fold, first, *rest = SummaryFold(), *entries(EXECUTING)
    fold.add(first)
    asked = [fold.summary()]
    for entry in rest:
        fold.add(entry)
        asked.append(fold.summary())
    assert [each.version for each in asked] == list(range(1, len(EXECUTING) + 1))


def test_the_summary_is_stored_with_the_events() -> None:
    store = MemoryEventStore()
    by_ada = Authorship("acme", Actor("person", "ada"))
    writer = StreamWriter(
        RUN, "run-1", by_ada, store=store, clock=FrozenClock(), ids=CountingIds()
    )
    writer.handle(RequestRun(question="?", origin=Origin(kind="rerun", parent_run_id="run-0")))
    writer.append()
    stored = store.summary("acme", "run-1")
    assert stored is not None
    assert stored.origin == "rerun"
