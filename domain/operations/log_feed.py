"""The operation that reads the log on from a position."""

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import LogLine, placed_json
from domain.operations.one_run import NOT_THERE
from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.run_lists import HOW_MANY
from domain.operations.services import Services
from domain.ports import LogTail
from domain.values.fields import Name
from domain.values.limits import LARGEST_INTEGER
from domain.views.log import LOG_PAGE, LogPage

PART_EVENTS: Final = 1000
MOST_EVENTS: Final = 20_000
"""So many positions of the log one page looks at, whoever their events are of."""


class PartOfLog(Params):
    """Which events of the log are wanted."""

    after: int = Field(
        default=0, ge=0, le=LARGEST_INTEGER, description="Only events after this position."
    )
    type: tuple[Name, ...] = Field(
        default=(), description="Only of these types, or of those that begin so."
    )
    run: Name | None = Field(default=None, description="Only those of this run.")
    limit: int = HOW_MANY

    def fit(self, event: RecordedEvent) -> bool:
        """Return whether the event is wanted."""
        return event.position > self.after and event.envelope.type.startswith(self.type or "")


async def list_events(have: Services, caller: Caller, params: PartOfLog) -> LogPage:
    """Return the events of the log after a position, the oldest first, and where to read on."""
    if params.run is None:
        found, until, end = _from_log(have.log.tail(), caller.tenant_id, params)
    else:
        run_id = have.reader.resolve(caller.tenant_id, params.run)
        events = have.reader.events(caller.tenant_id, run_id)
        found = [*filter(params.fit, events)]
        until = end = max(events[-1].position, params.after)
    if len(found) > params.limit:
        found = found[: params.limit]
        until = found[-1].position
    lines = [LogLine.model_validate(placed_json(each)) for each in found]
    return LogPage(events=lines, next=until, end=end)


def _from_log(
    tail: LogTail, tenant_id: str, params: PartOfLog
) -> tuple[Sequence[RecordedEvent], int, int]:
    """Return what fits, more than wanted perhaps, until where was looked, and the end.

    At the end of the log both are the tenant's newest event: how far others are is not told.
    """
    found, end, at = list[RecordedEvent](), tail.end(), params.after
    last, newest = min(end, at + MOST_EVENTS), at
    while at < last and len(found) <= params.limit:
        until = min(last, at + PART_EVENTS)
        events = tail.events(tenant_id, after=at, until=until)
        found += filter(params.fit, events)
        newest = events[-1].position if events else newest
        at = until
    return (found, newest, newest) if at >= end else (found, at, at + 1)


LIST_EVENTS: Final = read(
    "log.list", Scope.AUDIT_READ, PartOfLog, LOG_PAGE, list_events, *NOT_THERE
)
