"""What happens to an API key, as stored facts, and the table that says what may follow what.

For names and shapes the rules of `domain.run.events` hold: they are for ever, and new fields have
defaults. Digests are SHA-256 of secrets, in hexadecimal; times are text as in envelopes.
"""

from enum import StrEnum
from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from domain.aggregate.aggregate import StreamEntry
from domain.aggregate.event import EventData
from domain.aggregate.lifecycle import Lifecycle
from domain.identity.principal import PrincipalKind
from domain.identity.rights import Role, Scope


class KeyState(StrEnum):
    """Where a key is; one that has expired is active, and of no use."""

    NEW = "new"
    ACTIVE = "active"
    REVOKED = "revoked"


class KeyTrigger(StrEnum):
    """What moves a key."""

    CREATE = "create"
    ROTATE = "rotate"
    REVOKE = "revoke"


LIFECYCLE: Final = Lifecycle(
    KeyState,
    KeyTrigger,
    [
        (KeyTrigger.CREATE, [KeyState.NEW], KeyState.ACTIVE),
        (KeyTrigger.ROTATE, [KeyState.ACTIVE], KeyState.ACTIVE),
        (KeyTrigger.REVOKE, [KeyState.ACTIVE], KeyState.REVOKED),
    ],
    initial=KeyState.NEW,
)


class KeyData(EventData, frozen=True, kw_only=True):
    """The root of the events of a key."""

    trigger: ClassVar[KeyTrigger | None] = None


class KeyCreated(KeyData, frozen=True, kw_only=True):
    """Somebody may act as a principal from here on, until it expires."""

    stored_as = "key-created"
    trigger = KeyTrigger.CREATE
    says = "a key is made for {0.kind} {0.principal}: {0.why}"
    personal = ("principal", "why")

    kind: PrincipalKind
    principal: str
    roles: list[Role]
    scopes: list[Scope]
    digest: str
    why: str
    expires_at: str | UnsetType = UNSET


class KeyRotated(KeyData, frozen=True, kw_only=True):
    """The key has another secret; the one before does until `old_until`, or not any more."""

    stored_as = "key-rotated"
    trigger = KeyTrigger.ROTATE
    says = "the key has a new secret: {0.why}"
    personal = ("why",)

    digest: str
    why: str
    old_until: str | UnsetType = UNSET
    expires_at: str | UnsetType = UNSET


class KeyRevoked(KeyData, frozen=True, kw_only=True):
    """Nobody may use the key any more."""

    stored_as = "key-revoked"
    trigger = KeyTrigger.REVOKE
    says = "the key is revoked: {0.why}"
    personal = ("why",)

    why: str


KeyEvent = KeyCreated | KeyRotated | KeyRevoked
KeyEntry = StreamEntry[KeyEvent]
