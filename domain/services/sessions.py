"""The sessions of browsers: they log in with a key, and then show a token in its place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.identity.port import LogIn, LogIns
from domain.identity.principal import Principal
from domain.identity.secret import RandomBytes, digest_of, key_text_of, new_secret
from domain.ports import Clock
from domain.services.keys import Keys
from domain.times import recorded_text

LASTS: Final = timedelta(hours=12)
"""How long a session lasts at most; no longer than its key, and until somebody logs out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session with its token, which is for the browser alone."""

    token: str
    expires_at: str
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Lets browsers log in and out, and tells who asks with a token, kept as a digest."""

    keys: Keys
    log_ins: LogIns
    clock: Clock
    random: RandomBytes

    def log_in(self, text: str) -> NewSession | None:
        """Begin a session with the text of a key; None where that is of no key, or of no use."""
        who, given = self.keys.principal_of(text), key_text_of(text)
        if who is None or given is None:
            return None
        now, token = self.clock.now(), new_secret(self.random)
        key_ends = self.keys.ends_at(given.key_id, given.digest)
        ends = [each for each in (recorded_text(now + LASTS), key_ends) if each is not None]
        log_in = LogIn(
            digest=digest_of(token),
            tenant_id=who.tenant_id,
            key_id=given.key_id,
            key_digest=given.digest,
            begun_at=recorded_text(now),
            expires_at=min(ends),
        )
        self.log_ins.add(log_in)
        lasts = datetime.fromisoformat(log_in.expires_at) - now
        return NewSession(token=token, expires_at=log_in.expires_at, lasts=lasts)

    def principal_of(self, token: str) -> Principal | None:
        """Return who asks with a token; None where nobody is logged in with it any more."""
        log_in = self.log_ins.find(digest_of(token))
        if log_in is None or log_in.expires_at <= recorded_text(self.clock.now()):
            return None
        return self.keys.principal_with(log_in.key_id, log_in.key_digest)

    def log_out(self, token: str) -> None:
        """End a session."""
        self.log_ins.remove(digest_of(token))
