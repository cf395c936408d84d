"""The versions of an asset, from its events and from what comes with opstrail."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.assets.applied import AppliedAsset, digest_of
from domain.assets.asset import ASSET, Asset
from domain.assets.errors import NoSuchAsset
from domain.assets.events import AssetDrafted, AssetEntry, AssetRolledBack
from domain.assets.names import BUILT_IN, stream_of
from domain.json import JsonMap


@dataclass(frozen=True)
class AssetHistory:
    """An asset by its key, KIND:NAME, with its events; without any it is built in, or is not."""

    key: str
    entries: Sequence[AssetEntry]

    @cached_property
    def asset(self) -> Asset:
        """The asset after all events."""
        return ASSET.state_of(stream_of(self.key), (entry.event for entry in self.entries))

    @property
    def is_known(self) -> bool:
        """Whether there is any version of it."""
        return bool(self.entries) or self.find(BUILT_IN) is not None

    @cached_property
    def _contents(self) -> dict[int, JsonMap]:
        contents = dict[int, JsonMap]()
        for entry in self.entries:
            match entry.event:
                case AssetDrafted(version=version, content=content):
                    contents[version] = content or {}
                case AssetRolledBack(version=version, to_version=to):
                    contents[version] = contents.get(to, {})
                case _:
                    pass
        return contents

    @property
    def _built_in(self) -> AppliedAsset | None:
        from domain.assets.content import built_in_contents  # noqa: PLC0415 - runs need none

        content = built_in_contents().get(self.key)
        if content is None:
            return None
        return AppliedAsset(self.key, BUILT_IN, digest_of(content), content)

    def find(self, version: int | None = None) -> AppliedAsset | None:
        """Return a version, else the published one; 0 is what is built in."""
        if version == BUILT_IN:
            return self._built_in
        wanted = version or self.asset.published
        if wanted not in self._contents:
            return None
        return AppliedAsset(self.key, wanted, self.asset.digests[wanted], self._contents[wanted])

    @property
    def applied(self) -> AppliedAsset | None:
        """What applies where nobody asks for a version: what is published, else built in."""
        return self.find() or self.find(BUILT_IN)

    def required(self, version: int) -> AppliedAsset:
        """Return a version. Raises `NoSuchAsset`."""
        asset = self.find(version)
        if asset is None:
            known = ", ".join(map(str, self.asset.digests)) or "none"
            raise NoSuchAsset(self.key, version=version, works=f"versions: {known}")
        return asset
