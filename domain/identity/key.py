"""An API key as an aggregate: created, rotated, revoked. One stream each."""

from dataclasses import dataclass, replace
from typing import Final, assert_never, get_args

from msgspec import UNSET

from domain.aggregate.aggregate import Aggregate
from domain.errors import NotFound, Refused
from domain.identity.key_events import (
    LIFECYCLE,
    KeyCreated,
    KeyEvent,
    KeyRevoked,
    KeyRotated,
    KeyState,
    KeyTrigger,
)
from domain.identity.principal import Principal, PrincipalKind
from domain.identity.rights import Role, Scope
from domain.identity.secret import is_same

PREFIX: Final = "key-"


class NoSuchKey(NotFound):
    """There is no such API key in this tenant."""

    def __init__(self, key_id: str) -> None:
        super().__init__(key_id, works="see `key.list`")
        self.args = (f"no key {key_id}; see `key.list`",)


class WrongKeyState(Refused):
    """A key is in a state where this is not possible."""

    def __init__(self, key_id: str, *, state: str, trigger: str) -> None:
        self.key_id, self.state, self.trigger = key_id, state, trigger
        super().__init__(f"key {key_id} is {state}: cannot {trigger} it")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateKey:
    """Let somebody act as a principal with these rights."""

    kind: PrincipalKind
    principal: str
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    why: str
    digest: str = ""
    expires_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateKey:
    """Give a key another secret; without `expires_at` it expires when it would have."""

    digest: str
    why: str
    old_until: str | None = None
    expires_at: str | None = None


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """Let nobody use a key any more."""

    why: str


KeyCommand = CreateKey | RotateKey | RevokeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key; `old_digest` is of the secret before, which does until `old_until`."""

    key_id: str
    state: KeyState = KeyState.NEW
    kind: PrincipalKind = PrincipalKind.USER
    principal: str = ""
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    digest: str = ""
    expires_at: str | None = None
    old_digest: str = ""
    old_until: str = ""

    def opens_with(self, given: str, *, now: str) -> bool:
        """Whether the digest is of the key's secret, and the key of use; `now` as in envelopes."""
        is_its = is_same(given, self.digest)
        was_its = is_same(given, self.old_digest) and now < self.old_until
        return (is_its or was_its) and self.is_of_use(now=now)

    def ends_at(self, given: str) -> str | None:
        """When a digest that opens it will do so no more; None for one that always will."""
        until = None if is_same(given, self.digest) else self.old_until
        return min((each for each in (until, self.expires_at) if each), default=None)

    def is_of_use(self, *, now: str) -> bool:
        """Whether it is neither revoked nor expired."""
        has_expired = self.expires_at is not None and self.expires_at <= now
        return self.state is KeyState.ACTIVE and not has_expired

    def acts_as(self, tenant_id: str) -> Principal:
        """Return who asks with this key."""
        return Principal(
            kind=self.kind,
            id=self.principal,
            tenant_id=tenant_id,
            roles=self.roles,
            scopes=self.scopes,
            key_id=self.key_id,
        )


def decide(key: ApiKey, command: KeyCommand) -> list[KeyEvent]:
    """Return what happens. Raises `WrongKeyState`."""
    match command:
        case CreateKey():
            _require(key, KeyTrigger.CREATE)
            return [
                KeyCreated(
                    kind=command.kind,
                    principal=command.principal,
                    roles=sorted(command.roles),
                    scopes=sorted(command.scopes),
                    digest=command.digest,
                    why=command.why,
                    expires_at=command.expires_at or UNSET,
                )
            ]
        case RotateKey(digest=digest, why=why, old_until=until, expires_at=expires_at):
            _require(key, KeyTrigger.ROTATE)
            return [
                KeyRotated(
                    digest=digest,
                    why=why,
                    old_until=until or UNSET,
                    expires_at=expires_at or UNSET,
                )
            ]
        case RevokeKey(why=why):
            _require(key, KeyTrigger.REVOKE)
            return [KeyRevoked(why=why)]
        case _:
            assert_never(command)


def evolve(key: ApiKey, event: KeyEvent) -> ApiKey:
    """Return the key after the event, whatever the event."""
    if event.trigger is not None:
        key = replace(key, state=LIFECYCLE.targets[event.trigger])
    match event:
        case KeyCreated():
            return replace(
                key,
                kind=event.kind,
                principal=event.principal,
                roles=frozenset(event.roles),
                scopes=frozenset(event.scopes),
                digest=event.digest,
                expires_at=event.expires_at or None,
            )
        case KeyRotated():
            return replace(
                key,
                digest=event.digest,
                expires_at=event.expires_at or key.expires_at,
                old_digest=key.digest,
                old_until=event.old_until or "",
            )
        case KeyRevoked():
            return key
        case _:
            assert_never(event)


def _require(key: ApiKey, trigger: KeyTrigger) -> None:
    if not LIFECYCLE.is_allowed(key.state, trigger):
        raise WrongKeyState(key.key_id, state=key.state, trigger=trigger)


API_KEY: Final[Aggregate[ApiKey, KeyCommand, KeyEvent]] = Aggregate(
    name="key",
    prefix=PREFIX,
    events=get_args(KeyEvent),
    lifecycle=LIFECYCLE,
    begin=lambda stream_id: ApiKey(key_id=stream_id.removeprefix(PREFIX)),
    decide=decide,
    evolve=evolve,
    not_found=lambda stream_id: NoSuchKey(stream_id.removeprefix(PREFIX)),
)
