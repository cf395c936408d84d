"""The bulk replay as an aggregate: started, then aborted or completed.

`decide` holds the rules and may refuse; `evolve` folds one event and never refuses.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from domain.replay.bulk.errors import BulkReplayEnded, BulkReplayTakenOver
from domain.replay.bulk.events import (
    BulkReplayAborted,
    BulkReplayCompleted,
    BulkReplayContinued,
    BulkReplayEvent,
    BulkReplayProgressed,
    BulkReplayStarted,
)
from domain.views.bulk_replay import ReplayedRun, RunVerdict


class BulkReplayState(StrEnum):
    """Where a bulk replay is; the last two are final."""

    NEW = "new"
    STARTED = "started"
    ABORTED = "aborted"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReplay:
    """What is known of a bulk replay after some of its events.

    `worker` is the one that may carry it out. `last_run_id` is the run of the range that was done
    last.
    """

    replay_id: str
    version: int = 0
    state: BulkReplayState = BulkReplayState.NEW
    worker: str | None = None
    run_count: int = 0
    counts: Mapping[RunVerdict, int] = field(default_factory=dict)
    outside_calls: int = 0
    last_run_id: str | None = None

    @property
    def done_count(self) -> int:
        """How many runs are done."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class StartBulkReplay:
    """Begin; what is asked for is in the event already."""

    started: BulkReplayStarted


@dataclass(frozen=True, slots=True)
class ContinueBulkReplay:
    """Let a worker go on."""

    worker: str
    engine_version: str | None = None


@dataclass(frozen=True, slots=True)
class ReportRuns:
    """A worker says what came of some more runs."""

    worker: str
    results: Sequence[ReplayedRun]


@dataclass(frozen=True, slots=True)
class AbortBulkReplay:
    """Stop for good."""

    reason: str


@dataclass(frozen=True, slots=True)
class CompleteBulkReplay:
    """A worker says that all runs are done."""

    worker: str


BulkCommand = (
    StartBulkReplay | ContinueBulkReplay | ReportRuns | AbortBulkReplay | CompleteBulkReplay
)


def decide(replay: BulkReplay, command: BulkCommand) -> BulkReplayEvent:
    """Return what happens when the command is obeyed.

    What was under way when a bulk replay was aborted may still be reported. Raises
    `BulkReplayEnded`, `BulkReplayTakenOver`.
    """
    match command:
        case StartBulkReplay(started=started):
            _require(replay, BulkReplayState.NEW, wanted="start")
            return started
        case ContinueBulkReplay(worker=worker, engine_version=version):
            _require(replay, BulkReplayState.STARTED, wanted="continue")
            return BulkReplayContinued(worker=worker, engine_version=version)
        case ReportRuns(worker=worker, results=results):
            _require_own(replay, worker)
            if replay.state is not BulkReplayState.ABORTED:
                _require(replay, BulkReplayState.STARTED, wanted="report runs")
            return BulkReplayProgressed(results=list(results))
        case AbortBulkReplay(reason=reason):
            _require(replay, BulkReplayState.STARTED, wanted="abort")
            return BulkReplayAborted(reason=reason)
        case CompleteBulkReplay(worker=worker):
            _require_own(replay, worker)
            _require(replay, BulkReplayState.STARTED, wanted="complete")
            return BulkReplayCompleted(counts=dict(replay.counts))
        case _:
            assert_never(command)


def evolve(replay: BulkReplay, event: BulkReplayEvent) -> BulkReplay:
    """Return the bulk replay after the event, whatever the event."""
    after = dataclasses.replace(replay, version=replay.version + 1)
    match event:
        case BulkReplayStarted():
            return dataclasses.replace(
                after,
                state=BulkReplayState.STARTED,
                worker=event.worker,
                run_count=event.run_count,
            )
        case BulkReplayContinued():
            return dataclasses.replace(after, worker=event.worker)
        case BulkReplayProgressed():
            return _with(after, event.results)
        case BulkReplayAborted():
            return dataclasses.replace(after, state=BulkReplayState.ABORTED)
        case BulkReplayCompleted():
            return dataclasses.replace(after, state=BulkReplayState.COMPLETED)
        case _:
            assert_never(event)


def fold(replay_id: str, events: Iterable[BulkReplayEvent]) -> BulkReplay:
    """Return the bulk replay that the events, in order, make."""
    replay = BulkReplay(replay_id=replay_id)
    for event in events:
        replay = evolve(replay, event)
    return replay


def _with(replay: BulkReplay, results: Sequence[ReplayedRun]) -> BulkReplay:
    found = Counter(result.verdict for result in results)
    return dataclasses.replace(
        replay,
        counts=dict(Counter(replay.counts) + found),
        outside_calls=replay.outside_calls + sum(result.outside_calls for result in results),
        last_run_id=results[-1].run_id if results else replay.last_run_id,
    )


def _require(replay: BulkReplay, state: BulkReplayState, *, wanted: str) -> None:
    if replay.state is not state:
        raise BulkReplayEnded(replay.replay_id, state=replay.state, wanted=wanted)


def _require_own(replay: BulkReplay, worker: str) -> None:
    if replay.worker != worker:
        raise BulkReplayTakenOver(replay.replay_id, worker=replay.worker or "nobody")
