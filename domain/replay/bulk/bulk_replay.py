"""The bulk replay as an aggregate: started, then aborted or completed.

`decide` holds the rules and may refuse; `evolve` folds one event and never refuses.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never, get_args

from msgspec import UNSET

from domain.aggregate.aggregate import Aggregate
from domain.figures import whole_sum
from domain.replay.bulk.errors import BulkReplayEnded, BulkReplayTakenOver, NoSuchBulkReplay
from domain.replay.bulk.events import (
    BulkReplayAborted,
    BulkReplayCompleted,
    BulkReplayContinued,
    BulkReplayEvent,
    BulkReplayProgressed,
    BulkReplayStarted,
)
from domain.replay.bulk.lifecycle import LIFECYCLE, BulkReplayState, BulkTrigger
from domain.views.bulk_replay import ReplayedRun, RunVerdict


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
    failed_count: int = 0
    outside_calls: int = 0
    not_driven_count: int = 0
    last_run_id: str | None = None

    @property
    def done_count(self) -> int:
        """How many runs are done."""
        return whole_sum(self.counts.values())


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


def decide(replay: BulkReplay, command: BulkCommand) -> list[BulkReplayEvent]:
    """Return what happens when the command is obeyed.

    What was under way when a bulk replay was aborted may still be reported. Raises
    `BulkReplayEnded`, `BulkReplayTakenOver`.
    """
    match command:
        case StartBulkReplay(started=started):
            _require(replay, BulkTrigger.START)
            return [started]
        case ContinueBulkReplay(worker=worker, engine_version=version):
            _require_under_way(replay, wanted="continue")
            return [BulkReplayContinued(worker=worker, engine_version=version)]
        case ReportRuns(worker=worker, results=results):
            _require_own(replay, worker)
            if replay.state is not BulkReplayState.ABORTED:
                _require_under_way(replay, wanted="report runs")
            return [BulkReplayProgressed(results=list(results))]
        case AbortBulkReplay(reason=reason):
            _require(replay, BulkTrigger.ABORT)
            return [BulkReplayAborted(reason=reason)]
        case CompleteBulkReplay(worker=worker):
            _require_own(replay, worker)
            _require(replay, BulkTrigger.COMPLETE)
            return [BulkReplayCompleted(counts=dict(replay.counts))]
        case _:
            assert_never(command)


def evolve(replay: BulkReplay, event: BulkReplayEvent) -> BulkReplay:
    """Return the bulk replay after the event, whatever the event."""
    state = replay.state if event.trigger is None else LIFECYCLE.targets[event.trigger]
    after = dataclasses.replace(replay, version=replay.version + 1, state=state)
    match event:
        case BulkReplayStarted():
            return dataclasses.replace(after, worker=event.worker, run_count=event.run_count)
        case BulkReplayContinued():
            return dataclasses.replace(after, worker=event.worker)
        case BulkReplayProgressed():
            return _with(after, event.results)
        case BulkReplayAborted() | BulkReplayCompleted():
            return after
        case _:
            assert_never(event)


def begin(replay_id: str) -> BulkReplay:
    """Return a bulk replay to which nothing has happened yet."""
    return BulkReplay(replay_id=replay_id)


def _with(replay: BulkReplay, results: Sequence[ReplayedRun]) -> BulkReplay:
    found = Counter(result.verdict for result in results)
    return dataclasses.replace(
        replay,
        counts=dict(Counter(replay.counts) + found),
        failed_count=replay.failed_count + whole_sum(result.has_failed for result in results),
        outside_calls=replay.outside_calls + whole_sum(result.outside_calls for result in results),
        not_driven_count=replay.not_driven_count
        + whole_sum(result.why_not_driven is not UNSET for result in results),
        last_run_id=results[-1].run_id if results else replay.last_run_id,
    )


def _require(replay: BulkReplay, trigger: BulkTrigger) -> None:
    if not LIFECYCLE.is_allowed(replay.state, trigger):
        raise BulkReplayEnded(replay.replay_id, state=replay.state, wanted=trigger)


def _require_under_way(replay: BulkReplay, *, wanted: str) -> None:
    if replay.state is not BulkReplayState.STARTED:
        raise BulkReplayEnded(replay.replay_id, state=replay.state, wanted=wanted)


def _require_own(replay: BulkReplay, worker: str) -> None:
    if replay.worker != worker:
        raise BulkReplayTakenOver(replay.replay_id, worker=replay.worker or "nobody")


BULK_REPLAY: Final[Aggregate[BulkReplay, BulkCommand, BulkReplayEvent]] = Aggregate(
    name="bulk replay",
    prefix="replay-",
    events=get_args(BulkReplayEvent),
    lifecycle=LIFECYCLE,
    begin=begin,
    decide=decide,
    evolve=evolve,
    not_found=NoSuchBulkReplay,
)
