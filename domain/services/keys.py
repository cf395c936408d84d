"""The service of API keys: who may ask from outside."""

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.errors import NotFound
from domain.identity.key import (
    API_KEY,
    PREFIX,
    ApiKey,
    CreateKey,
    KeyCommand,
    RevokeKey,
    RotateKey,
)
from domain.identity.key_events import KeyEntry, KeyEvent
from domain.identity.port import KeyRows
from domain.identity.principal import Principal
from domain.identity.secret import (
    KeyText,
    RandomBytes,
    key_text_of,
    new_key_id,
    new_secret,
)
from domain.large_results import read_stream
from domain.ports import Clock, EventStore, Ids, StreamIds
from domain.redaction.redaction import NOTHING, Redaction
from domain.times import recorded_text
from domain.views.key import KeyLine, NewKey, key_line
from domain.writer import Authorship, StreamWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Makes and ends the keys of tenants, and tells who asks with one."""

    store: EventStore
    stream_ids: StreamIds
    rows: KeyRows
    clock: Clock
    ids: Ids
    random: RandomBytes
    redaction: Redaction = NOTHING

    def create(self, wanted: CreateKey, by: Authorship) -> NewKey:
        """Record a new key; its text is told this once."""
        text = KeyText(new_key_id(self.random), new_secret(self.random))
        writer = self._writer(text.key_id, by)
        writer.commit(replace(wanted, digest=text.digest))
        return NewKey(line=self.show(by.tenant_id, text.key_id), key=str(text))

    def rotate(
        self, key_id: str, by: Authorship, *, why: str, keep_old: timedelta, expires_at: str | None
    ) -> NewKey:
        """Give a key a new secret; the old does for `keep_old`.

        Raises `NoSuchKey`, `WrongKeyState`.
        """
        text = KeyText(key_id, new_secret(self.random))
        until = recorded_text(self.clock.now() + keep_old) if keep_old else None
        command = RotateKey(digest=text.digest, why=why, old_until=until, expires_at=expires_at)
        return NewKey(line=self._changed(key_id, command, by), key=str(text))

    def revoke(self, key_id: str, by: Authorship, *, why: str) -> KeyLine:
        """Let nobody use a key any more. Raises `NoSuchKey`, `WrongKeyState`."""
        return self._changed(key_id, RevokeKey(why), by)

    def show(self, tenant_id: str, key_id: str) -> KeyLine:
        """Return a key. Raises `NoSuchKey`."""
        used = self.rows.last_uses(tenant_id).get(key_id)
        return self._line(self._entries(tenant_id, key_id), used)

    def lines(self, tenant_id: str) -> list[KeyLine]:
        """Return the keys of a tenant, the newest first."""
        used = self.rows.last_uses(tenant_id)
        found = [
            self._line(self._entries(tenant_id, stream_id.removeprefix(PREFIX)), None)
            for stream_id in self.stream_ids.stream_ids(tenant_id, PREFIX)
        ]
        found = [replace(line, last_used_at=used.get(line.key_id)) for line in found]
        return sorted(found, key=lambda line: line.created_at, reverse=True)

    def principal_of(self, text: str) -> Principal | None:
        """Return who asks with the text of a key; None where it is of no key, or of no use."""
        given = key_text_of(text)
        if given is None:
            return None
        who = self.principal_with(given.key_id, given.digest)
        if who is not None:
            self.rows.note_use(who.tenant_id, given.key_id, recorded_text(self.clock.now()))
        return who

    def principal_with(self, key_id: str, digest: str) -> Principal | None:
        """Return who asks with a secret of this digest; None where it is of no use now."""
        found = self._found(key_id)
        now = recorded_text(self.clock.now())
        if found is None or not found[1].opens_with(digest, now=now):
            return None
        return found[1].acts_as(found[0])

    def ends_at(self, key_id: str, digest: str) -> str | None:
        """Return when a secret of this digest that is of use will be of none; None for never."""
        found = self._found(key_id)
        return found[1].ends_at(digest) if found else None

    def has_any(self) -> bool:
        """Return whether any tenant ever had a key, of use or not."""
        return self.rows.has_any()

    def _found(self, key_id: str) -> tuple[str, ApiKey] | None:
        tenant_id = self.rows.tenant_of(key_id)
        if tenant_id is None:
            return None
        try:
            return tenant_id, self._folded(self._entries(tenant_id, key_id))
        except NotFound:
            return None

    def _changed(self, key_id: str, command: KeyCommand, by: Authorship) -> KeyLine:
        writer = self._writer(key_id, by)
        writer.take_up()
        writer.commit(command)
        return self.show(by.tenant_id, key_id)

    def _entries(self, tenant_id: str, key_id: str) -> list[KeyEntry]:
        return read_stream(self.store, API_KEY, tenant_id, f"{PREFIX}{key_id}")

    def _folded(self, entries: list[KeyEntry]) -> ApiKey:
        stream_id = entries[0].envelope.stream_id
        return API_KEY.state_of(stream_id, (entry.event for entry in entries))

    def _line(self, entries: list[KeyEntry], used: str | None) -> KeyLine:
        now = recorded_text(self.clock.now())
        return key_line(self._folded(entries), entries, last_used_at=used, now=now)

    def _writer(self, key_id: str, by: Authorship) -> StreamWriter[ApiKey, KeyCommand, KeyEvent]:
        return StreamWriter(
            *(API_KEY, f"{PREFIX}{key_id}", by),
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            redaction=self.redaction,
        )
