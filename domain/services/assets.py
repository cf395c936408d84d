"""The assets of tenants as runs and people find them."""

import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.assets.applied import AppliedAsset
from domain.assets.errors import NoSuchAsset
from domain.assets.names import PREFIX, AssetKind, key_in, stream_of
from domain.large_results import read_stream
from domain.ports import EventStore, StreamIds
from domain.stages.run_assets import RunAssets
from domain.tools.policies.policy import Policies

if TYPE_CHECKING:
    from domain.assets.history import AssetHistory

_FRESH_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Reads the assets of tenants; keys are KIND:NAME."""

    store: EventStore
    stream_ids: StreamIds
    _seen: dict[str, tuple[float, Collection[str]]] = field(default_factory=dict)

    def known(self, tenant_id: str) -> Collection[str]:
        """See `PublishedAssets`."""
        at, keys = self._seen.get(tenant_id, (0.0, ()))
        if not at or time.monotonic() - at > _FRESH_SECONDS:
            keys = [*map(key_in, self.stream_ids.stream_ids(tenant_id, PREFIX))]
            self._seen[tenant_id] = time.monotonic(), keys
        return keys

    def forget(self, tenant_id: str) -> None:
        """Ask anew which assets there are: one was changed here."""
        self._seen.pop(tenant_id, None)

    def find(self, tenant_id: str, key: str, version: int | None = None) -> AppliedAsset | None:
        """See `PublishedAssets`."""
        history = self.read(tenant_id, key)
        if version is not None:
            return history.find(version)
        return history.asset.versions.get(history.asset.published)

    def policies(self, tenant_id: str) -> Policies:
        """Return the policies of tools of a tenant."""
        return RunAssets((), self, tenant_id).policies()

    def histories(self, tenant_id: str, kind: AssetKind | None) -> "list[AssetHistory]":
        """Return all assets, also those that are only built in, by their names."""
        from domain.assets.content import built_in_contents  # noqa: PLC0415 - most runs need none

        own = map(key_in, self.stream_ids.stream_ids(tenant_id, PREFIX))
        keys = sorted({*own, *built_in_contents()})
        wanted = (key for key in keys if kind is None or key.startswith(f"{kind}:"))
        return [self.read(tenant_id, key) for key in wanted]

    def history(self, tenant_id: str, key: str) -> "AssetHistory":
        """Return an asset. Raises `NoSuchAsset`."""
        history = self.read(tenant_id, key)
        if not (history.entries or history.applied):
            raise NoSuchAsset(key, works="see `asset.list`")
        return history

    def read(self, tenant_id: str, key: str) -> "AssetHistory":
        """Return an asset, be it that there is none."""
        from domain.assets.asset import ASSET  # noqa: PLC0415 - as above
        from domain.assets.history import AssetHistory  # noqa: PLC0415 - as above

        with suppress(NoSuchAsset):
            entries = read_stream(self.store, ASSET, tenant_id, stream_of(key))
            return AssetHistory(key, entries)
        return AssetHistory(key, ())
