"""The lifecycle of a bulk replay: started, then aborted or completed."""

from enum import StrEnum
from typing import Final

from domain.aggregate.lifecycle import Lifecycle


class BulkReplayState(StrEnum):
    """Where a bulk replay is; the last two are final."""

    NEW = "new"
    STARTED = "started"
    ABORTED = "aborted"
    COMPLETED = "completed"


class BulkTrigger(StrEnum):
    """What moves a bulk replay from state to state."""

    START = "start"
    ABORT = "abort"
    COMPLETE = "complete"


LIFECYCLE: Final = Lifecycle(
    BulkReplayState,
    BulkTrigger,
    [
        (BulkTrigger.START, [BulkReplayState.NEW], BulkReplayState.STARTED),
        (BulkTrigger.ABORT, [BulkReplayState.STARTED], BulkReplayState.ABORTED),
        (BulkTrigger.COMPLETE, [BulkReplayState.STARTED], BulkReplayState.COMPLETED),
    ],
    initial=BulkReplayState.NEW,
)
