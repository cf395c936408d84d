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
    tail = have.log.tail()
    end = tail.end()
    if params.run is None:
        found, until = _from_log(tail, caller.tenant_id, params, end)
    else:
        run_id = have.reader.resolve(caller.tenant_id, params.run)
        events = have.reader.events(caller.tenant_id, run_id)
        found, until = [*filter(params.fit, events)], max(end, params.after)
    if len(found) > params.limit:
        found = found[: params.limit]
        until = found[-1].position
    lines = [LogLine.model_validate(placed_json(each)) for each in found]
    return LogPage(events=lines, next=until, end=end)


def _from_log(
    tail: LogTail, tenant_id: str, params: PartOfLog, end: int
) -> tuple[Sequence[RecordedEvent], int]:
    """Return what fits, more than wanted perhaps, and until where was looked for it."""
    found, at = list[RecordedEvent](), params.after
    last = min(end, at + MOST_EVENTS)
    while at < last and len(found) <= params.limit:
        until = min(last, at + PART_EVENTS)
        found += filter(params.fit, tail.events(tenant_id, after=at, until=until))
        at = until
    return found, at


LIST_EVENTS: Final = read(
    "log.list", Scope.AUDIT_READ, PartOfLog, LOG_PAGE, list_events, *NOT_THERE
)
