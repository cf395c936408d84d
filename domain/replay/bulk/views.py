"""A bulk replay as people see it: who asked for what, how far it is, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.aggregate.envelope import Actor
from domain.errors import CorruptLog
from domain.replay.bulk.bulk_replay import BULK_REPLAY
from domain.replay.bulk.events import (
    BulkEntry,
    BulkReplayAborted,
    BulkReplayProgressed,
    BulkReplayStarted,
    ReplayedRun,
    RunVerdict,
)
from domain.replay.bulk.lifecycle import BulkReplayState


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReplayView:
    """One bulk replay. Times are text as in envelopes; `ended_at` is there once it has ended."""

    replay_id: str
    state: BulkReplayState
    started: BulkReplayStarted
    requested_by: Actor
    requested_at: str
    updated_at: str
    ended_at: str | None
    worker: str | None
    run_count: int
    done_count: int
    counts: Mapping[RunVerdict, int]
    outside_calls: int
    aborted_because: str | None


def view_of(entries: Sequence[BulkEntry]) -> BulkReplayView:
    """Return the view of a bulk replay's events, one at least.

    Raises `CorruptLog` when they do not begin with its start.
    """
    first, last = entries[0].envelope, entries[-1].envelope
    replay = BULK_REPLAY.state_of(first.stream_id, (entry.event for entry in entries))
    aborts = [each.event for each in entries if isinstance(each.event, BulkReplayAborted)]
    return BulkReplayView(
        replay_id=first.stream_id,
        state=replay.state,
        started=started_of(entries),
        requested_by=first.actor,
        requested_at=first.recorded_at,
        updated_at=last.recorded_at,
        ended_at=None if replay.state is BulkReplayState.STARTED else last.recorded_at,
        worker=replay.worker,
        run_count=replay.run_count,
        done_count=replay.done_count,
        counts=replay.counts,
        outside_calls=replay.outside_calls,
        aborted_because=aborts[0].reason if aborts else None,
    )


def started_of(entries: Sequence[BulkEntry]) -> BulkReplayStarted:
    """Return what was asked for. Raises `CorruptLog` when that is not the first event."""
    started = entries[0].event
    if not isinstance(started, BulkReplayStarted):
        where = f"{entries[0].envelope.stream_id} version 1"
        raise CorruptLog(where, why="it is not a start")
    return started


def results_of(entries: Sequence[BulkEntry]) -> Iterator[ReplayedRun]:
    """Yield what came of the runs, newest run first."""
    for entry in entries:
        if isinstance(entry.event, BulkReplayProgressed):
            yield from entry.event.results
