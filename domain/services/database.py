"""The database as a whole: its schema, its checks, and what nobody needs in it any more."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from domain.views.database import CurrentDatabase, DatabaseReport, Examination, Swept


class NamedPayloads(Protocol):
    """The payloads of a database, to be removed, and the events that name them."""

    def runs_naming(self, tenant_id: str, digest: str) -> list[str]:
        """Return the runs of the tenant whose events seem to name the payload."""

    def put_at(self, tenant_id: str, digests: Collection[str]) -> dict[str, datetime]:
        """Return when those that are there were put last.

        Raises `PutJustNow` when that is so short ago that an event may be about to name it.
        """

    def remove(self, tenant_id: str, put_at: Mapping[str, datetime]) -> None:
        """Remove the payloads for good, all at once.

        Raises `PutJustNow` when one was put again since.
        """


class Database(Protocol):
    """The database under the record. Nothing but `upgrade` creates one that is not there."""

    def upgrade(self) -> CurrentDatabase:
        """Create the database, or bring it to the schema of this version."""

    def check(self) -> DatabaseReport:
        """Read everything and return what is wrong; changes nothing, not even an old schema."""

    def sweep(self, *, is_dry_run: bool) -> Swept:
        """Delete the payloads that no event names; those of the last hour stay.

        Raises `CorruptLog`, and deletes nothing, when an event that may name one cannot be read.
        """

    def named_payloads(self) -> AbstractContextManager[NamedPayloads]:
        """Give the payloads, to be erased, for as long as a block lasts."""

    def examine(self) -> Examination:
        """Try to break the record with the service's own rights, and roll everything back."""
