"""What imports and removals have changed of items and relations, as the log has it."""

from dataclasses import dataclass
from typing import NamedTuple

from domain.estate.differences import RecordChange
from domain.times import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedQuery:
    """Which changes: recorded in the window, of the items of these codes, None for all.

    Of each import at most so many chunks are read in all, those of the newest first.
    """

    window: Window
    codes: frozenset[str] | None = None
    most_chunks: int = 8

    def takes(self, record: RecordChange) -> bool:
        """Return whether a record is of one of the items."""
        return self.codes is None or not self.codes.isdisjoint(record.items)


class RecordedChange(NamedTuple):
    """A record that differs since a change of the estate, and when that was recorded."""

    change_id: str
    at: str
    record: RecordChange


class RecordedChanges(NamedTuple):
    """The changes, the newest first; `is_cut` says that not all could be looked at."""

    changes: list[RecordedChange]
    is_cut: bool
