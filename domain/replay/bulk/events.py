"""What happens to a bulk replay, as stored facts.

For names and shapes the rules of `domain.run.events` hold: they are for ever, and new fields have
defaults.
"""

from typing import Final

from pydantic import Field

from domain.run.event_data import EventData
from domain.run.facts import Patches
from domain.views.bulk_replay import BulkMode, ReplayedRun, RunVerdict

STREAM_PREFIX: Final = "replay-"
"""With which the ids of bulk replays begin, and those of runs do not."""


class BulkReplayStarted(EventData):
    """Somebody asked for all runs that a filter fits.

    The range is frozen: `run_count` runs, none requested later than `as_of`, which relative times
    of the filter count back from. `patches`, `at` and `is_blocked` are of forks. `rate` is how
    many runs are begun a second at most.
    """

    stored_as = "bulk-replay-started"

    mode: BulkMode
    filter: str
    as_of: str
    run_count: int = Field(ge=1)
    reason: str
    worker: str
    patches: Patches = Patches()
    at: int | None = None
    is_blocked: bool = False
    rate: float | None = None
    max_concurrent_runs: int = 1
    engine_version: str | None = None


class BulkReplayContinued(EventData):
    """A worker goes on with what another one, or an earlier one, has left."""

    stored_as = "bulk-replay-continued"

    worker: str
    engine_version: str | None = None


class BulkReplayProgressed(EventData):
    """Some more runs are done, in the order of the range: newest first."""

    stored_as = "bulk-replay-progressed"

    results: list[ReplayedRun]


class BulkReplayAborted(EventData):
    """Somebody stopped it for good; the envelope says who."""

    stored_as = "bulk-replay-aborted"

    reason: str


class BulkReplayCompleted(EventData):
    """All runs of the range are done; how many came to which verdict."""

    stored_as = "bulk-replay-completed"

    counts: dict[RunVerdict, int]


BulkReplayEvent = (
    BulkReplayStarted
    | BulkReplayContinued
    | BulkReplayProgressed
    | BulkReplayAborted
    | BulkReplayCompleted
)


def is_bulk_replay(stream_id: str) -> bool:
    """Return whether the stream is that of a bulk replay, and not of a run."""
    return stream_id.startswith(STREAM_PREFIX)
