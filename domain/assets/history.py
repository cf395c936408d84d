"""An asset with all that was done with it, and with what comes with opstrail."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.assets.applied import AppliedAsset, digest_of
from domain.assets.asset import ASSET, Asset
from domain.assets.errors import NoSuchAsset
from domain.assets.events import AssetEntry
from domain.assets.names import BUILT_IN, stream_of


@dataclass(frozen=True)
class AssetHistory:
    """An asset by its key, KIND:NAME, with its events; without any it is built in, or is not."""

    key: str
    entries: Sequence[AssetEntry]

    @cached_property
    def asset(self) -> Asset:
        """The asset after all events."""
        return ASSET.state_of(stream_of(self.key), (entry.event for entry in self.entries))

    @cached_property
    def applied(self) -> AppliedAsset | None:
        """What applies where nobody asks for a version: what is published, else built in."""
        return self.find(self.asset.published)

    @property
    def applied_version(self) -> int | None:
        """The version of what applies; None for nothing."""
        return self.applied.version if self.applied else None

    def find(self, version: int) -> AppliedAsset | None:
        """Return a version, None where it is not there; 0 is what is built in."""
        return self._built_in() if version == BUILT_IN else self.asset.versions.get(version)

    def required(self, version: int) -> AppliedAsset:
        """Return a version. Raises `NoSuchAsset`."""
        asset = self.find(version)
        if asset is None:
            known = ", ".join(map(str, self.asset.versions)) or "none"
            raise NoSuchAsset(self.key, version=version, works=f"versions: {known}")
        return asset

    def _built_in(self) -> AppliedAsset | None:
        from domain.assets.content import built_in_contents  # noqa: PLC0415 - runs need none

        contents = built_in_contents()
        if self.key not in contents:
            return None
        content = contents[self.key]
        return AppliedAsset(self.key, BUILT_IN, digest_of(content), content)
