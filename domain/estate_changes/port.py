"""The port through which estates are changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.estate.differences import KindCounts, Mode
from domain.estate.port import EstateDataset
from domain.estate_changes.change import EstateRecordsChanged
from domain.ports import Append


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load or a removal changed, or would change.

    `chunks` name what differs, in order; `contents` has their stored bytes when nothing was
    written. Metric points are of the instants from `first_point_at` to `last_point_at`.
    """

    counts: Mapping[str, KindCounts]
    revision_before: str
    revision: str
    chunks: tuple[EstateRecordsChanged, ...] = ()
    contents: tuple[bytes, ...] = ()
    first_point_at: datetime | None = None
    last_point_at: datetime | None = None


Record = Callable[[LoadReport], Sequence[Append]]
"""Makes the events that put a change on the record, from what it changed."""


class EstateWriter(Protocol):
    """Fills an estate. Each change is one transaction, with its events."""

    def load(
        self,
        tenant_id: str,
        dataset: EstateDataset,
        *,
        mode: Mode,
        at: datetime,
        record: Record | None = None,
        is_dry_run: bool = False,
        may_retire_most: bool = True,
    ) -> LoadReport:
        """Write what differs of the dataset, and return what that was; a dry run writes nothing.

        Of a known key only the given fields are changed when the dataset is partial. With
        "replace", items, relations, rules and documents of the same source that the dataset does
        not bring are retired, of the kinds that it has; items softly, as their history stays, and
        with all their relations. Raises `EstateError` when a relation or a history record names a
        configuration item that does not exist, when two items of the tenant share a code, or when
        more than half of a kind would be retired and may not; nothing is written then.
        """

    def remove(
        self,
        tenant_id: str,
        *,
        ci_ids: Sequence[str],
        source: str | None,
        at: datetime,
        record: Record | None = None,
        is_dry_run: bool = False,
    ) -> LoadReport:
        """Retire items with their relations, or all that a source has brought."""
