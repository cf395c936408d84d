"""Assets as a run has them: which version of what, with its content."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from domain.json import JsonMap
from domain.run.asset_events import asset_label
from domain.tools.policies.policy import Policies, PolicyDocument


@dataclass(frozen=True, slots=True)
class AppliedAsset:
    """A version of an asset; `digest` is the SHA-256 of its content, in hexadecimal."""

    key: str
    version: int
    digest: str
    content: JsonMap

    @property
    def label(self) -> str:
        """See `asset_label`."""
        return asset_label(self.version, self.digest)


def policies_of(asset: AppliedAsset | None) -> Policies:
    """Return the policies of tools that a policy asset says, and else what is built in."""
    if asset is None:
        return Policies()
    return Policies(PolicyDocument.model_validate(asset.content))


def digest_of(content: JsonMap) -> str:
    """Return the SHA-256 of the content as JSON with sorted keys, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: JsonMap) -> bytes:
    """Return the content as JSON with sorted keys."""
    return msgspec.json.encode(content, order="sorted")


class PublishedAssets(Protocol):
    """The assets of tenants as they are published now; may be called from any thread."""

    def known(self, tenant_id: str) -> Collection[str]:
        """Return the assets that there are, published or not, by KIND:NAME.

        What another process made within the last second may be missing.
        """

    def find(self, tenant_id: str, key: str, version: int | None = None) -> AppliedAsset | None:
        """Return the version, else the published one; None where there is none.

        Version 0 is what is built in.
        """


class FixedAssets:
    """Assets that are on the record of a run, and no others; see `RunAssets`."""

    def __init__(self, assets: Iterable[AppliedAsset]) -> None:
        """Take them in the order in which they were applied; of a name the last one counts."""
        listed = [*assets]
        self._last = {asset.key: asset for asset in listed}
        self._by_version = {(asset.key, asset.version): asset for asset in listed}

    @property
    def keys(self) -> Collection[str]:
        """The assets by KIND:NAME."""
        return self._last.keys()

    def get(self, key: str, version: int | None) -> AppliedAsset | None:
        """Return a version, else the last one; None where it is not there."""
        return self._last.get(key) if version is None else self._by_version.get((key, version))

    async def known(self) -> Collection[str]:
        """See `RunAssets`."""
        return self.keys

    async def find(self, key: str, version: int | None = None) -> AppliedAsset | None:
        """See `RunAssets`."""
        return self.get(key, version)


NO_ASSETS: Final = FixedAssets(())


class RunAssets(Protocol):
    """The assets of one run: from its record, from that of its parent, else as published."""

    async def known(self) -> Collection[str]:
        """Return the assets that may be applied without being named, by KIND:NAME."""

    async def find(self, key: str, version: int | None = None) -> AppliedAsset | None:
        """See `PublishedAssets.find`."""
