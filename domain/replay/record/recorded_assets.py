"""Assets as the record of a run has them; where the run goes beyond it, as they are published."""

from collections.abc import Collection, Mapping, Sequence

from domain.assets.applied import AppliedAsset, FixedAssets, PublishedAssets, policies_of
from domain.assets.errors import NoSuchAsset
from domain.assets.names import POLICY, overrides_of, versions_in
from domain.run.events import HistoryEntry, StageStarted
from domain.run.lifecycle import Stage
from domain.stages.past import applied_assets
from domain.threads import in_thread
from domain.tools.policies.policy import Policies


def recorded_assets(entries: Sequence[HistoryEntry]) -> FixedAssets:
    """Return the assets that these events of a run hold."""
    return FixedAssets(applied_assets(entry.event for entry in entries))


class TakenAssets:
    """Those of a record, which may be empty, and those that are published; see `RunAssets`.

    Where the record has the plan validated, only a version that is asked for is looked up. What
    was found once stays so.
    """

    def __init__(
        self, entries: Sequence[HistoryEntry], published: PublishedAssets | None, tenant_id: str
    ) -> None:
        """Go on from the record of a run, and of the one that it comes from."""
        self._recorded, self._tenant_id = recorded_assets(entries), tenant_id
        starts = (entry.event for entry in entries if isinstance(entry.event, StageStarted))
        self._is_settled = any(event.stage is Stage.VALIDATE for event in starts)
        self._published = published
        self._found = dict[tuple[str, int | None], AppliedAsset | None]()

    async def known(self) -> Collection[str]:
        """See `RunAssets`."""
        return self._known()

    async def find(self, key: str, version: int | None = None) -> AppliedAsset | None:
        """See `RunAssets`."""
        return await in_thread(self._find, key, version)

    def require(self, asked: Mapping[str, str]) -> None:
        """Raise `NoSuchAsset` for a version that people ask for and that there is not."""
        for key, version in versions_in(overrides_of(asked)).items():
            if self._find(key, version) is None:
                raise NoSuchAsset(key, version=version)

    def policies(self, version: int | None) -> Policies:
        """Return the policies of tools that the run is carried out with."""
        is_there = version is not None or POLICY in self._known()
        return policies_of(self._find(POLICY, version) if is_there else None)

    def _known(self) -> Collection[str]:
        published = None if self._is_settled else self._published
        own = self._recorded.keys
        return own if published is None else {*own, *published.known(self._tenant_id)}

    def _find(self, key: str, version: int | None) -> AppliedAsset | None:
        if (key, version) not in self._found:
            found = self._recorded.get(key, version)
            is_asked = not self._is_settled or version is not None
            if found is None and self._published is not None and is_asked:
                found = self._published.find(self._tenant_id, key, version)
            self._found[key, version] = found
        return self._found[key, version]
