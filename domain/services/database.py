"""The database as a whole: its schema, its checks, and what nobody needs in it any more."""

from typing import Protocol

from domain.views.database import CurrentDatabase, DatabaseReport, Examination, Swept


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

    def examine(self) -> Examination:
        """Try to break the record with the service's own rights, and roll everything back."""
