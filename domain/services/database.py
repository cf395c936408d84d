"""The database as a whole: its schema, its checks, and what nobody needs in it any more."""

import shlex
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from domain.errors import Refused
from domain.views.database import (
    Backup,
    CurrentDatabase,
    DatabaseReport,
    DatabaseRoles,
    DatabaseSize,
    Examination,
    Swept,
)


class BackedUpByItsServer(Refused):
    """A PostgreSQL database is not backed up by opstrail."""

    def __init__(self, url: str, *, path: str) -> None:
        """Keep the facts; `url` comes without its password."""
        self.url, self.path = url, path
        super().__init__(
            "a PostgreSQL database is backed up by the server's own tools: pg_dump"
            f" --format=custom --file={shlex.quote(path)} {shlex.quote(url)}; restore it with"
            " pg_restore into an empty database, and then prove it with `opstrail log verify`"
        )


class RolesAreOfServers(Refused):
    """A file has no roles."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"the database {path} is a file, and a file has no roles: who may read and write it is"
            " up to its permissions; roles are made in a PostgreSQL database"
            " (postgresql://user@host/database)"
        )


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

    def back_up(
        self, path: str, *, may_replace: bool, on_progress: Callable[[str], None]
    ) -> Backup:
        """Write a verified copy to a file, while others write.

        Raises `BackedUpByItsServer`, `OSError`, and `CorruptLog` when the copy is not sound; then
        nothing is left.
        """

    def size(self) -> DatabaseSize:
        """Return what takes the room."""

    def roles(self, prefix: str, *, is_dry_run: bool) -> DatabaseRoles:
        """Make the roles of a server's database, whose names begin with the prefix.

        A dry run only says how. Raises `RolesAreOfServers` for a file.
        """

    def named_payloads(self, *, is_preview: bool = False) -> AbstractContextManager[NamedPayloads]:
        """Give the payloads, to be erased or only looked at, for as long as a block lasts."""

    def examine(self) -> Examination:
        """Try to break the record with the service's own rights, and roll everything back."""
