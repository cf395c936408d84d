"""What may happen to a bulk replay, and what it says then."""

import pytest

from domain.replay.bulk.bulk_replay import (
    BULK_REPLAY,
    AbortBulkReplay,
    BulkCommand,
    CompleteBulkReplay,
    ContinueBulkReplay,
    ReportRuns,
    StartBulkReplay,
    decide,
)
from domain.replay.bulk.errors import BulkReplayEnded, BulkReplayTakenOver
from domain.replay.bulk.events import (
    BulkReplayAborted,
    BulkReplayCompleted,
    BulkReplayContinued,
    BulkReplayEvent,
    BulkReplayProgressed,
    BulkReplayStarted,
)
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.views.bulk_replay import BulkMode, ReplayedRun, RunVerdict

STARTED = BulkReplayStarted(
    mode=BulkMode.RERUN,
    filter="status = failed",
    as_of="2026-03-01T12:00:00.000000Z",
    run_count=3,
    reason="to see",
    worker="w1",
)
SAME = ReplayedRun(run_id="run-3", verdict=RunVerdict.SAME, new_run_id="run-4", outside_calls=2)
OTHER = ReplayedRun(run_id="run-2", verdict=RunVerdict.ANSWER, outside_calls=1)
PROGRESSED = BulkReplayProgressed(results=[SAME, OTHER])
CONTINUED = BulkReplayContinued(worker="w2")
ABORTED = BulkReplayAborted(reason="enough")
COMPLETED = BulkReplayCompleted(counts={RunVerdict.SAME: 1, RunVerdict.ANSWER: 1})


def decided(command: BulkCommand, *events: BulkReplayEvent) -> BulkReplayEvent:
    (event,) = decide(BULK_REPLAY.state_of("replay-1", events), command)
    return event


def test_a_new_one_is_started() -> None:
    assert decided(StartBulkReplay(STARTED)) == STARTED


def test_it_is_started_once() -> None:
    with pytest.raises(BulkReplayEnded, match="replay-1 is started: cannot start"):
        decided(StartBulkReplay(STARTED), STARTED)


def test_its_worker_reports_runs() -> None:
    assert decided(ReportRuns("w1", [SAME, OTHER]), STARTED) == PROGRESSED


def test_another_worker_may_not_report() -> None:
    with pytest.raises(BulkReplayTakenOver, match="taken over by w1"):
        decided(ReportRuns("w2", [SAME]), STARTED)


def test_after_another_worker_took_over_the_first_one_is_refused() -> None:
    with pytest.raises(BulkReplayTakenOver, match="taken over by w2"):
        decided(CompleteBulkReplay("w1"), STARTED, CONTINUED)


def test_a_started_one_is_continued() -> None:
    command = ContinueBulkReplay("w2", engine_version="2")
    assert decided(command, STARTED) == BulkReplayContinued(worker="w2", engine_version="2")


def test_the_counts_are_in_its_completion() -> None:
    assert decided(CompleteBulkReplay("w1"), STARTED, PROGRESSED) == COMPLETED


def test_runs_that_were_under_way_when_it_was_aborted_are_still_reported() -> None:
    assert decided(ReportRuns("w1", [SAME, OTHER]), STARTED, ABORTED) == PROGRESSED


@pytest.mark.parametrize("end", [ABORTED, COMPLETED], ids=lambda event: event.stored_as)
@pytest.mark.parametrize(
    "command",
    [ContinueBulkReplay("w2"), AbortBulkReplay("enough"), CompleteBulkReplay("w1")],
    ids=lambda command: type(command).__name__,
)
def test_what_has_ended_stays_so(command: BulkCommand, end: BulkReplayEvent) -> None:
    with pytest.raises(BulkReplayEnded, match="it is final"):
        decided(command, STARTED, end)


def test_a_completed_one_takes_no_more_runs() -> None:
    with pytest.raises(BulkReplayEnded, match="cannot report runs"):
        decided(ReportRuns("w1", [SAME]), STARTED, COMPLETED)


def test_one_that_never_started_can_only_be_started() -> None:
    with pytest.raises(BulkReplayEnded, match="replay-1 is new: cannot abort"):
        decided(AbortBulkReplay("enough"))


def test_it_knows_how_far_it_is() -> None:
    replay = BULK_REPLAY.state_of("replay-1", [STARTED, PROGRESSED])
    assert (replay.done_count, replay.last_run_id, replay.outside_calls) == (2, "run-2", 3)


def test_verdicts_of_several_batches_add_up() -> None:
    replay = BULK_REPLAY.state_of("replay-1", [STARTED, PROGRESSED, PROGRESSED])
    assert replay.counts == {RunVerdict.SAME: 2, RunVerdict.ANSWER: 2}


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (STARTED, BulkReplayState.STARTED),
        (ABORTED, BulkReplayState.ABORTED),
        (COMPLETED, BulkReplayState.COMPLETED),
    ],
    ids=lambda value: getattr(value, "stored_as", value),
)
def test_each_event_leads_to_its_state(event: BulkReplayEvent, state: BulkReplayState) -> None:
    assert BULK_REPLAY.state_of("replay-1", [STARTED, event]).state is state
