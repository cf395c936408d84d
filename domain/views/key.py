"""API keys as people see them: never with what is secret, but once."""

from dataclasses import dataclass
from typing import Final, Literal

from domain.aggregate.envelope import Actor
from domain.identity.key import ApiKey
from domain.identity.key_events import KeyEntry
from domain.identity.principal import PrincipalKind
from domain.identity.rights import Role, Scope
from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A key in short; times are in UTC, None for never; `last_used_at` may be a minute late."""

    key_id: str
    kind: PrincipalKind
    principal: str
    roles: tuple[Role, ...]
    scopes: tuple[Scope, ...]
    state: Literal["active", "expired", "revoked"]
    expires_at: str | None
    last_used_at: str | None
    created_at: str
    changed_at: str
    changed_by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key with its text, which nobody can show again."""

    line: KeyLine
    key: str


KEYS: Final[View[list[KeyLine]]] = View("keys", list[KeyLine])
KEY: Final[View[KeyLine]] = View("key", KeyLine)
NEW_KEY: Final[View[NewKey]] = View("new-key", NewKey)


def key_line(
    key: ApiKey, entries: list[KeyEntry], *, last_used_at: str | None, now: str
) -> KeyLine:
    """Return a key in short, as it is now; of its events there is one at least."""
    first, last = entries[0].envelope, entries[-1].envelope
    is_expired = key.state == "active" and not key.is_of_use(now=now)
    return KeyLine(
        key_id=key.key_id,
        kind=key.kind,
        principal=key.principal,
        roles=tuple(sorted(key.roles)),
        scopes=tuple(sorted(key.scopes)),
        state="expired" if is_expired else "revoked" if key.state == "revoked" else "active",
        expires_at=key.expires_at,
        last_used_at=last_used_at,
        created_at=first.recorded_at,
        changed_at=last.recorded_at,
        changed_by=last.actor,
    )
