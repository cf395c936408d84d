"""What happens to a bulk replay, as stored facts.

For names and shapes the rules of `domain.run.events` hold: they are for ever, and new fields have
defaults.
"""

from datetime import UTC, tzinfo
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from domain.aggregate.aggregate import StreamEntry
from domain.aggregate.event import EventData
from domain.replay.bulk.lifecycle import BulkTrigger
from domain.run.facts import CallTimeoutMs, Patches
from domain.time_zones import zone_of
from domain.views.bulk_replay import BulkMode, ReplayedRun, RunVerdict


class BulkReplayData(EventData, frozen=True, kw_only=True):
    """The root of the events of a bulk replay."""

    trigger: ClassVar[BulkTrigger | None] = None


class BulkReplayStarted(BulkReplayData, frozen=True, kw_only=True):
    """Somebody asked for all runs that a filter fits.

    The range is frozen: `run_count` runs, none requested later than `as_of`, which relative times
    of the filter count back from. `patches` and `timeout_ms` are changes of the replays, `at`,
    `from_call`, `retry_failed` and `is_blocked` say what of the record forks use. `rate` is how
    many runs are begun a second at most. What `ignore` names makes no difference. `time_zone`,
    stored only where it is not UTC, is that of the days and clock times of the filter.
    """

    stored_as = "bulk-replay-started"
    trigger = BulkTrigger.START
    says = "somebody starts a bulk replay of {0.run_count} runs ({0.mode}): {0.reason}"
    personal = ("filter", "reason", "patches", "ignore", "from_call")

    mode: BulkMode
    filter: str
    as_of: str
    run_count: Annotated[int, Meta(ge=1)]
    reason: str
    worker: str
    patches: Patches = Patches()
    at: int | None = None
    is_blocked: bool = False
    rate: float | None = None
    max_concurrent_runs: int = 1
    engine_version: str | None = None
    timeout_ms: CallTimeoutMs | UnsetType = UNSET
    ignore: list[str] | UnsetType = UNSET
    from_call: str | UnsetType = UNSET
    retry_failed: bool | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET

    @property
    def zone(self) -> tzinfo:
        """The zone of the filter; raises `UnknownTimeZone`."""
        return UTC if self.time_zone is UNSET else zone_of(self.time_zone)


class BulkReplayContinued(BulkReplayData, frozen=True, kw_only=True):
    """A worker goes on with what another one, or an earlier one, has left."""

    stored_as = "bulk-replay-continued"
    says = "worker {0.worker} goes on with it"
    personal = ()

    worker: str
    engine_version: str | None = None


class BulkReplayProgressed(BulkReplayData, frozen=True, kw_only=True):
    """Some more runs are done, in the order of the range: newest first."""

    stored_as = "bulk-replay-progressed"
    says = "some more runs are done"
    personal = ("results",)

    results: list[ReplayedRun]


class BulkReplayAborted(BulkReplayData, frozen=True, kw_only=True):
    """Somebody stopped it for good; the envelope says who."""

    stored_as = "bulk-replay-aborted"
    trigger = BulkTrigger.ABORT
    says = "the bulk replay is aborted: {0.reason}"
    personal = ("reason",)

    reason: str


class BulkReplayCompleted(BulkReplayData, frozen=True, kw_only=True):
    """All runs of the range are done; how many came to which verdict."""

    stored_as = "bulk-replay-completed"
    trigger = BulkTrigger.COMPLETE
    says = "the bulk replay is completed"
    personal = ()

    counts: dict[RunVerdict, int]


BulkReplayEvent = (
    BulkReplayStarted
    | BulkReplayContinued
    | BulkReplayProgressed
    | BulkReplayAborted
    | BulkReplayCompleted
)
BulkEntry = StreamEntry[BulkReplayEvent]
"""One event of a bulk replay as readers see it."""
