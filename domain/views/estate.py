"""The estate as faces show it: what was changed in it and what came of that, and what is in it."""

from dataclasses import dataclass
from typing import Final, Literal

from domain.aggregate.event import Removal
from domain.estate.differences import ImportedFile, KindCounts, RecordChange
from domain.estate.queries import EstateSummary
from domain.estate.records import ConfigurationItem, RelationType
from domain.json import JsonMap
from domain.views.json_form import View

ChangeAction = Literal["merge", "replace", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateLoad:
    """What was changed in the estate, or would be: from which source, and how much of each kind.

    `counts` are the records that the source has. `change_id` names the change on the record; a dry
    run has none, but all records that would differ. `removed` is what was removed before the
    change was recorded.
    """

    source: str
    counts: dict[str, int]
    by_kind: dict[str, KindCounts]
    revision_before: str
    revision: str
    change_id: str | None
    differing: list[RecordChange] | None
    removed: tuple[Removal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateChangeView:
    """A change on the record: who changed when what, and how much.

    `what` is the source that was imported, or the item or source that was removed for a `reason`.
    """

    change_id: str
    recorded_at: str
    by: str
    action: ChangeAction
    what: str
    reason: str | None
    by_kind: dict[str, KindCounts]
    files: list[ImportedFile]
    revision_before: str
    revision: str


@dataclass(frozen=True, slots=True)
class DifferingRecord:
    """A record that a change on the record made another one."""

    change_id: str
    recorded_at: str
    by: str
    what: str
    record: RecordChange


@dataclass(frozen=True, slots=True)
class EstateExport:
    """What was written as files: where, how many records of each kind, and of which revision."""

    folder: str
    counts: dict[str, int]
    revision: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some items, each with its fields, and how many fit in all."""

    items: list[JsonMap]
    total: int


@dataclass(frozen=True, slots=True)
class RelationAround:
    """A relation between two items, by their codes."""

    source: str
    target: str
    rel_type: RelationType


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An item with what is around it, the nearest first, and the relations among these.

    `distances` says by codes how many relations away an item is.
    """

    items: list[ConfigurationItem]
    distances: dict[str, int]
    relations: list[RelationAround]


ESTATE_ITEM: Final[View[ConfigurationItem]] = View("estate-item", ConfigurationItem)
ESTATE_ITEMS: Final[View[ItemPage]] = View("estate-items", ItemPage)
SURROUNDINGS: Final[View[Surroundings]] = View("surroundings", Surroundings)
ESTATE_EXPORT: Final[View[EstateExport]] = View("estate-export", EstateExport)
ESTATE_LOAD: Final[View[EstateLoad]] = View("estate-load", EstateLoad)
ESTATE_HISTORY: Final[View[list[EstateChangeView]]] = View(
    "estate-history", list[EstateChangeView]
)
ESTATE_CHANGES: Final[View[list[DifferingRecord]]] = View("estate-changes", list[DifferingRecord])
ESTATE_SUMMARY: Final[View[EstateSummary]] = View("estate-summary", EstateSummary)
