"""New ids."""

import uuid_utils


class UuidIds:
    """Makes UUIDs of version 7, which sort by the time they were made; see `domain.ports.Ids`."""

    def new(self) -> str:
        """See `Ids`."""
        return str(uuid_utils.uuid7())
