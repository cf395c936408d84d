"""Assets as the record of a run has them; where a fork goes beyond it, as they are published."""

from collections.abc import Collection, Sequence

from domain.assets.applied import AppliedAsset, FixedAssets, PublishedAssets
from domain.run.events import HistoryEntry, StageStarted
from domain.run.lifecycle import Stage
from domain.stages.past import applied_assets
from domain.threads import in_thread


def recorded_assets(entries: Sequence[HistoryEntry]) -> FixedAssets:
    """Return the assets that these events of a run hold."""
    return FixedAssets(applied_assets(entry.event for entry in entries))


class TakenAssets:
    """Those of a record, which may be empty, and those that are published; see `RunAssets`.

    Where the record has the plan validated, only a version that is asked for is looked up.
    """

    def __init__(
        self, entries: Sequence[HistoryEntry], published: PublishedAssets | None, tenant_id: str
    ) -> None:
        """Go on from the record of this run, or of the one that it comes from."""
        self._recorded, self._tenant_id = recorded_assets(entries), tenant_id
        self._published = published
        starts = (entry.event for entry in entries if isinstance(entry.event, StageStarted))
        self._is_settled = any(event.stage is Stage.VALIDATE for event in starts)

    async def known(self) -> Collection[str]:
        """See `RunAssets`."""
        recorded = await self._recorded.known()
        if self._is_settled or self._published is None:
            return recorded
        return {*recorded, *self._published.known(self._tenant_id)}

    async def find(self, key: str, version: int | None = None) -> AppliedAsset | None:
        """See `RunAssets`."""
        recorded = await self._recorded.find(key, version)
        is_out = self._published is None or (self._is_settled and version is None)
        if recorded is not None or is_out or self._published is None:
            return recorded
        return await in_thread(self._published.find, self._tenant_id, key, version)
