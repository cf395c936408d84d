"""The operations on API keys: who may ask from outside, and as whom."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from domain.identity.key import CreateKey, NoSuchKey, WrongKeyState
from domain.identity.principal import PrincipalKind
from domain.identity.rights import SCOPES_OF, Role, Scope
from domain.operations.operation import (
    Access,
    Caller,
    InvalidParams,
    Nothing,
    Params,
    command,
    read,
)
from domain.operations.services import Services
from domain.times import absolute_instant_of, recorded_text, span_of
from domain.values.fields import Name, Reason
from domain.views.key import KEY, KEYS, NEW_KEY, KeyLine, NewKey

_EXPIRES: Final = "From now, such as 90d, or a date with a time, such as 2027-01-31T00:00Z."


class NewKeyParams(Params):
    """Who may ask with a new key, and what they may do."""

    principal: Name = Field(description="The user or the service that the key is for.")
    kind: Literal["user", "service"] = Field(default="user", description="Which of both.")
    roles: tuple[Role, ...] = Field(default=(), description="What they are.")
    scopes: tuple[Scope, ...] = Field(default=(), description="What they may do beside that.")
    expires: Name | None = Field(default=None, description=f"{_EXPIRES} Never by default.")
    why: Reason


class OneKey(Params):
    """A key."""

    key_id: Name = Field(description="The id of a key: the part between `ops_` and the next `_`.")


class WhyKey(OneKey):
    """A key, and why it is changed."""

    why: Reason


class RotateParams(WhyKey):
    """A key, and for how long its old secret and its new one do."""

    keep_old: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="How long the old secret still does, such as 24h; not at all."
    )
    expires: Name | None = Field(default=None, description=f"{_EXPIRES} As before by default.")


async def create_key(have: Services, caller: Caller, params: NewKeyParams) -> NewKey:
    """Make a key, and return it with its text, which nobody can show again."""
    roles, scopes = frozenset(params.roles), frozenset(params.scopes)
    granted = scopes.union(*(SCOPES_OF[role] for role in roles))
    if not granted:
        raise InvalidParams([("roles", "give a role or a scope: the key would be of no use")])
    if beyond := granted - caller.rights:
        told = ", ".join(sorted(beyond))
        raise InvalidParams([("roles", f"you cannot give what you may not do yourself: {told}")])
    expires_at = _expiry(have, params.expires)
    wanted = CreateKey(
        kind=PrincipalKind(params.kind),
        principal=params.principal,
        roles=roles,
        scopes=scopes,
        why=params.why,
        expires_at=expires_at,
    )
    return have.identity.keys.create(wanted, caller.by)


async def list_keys(have: Services, caller: Caller, _params: Nothing) -> list[KeyLine]:
    """Return the keys, the newest first, also those that are revoked."""
    return have.identity.keys.lines(caller.tenant_id)


async def rotate_key(have: Services, caller: Caller, params: RotateParams) -> NewKey:
    """Give a key a new secret, and return it with its text, which nobody can show again."""
    keep_old = timedelta(0) if params.keep_old is None else span_of(params.keep_old)
    if keep_old is None:
        raise InvalidParams([("keep_old", "write a length of time, such as 24h")])
    expires_at = _expiry(have, params.expires)
    return have.identity.keys.rotate(
        params.key_id, caller.by, why=params.why, keep_old=keep_old, expires_at=expires_at
    )


async def revoke_key(have: Services, caller: Caller, params: WhyKey) -> KeyLine:
    """Let nobody use a key any more."""
    return have.identity.keys.revoke(params.key_id, caller.by, why=params.why)


def _expiry(have: Services, written: str | None) -> str | None:
    if written is None:
        return None
    now = have.clock.now()
    expires_at = _instant(written, now.astimezone(have.zone))
    if expires_at is None:
        raise InvalidParams([("expires", f"{written!r} is no time: {_EXPIRES}")])
    if expires_at <= now:
        raise InvalidParams([("expires", "it would have expired already")])
    return recorded_text(expires_at)


def _instant(written: str, now: datetime) -> datetime | None:
    try:
        span = span_of(written)
        return now + span if span else absolute_instant_of(written, zone=now.tzinfo)
    except (ValueError, OverflowError):
        return None


CREATE_KEY: Final = command(
    "key.create", Scope.KEYS_ADMIN, NewKeyParams, NEW_KEY, create_key, access=Access.BEGIN
)
LIST_KEYS: Final = read("key.list", Scope.KEYS_ADMIN, Nothing, KEYS, list_keys)
ROTATE_KEY: Final = command(
    "key.rotate", Scope.KEYS_ADMIN, RotateParams, NEW_KEY, rotate_key, NoSuchKey, WrongKeyState
)
REVOKE_KEY: Final = command(
    "key.revoke", Scope.KEYS_ADMIN, WhyKey, KEY, revoke_key, NoSuchKey, WrongKeyState
)
