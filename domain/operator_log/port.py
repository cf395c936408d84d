"""The port through which the operator log is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.aggregate.envelope import RecordedEvent
from domain.run_filter.filter import RunFilter


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """Entries that were found, newest first; `doubts` say which are not what was written."""

    events: Sequence[RecordedEvent]
    doubts: tuple[str, ...] = ()


class AuditRows(Protocol):
    """Finds entries of the operator log."""

    def entries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: int | None = None
    ) -> FoundEntries:
        """Return the newest entries that fit, of those before a position where one is given."""
