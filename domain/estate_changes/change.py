"""Changes of an estate as an aggregate: each import, and each removal, is a stream of its own.

The first event says who changed what and how much; those after it name the records that differ,
each with before and after, in chunks that are kept beside the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, get_args

from msgspec import UNSET, UnsetType

from domain.aggregate.aggregate import Aggregate
from domain.aggregate.event import EventData
from domain.aggregate.lifecycle import Lifecycle
from domain.errors import Refused
from domain.estate.differences import ImportedFile, KindCounts, Mode
from domain.run.call_events import PayloadRef


class ChangeState(StrEnum):
    """Where a change is: it is recorded whole, or not at all."""

    NEW = "new"
    RECORDED = "recorded"


class ChangeTrigger(StrEnum):
    """What moves a change."""

    RECORD = "record"


LIFECYCLE: Final = Lifecycle(
    ChangeState,
    ChangeTrigger,
    [(ChangeTrigger.RECORD, [ChangeState.NEW], ChangeState.RECORDED)],
    initial=ChangeState.NEW,
)


class EstateChangeData(EventData, frozen=True, kw_only=True):
    """The root of the events of a change."""

    trigger: ClassVar[ChangeTrigger | None] = None


class EstateImported(EstateChangeData, frozen=True, kw_only=True):
    """A source was imported; metric points are counted, and told from when to when they are."""

    stored_as = "estate-imported"
    trigger = ChangeTrigger.RECORD
    says = "{0.source} is imported into the estate ({0.mode})"
    personal = ("source", "files")

    source: str
    mode: Mode
    counts: dict[str, KindCounts]
    revision_before: str
    revision: str
    files: list[ImportedFile] | UnsetType = UNSET
    first_point_at: str | UnsetType = UNSET
    last_point_at: str | UnsetType = UNSET


class EstateRemoved(EstateChangeData, frozen=True, kw_only=True):
    """Somebody retired an item, or all that a source has brought."""

    stored_as = "estate-removed"
    trigger = ChangeTrigger.RECORD
    says = "{0.retired} is retired from the estate: {0.reason}"
    personal = ("retired", "reason")

    retired: str
    is_source: bool
    reason: str
    counts: dict[str, KindCounts]
    revision_before: str
    revision: str


class EstateRecordsChanged(EstateChangeData, frozen=True, kw_only=True):
    """Some records differ; the payload is a list of `RecordChange`."""

    stored_as = "estate-records-changed"
    says = "{0.count} records of the estate differ"
    personal = ()

    count: int
    payload: PayloadRef


EstateChangeEvent = EstateImported | EstateRemoved | EstateRecordsChanged


@dataclass(frozen=True, slots=True)
class RecordEstateChange:
    """Put a change on the record, with the chunks of what differs."""

    event: EstateImported | EstateRemoved
    chunks: Sequence[EstateRecordsChanged]


@dataclass(frozen=True, slots=True)
class EstateChange:
    """What the rules need to know of a change."""

    change_id: str
    state: ChangeState = ChangeState.NEW


def decide(change: EstateChange, command: RecordEstateChange) -> list[EstateChangeEvent]:
    """Return what happens. Raises `Refused` for a change that is on the record already."""
    if not LIFECYCLE.is_allowed(change.state, ChangeTrigger.RECORD):
        message = f"{change.change_id} is {change.state} already"
        raise Refused(message)
    return [command.event, *command.chunks]


def evolve(change: EstateChange, event: EstateChangeEvent) -> EstateChange:
    """Return the change after the event, whatever the event."""
    return change if event.trigger is None else replace(change, state=ChangeState.RECORDED)


ESTATE_CHANGE: Final[Aggregate[EstateChange, RecordEstateChange, EstateChangeEvent]] = Aggregate(
    name="estate change",
    prefix="estate-",
    events=get_args(EstateChangeEvent),
    lifecycle=LIFECYCLE,
    begin=EstateChange,
    decide=decide,
    evolve=evolve,
)
