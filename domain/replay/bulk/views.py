"""The views of a bulk replay, made of its events."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from msgspec import UNSET

from domain.aggregate.event import removals_of
from domain.errors import CorruptLog
from domain.replay.bulk.bulk_replay import BULK_REPLAY
from domain.replay.bulk.events import (
    BulkEntry,
    BulkReplayAborted,
    BulkReplayProgressed,
    BulkReplayStarted,
)
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.views.bulk_replay import BulkReplayView, BulkRequest, ReplayedRun, VerifiedRuns


def view_of(entries: Sequence[BulkEntry]) -> BulkReplayView:
    """Return the view of a bulk replay's events, one at least.

    Raises `CorruptLog` when they do not begin with its start.
    """
    return BulkReplayView(**_facts(entries))


def verified_runs_of(entries: Sequence[BulkEntry]) -> VerifiedRuns:
    """Return the view together with what came of each run. Raises like `view_of`."""
    return VerifiedRuns(**_facts(entries), results=tuple(results_of(entries)))


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


def _given(started: BulkReplayStarted) -> dict[str, Any]:
    values = {each.name: getattr(started, each.name) for each in fields(BulkRequest)}
    given = {name: value for name, value in values.items() if value is not UNSET}
    return {**given, "ignore": tuple(given.get("ignore", ()))}


def _facts(entries: Sequence[BulkEntry]) -> dict[str, Any]:
    first, last = entries[0].envelope, entries[-1].envelope
    replay = BULK_REPLAY.state_of(first.stream_id, (entry.event for entry in entries))
    started = started_of(entries)
    aborts = [each.event for each in entries if isinstance(each.event, BulkReplayAborted)]
    return {
        "replay_id": first.stream_id,
        "state": replay.state.value,
        "started": BulkRequest(**_given(started)),
        "requested_by": first.actor,
        "requested_at": first.recorded_at,
        "updated_at": last.recorded_at,
        "ended_at": None if replay.state is BulkReplayState.STARTED else last.recorded_at,
        "worker": replay.worker,
        "run_count": replay.run_count,
        "done_count": replay.done_count,
        "counts": dict(replay.counts),
        "failed_count": replay.failed_count,
        "outside_calls": replay.outside_calls,
        "not_driven_count": replay.not_driven_count,
        "removed": (*removals_of(entry.event for entry in entries),),
        "aborted_because": aborts[0].reason if aborts else None,
    }
