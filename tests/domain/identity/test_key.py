"""What may happen to a key, and what it opens."""

from datetime import timedelta

import pytest

from domain.identity.key import (
    API_KEY,
    ApiKey,
    NoSuchKey,
    RevokeKey,
    RotateKey,
    WrongKeyState,
    decide,
)
from domain.identity.key_events import KeyCreated, KeyEvent, KeyRevoked, KeyRotated
from domain.identity.principal import PrincipalKind
from domain.identity.rights import Role
from domain.identity.secret import KeyText, digest_of, key_text_of, new_key_id, new_secret
from domain.times import recorded_text
from tests.fakes import FrozenClock

NOW = FrozenClock().now()
OLD, NEW = KeyText("0123456789ab", "old"), KeyText("0123456789ab", "new")
CREATED = KeyCreated(
    kind=PrincipalKind.USER,
    principal="ada",
    roles=[Role.VIEWER],
    scopes=[],
    digest=OLD.digest,
    why="why",
    expires_at=recorded_text(NOW + timedelta(days=1)),
)
ROTATED = KeyRotated(
    digest=NEW.digest, why="why", old_until=recorded_text(NOW + timedelta(hours=1))
)
REVOKED = KeyRevoked(why="why")


def key(*events: KeyEvent) -> ApiKey:
    return API_KEY.state_of("key-0123456789ab", events)


def opens(of: ApiKey, text: KeyText, *, after: timedelta = timedelta(0)) -> bool:
    return of.opens_with(text.digest, now=recorded_text(NOW + after))


def test_the_text_of_a_key_is_read_back() -> None:
    text = KeyText(new_key_id(bytes), new_secret(bytes))
    assert key_text_of(str(text)) == text


@pytest.mark.parametrize("text", ["", "ops_", "ops_0123456789ab_short", "key", "ops_x_y\n"])
def test_any_other_text_is_of_no_key(text: str) -> None:
    assert key_text_of(text) is None


def test_only_a_digest_of_the_secret_is_kept() -> None:
    assert key(CREATED).digest == digest_of("old")


def test_a_key_opens_with_its_secret_alone() -> None:
    assert (opens(key(CREATED), OLD), opens(key(CREATED), NEW)) == (True, False)


def test_an_expired_key_opens_no_more() -> None:
    assert not opens(key(CREATED), OLD, after=timedelta(days=1))


def test_a_revoked_key_opens_no_more() -> None:
    assert not opens(key(CREATED, REVOKED), OLD)


def test_the_secret_before_opens_as_long_as_it_was_said() -> None:
    rotated = key(CREATED, ROTATED)
    late = timedelta(hours=1)
    assert (opens(rotated, OLD), opens(rotated, OLD, after=late), opens(rotated, NEW)) == (
        *(True, False),
        True,
    )


def test_without_a_term_the_secret_before_opens_no_more() -> None:
    at_once = KeyRotated(digest=NEW.digest, why="why")
    assert not opens(key(CREATED, at_once), OLD)


def test_a_key_that_was_never_made_opens_with_nothing() -> None:
    assert not opens(key(), KeyText("0123456789ab", ""))


@pytest.mark.parametrize("command", [RevokeKey("why"), RotateKey(digest="d", why="why")])
def test_a_revoked_key_is_changed_no_more(command: RevokeKey | RotateKey) -> None:
    with pytest.raises(WrongKeyState, match="is revoked: cannot"):
        decide(key(CREATED, REVOKED), command)


def test_a_key_that_is_not_there_is_named() -> None:
    assert str(API_KEY.not_found("key-ab")) == str(NoSuchKey("ab"))
