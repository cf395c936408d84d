"""The port to what is kept of keys beside their streams."""

from collections.abc import Mapping
from typing import Protocol


class KeyRows(Protocol):
    """Finds keys, and knows when they were used."""

    def tenant_of(self, key_id: str) -> str | None:
        """Return the tenant that has a key of this id, None where no tenant has."""

    def note_use(self, tenant_id: str, key_id: str, at: str) -> None:
        """Keep when a key was used; uses that follow within a minute may be left out."""

    def last_uses(self, tenant_id: str) -> Mapping[str, str]:
        """Return when keys of the tenant were used last, by key id."""
