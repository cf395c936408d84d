"""The service of assets: they are drafted and published here, and found by runs."""

import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from domain.assets.applied import AppliedAsset, digest_of, policies_of
from domain.assets.asset import (
    ASSET,
    Asset,
    AssetCommand,
    DraftAsset,
    PublishAsset,
    RetireAsset,
    RollBackAsset,
)
from domain.assets.errors import NoSuchAsset, WrongAsset
from domain.assets.events import AssetEvent
from domain.assets.history import AssetHistory
from domain.assets.names import POLICY, AssetKind, key_in, stream_of, versions_in
from domain.json import JsonMap
from domain.large_results import read_stream
from domain.ports import Clock, EventStore, Ids, StreamIds
from domain.redaction.redaction import NOTHING, Redaction
from domain.tools.catalogue import KnownTools
from domain.tools.policies.policy import Policies
from domain.writer import Authorship, StreamWriter

_FRESH_SECONDS: Final = 1.0
Writer = StreamWriter[Asset, AssetCommand, AssetEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Changes the assets of tenants, and reads them; keys are KIND:NAME.

    What changes one returns its writer, whose state is that after the change, and raises
    `WrongAsset`, `NoSuchAsset`, `PublishedMeanwhile` and what `EventStore.append` raises.
    """

    store: EventStore
    stream_ids: StreamIds
    clock: Clock
    ids: Ids
    tools: Callable[[], KnownTools]
    redaction: Redaction = NOTHING
    _seen: dict[str, tuple[float, Collection[str]]] = field(default_factory=dict)

    def known(self, tenant_id: str) -> Collection[str]:
        """See `PublishedAssets`."""
        at, keys = self._seen.get(tenant_id, (0.0, ()))
        if not at or time.monotonic() - at > _FRESH_SECONDS:
            keys = [*map(key_in, self.stream_ids.stream_ids(tenant_id, ASSET.prefix))]
            self._seen[tenant_id] = time.monotonic(), keys
        return keys

    def find(self, tenant_id: str, key: str, version: int | None = None) -> AppliedAsset | None:
        """See `PublishedAssets`."""
        return self.read(tenant_id, key).find(version)

    def published(self, tenant_id: str, kind: str, name: str) -> AppliedAsset | None:
        """Return what is published, None where nothing is."""
        return self.find(tenant_id, f"{kind}:{name}")

    def policies(self, tenant_id: str) -> Policies:
        """Return the policies of tools of a tenant: what is built in, and what is published."""
        found = self.find(tenant_id, POLICY) if POLICY in self.known(tenant_id) else None
        return policies_of(found)

    def require(self, tenant_id: str, overrides: dict[str, str]) -> None:
        """Raise `NoSuchAsset` for a version that there is not, of those that a run is to take."""
        for key, version in versions_in(overrides).items():
            self.history(tenant_id, key).required(version)

    def histories(self, tenant_id: str, kind: AssetKind | None) -> list[AssetHistory]:
        """Return all assets, also those that are only built in, by their names."""
        from domain.assets.content import built_in_contents  # noqa: PLC0415 - runs need none

        own = map(key_in, self.stream_ids.stream_ids(tenant_id, ASSET.prefix))
        keys = sorted({*own, *built_in_contents()})
        wanted = (key for key in keys if kind is None or key.startswith(f"{kind}:"))
        return [self.read(tenant_id, key) for key in wanted]

    def history(self, tenant_id: str, key: str) -> AssetHistory:
        """Return an asset. Raises `NoSuchAsset`."""
        history = self.read(tenant_id, key)
        if not history.is_known:
            raise NoSuchAsset(key, works="see `opstrail asset list`")
        return history

    def draft(self, key: str, content: JsonMap, why: str, by: Authorship) -> Writer:
        """Keep a version; where the newest says the same, nothing happens."""
        return self._committed(self._writer(key, by), self._drafted(key, content, why))

    def publish(
        self,
        key: str,
        content: JsonMap | None,
        why: str,
        by: Authorship,
        *,
        expected: int | None = None,
    ) -> Writer:
        """Let this content, else the newest draft, be applied from here on.

        `expected` is the version that is published now, 0 for none, as far as who asks knows.
        """
        drafted = None if content is None else self._drafted(key, content, why)
        writer = self._existing(key, by) if drafted is None else self._writer(key, by)
        published = writer.state.published if expected is None else expected
        command = PublishAsset(why=why, expected=published, draft=drafted)
        return self._committed(writer, command)

    def roll_back(self, key: str, to_version: int, why: str, by: Authorship) -> Writer:
        """Publish again what an earlier version says."""
        writer = self._existing(key, by)
        expected = writer.state.published
        return self._committed(
            writer, RollBackAsset(to_version=to_version, why=why, expected=expected)
        )

    def retire(self, key: str, why: str, by: Authorship) -> Writer:
        """Apply it no more."""
        return self._committed(self._existing(key, by), RetireAsset(why))

    def _drafted(self, key: str, content: JsonMap, why: str) -> DraftAsset:
        from domain.assets.content import check_content  # noqa: PLC0415 - as above

        check_content(key, content, self.tools())
        if removals := self.redaction.of_json(content).removals:
            said = ", ".join(each.sentence for each in removals)
            raise WrongAsset(key, why=f"it holds what may not be recorded: {said}")
        return DraftAsset(content=content, digest=digest_of(content), why=why)

    def _committed(self, writer: Writer, command: AssetCommand) -> Writer:
        writer.commit(command)
        self._seen.pop(writer.tenant_id, None)
        return writer

    def read(self, tenant_id: str, key: str) -> AssetHistory:
        """Return an asset, be it that there is none."""
        with suppress(NoSuchAsset):
            entries = read_stream(self.store, ASSET, tenant_id, stream_of(key))
            return AssetHistory(key, entries)
        return AssetHistory(key, ())

    def _writer(self, key: str, by: Authorship) -> Writer:
        with suppress(NoSuchAsset):
            return self._existing(key, by)
        return self._begun(key, by)

    def _existing(self, key: str, by: Authorship) -> Writer:
        writer = self._begun(key, by)
        writer.take_up()
        return writer

    def _begun(self, key: str, by: Authorship) -> Writer:
        store, clock, ids = self.store, self.clock, self.ids
        stream_id, redaction = stream_of(key), self.redaction
        return StreamWriter(
            ASSET, stream_id, by, store=store, clock=clock, ids=ids, redaction=redaction
        )
