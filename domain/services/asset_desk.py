"""The desk where assets are drafted, published and taken back."""

from contextlib import suppress
from dataclasses import dataclass

from domain.assets.applied import digest_of
from domain.assets.asset import ASSET, AssetCommand, DraftAsset
from domain.assets.content import check_content
from domain.assets.errors import NoSuchAsset, WrongAsset
from domain.assets.names import stream_of
from domain.json import JsonMap
from domain.ports import Clock, EventStore, Ids
from domain.redaction.redaction import NOTHING, Redaction
from domain.services.assets import Assets
from domain.tools.catalogue import KnownTools
from domain.writer import Authorship, StreamWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDesk:
    """Changes the assets of tenants; keys are KIND:NAME. Policies may name these tools only."""

    assets: Assets
    store: EventStore
    clock: Clock
    ids: Ids
    tools: KnownTools
    redaction: Redaction = NOTHING

    def drafted(self, key: str, content: JsonMap, why: str) -> DraftAsset:
        """Return what may be drafted. Raises `WrongAsset`."""
        check_content(key, content, self.tools)
        if removals := self.redaction.of_json(content).removals:
            said = ", ".join(each.sentence for each in removals)
            raise WrongAsset(key, why=f"it holds what may not be recorded: {said}")
        return DraftAsset(content=content, digest=digest_of(content), why=why)

    def do(self, key: str, command: AssetCommand, by: Authorship) -> None:
        """Record what happens. Raises what `decide` and `EventStore.append` raise."""
        writer = StreamWriter(
            *(ASSET, stream_of(key), by),
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            redaction=self.redaction,
        )
        with suppress(NoSuchAsset):  # then this makes it
            writer.take_up()
        writer.commit(command)
        self.assets.forget(by.tenant_id)
