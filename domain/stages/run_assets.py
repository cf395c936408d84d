"""The assets of one run: those on its record, and where it goes beyond that, as published."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from domain.assets.applied import AppliedAsset, PublishedAssets
from domain.assets.errors import NoSuchAsset
from domain.assets.names import POLICY, WORDS, overrides_of, versions_in
from domain.assets.words import meanings, said
from domain.run.asset_events import AssetApplied
from domain.run.events import RunEvent, StageStarted
from domain.run.lifecycle import Stage
from domain.tools.policies.policy import Policies, PolicyDocument


class RunAssets:
    """The assets that a run may apply, by KIND:NAME.

    Where the record has the plan validated, only a version that is asked for is looked up. What
    was found once stays so.
    """

    def __init__(
        self,
        events: Iterable[RunEvent] = (),
        published: PublishedAssets | None = None,
        tenant_id: str = "",
    ) -> None:
        """Go on from what the run has, and its parent; of an asset the last version counts."""
        listed = [*events]
        applied = [*applied_assets(listed)]
        self._found: dict[tuple[str, int | None], AppliedAsset | None] = {
            (asset.key, version): asset for asset in applied for version in (asset.version, None)
        }
        self._recorded = {asset.key for asset in applied}
        self._is_settled = any(
            isinstance(event, StageStarted) and event.stage is Stage.VALIDATE for event in listed
        )
        self._published, self._tenant_id = published, tenant_id

    def known(self) -> Collection[str]:
        """Return the assets that may be applied without being named."""
        if self._is_settled or self._published is None:
            return self._recorded
        return {*self._recorded, *self._published.known(self._tenant_id)}

    def find(self, key: str, version: int | None = None) -> AppliedAsset | None:
        """See `PublishedAssets.find`."""
        if (key, version) not in self._found:
            self._found[key, version] = self._looked_up(key, version)
        return self._found[key, version]

    def require(self, asked: Mapping[str, str]) -> None:
        """Raise `NoSuchAsset` for a version that people ask for and that there is not."""
        for key, version in versions_in(overrides_of(asked)).items():
            if self.find(key, version) is None:
                works = f"`asset.show {key}` says which there are"
                raise NoSuchAsset(key, version=version, works=works)

    def policies(self, version: int | None = None) -> Policies:
        """Return the policies of tools that the run is carried out with."""
        is_there = version is not None or POLICY in self.known()
        policy = self.find(POLICY, version) if is_there else None
        if policy is None:
            return Policies()
        return Policies(PolicyDocument.model_validate(policy.content))

    def words(self, question: str, version: int | None = None) -> AppliedAsset | None:
        """Return the tenant's own words where the question has any of them, else None."""
        is_there = version is not None or WORDS in self.known()
        words = self.find(WORDS, version) if is_there else None
        return words if any(said(meanings(words), question)) else None

    def recorded_words(self) -> AppliedAsset | None:
        """Return the words that the question was read with, None where it has none of them."""
        return self.find(WORDS) if WORDS in self._recorded else None

    def _looked_up(self, key: str, version: int | None) -> AppliedAsset | None:
        if self._published is None or (self._is_settled and version is None):
            return None
        return self._published.find(self._tenant_id, key, version)


def applied_assets(events: Iterable[RunEvent]) -> Iterator[AppliedAsset]:
    """Yield the assets that were applied, as they are on the record."""
    for event in events:
        if isinstance(event, AssetApplied):
            yield AppliedAsset(event.key, event.version, event.digest, event.content or {})
