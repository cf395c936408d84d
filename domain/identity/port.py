"""The ports to what is kept of keys beside their streams, and of who is logged in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """A browser that is logged in with a key, until then; `digest` is of its token.

    `key_digest` is of the secret of the key: with another one, the session ends.
    """

    digest: str
    tenant_id: str
    key_id: str
    key_digest: str
    begun_at: str
    expires_at: str


class LogIns(Protocol):
    """Keeps who is logged in."""

    def add(self, log_in: LogIn) -> None:
        """Keep it, and drop those that have expired when it begins."""

    def find(self, digest: str) -> LogIn | None:
        """Return the one with a token of this digest, None where there is none."""

    def remove(self, digest: str) -> None:
        """Drop the one with a token of this digest, if there is one."""


class KeyRows(Protocol):
    """Finds keys, and knows when they were used."""

    def tenant_of(self, key_id: str) -> str | None:
        """Return the tenant that has a key of this id, None where no tenant has."""

    def has_any(self) -> bool:
        """Return whether any tenant has a key."""

    def note_use(self, tenant_id: str, key_id: str, at: str) -> None:
        """Keep when a key was used; uses that follow within a minute may be left out."""

    def last_uses(self, tenant_id: str) -> Mapping[str, str]:
        """Return when keys of the tenant were used last, by key id."""
