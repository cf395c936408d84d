"""The desk where assets are drafted, published and taken back."""

from contextlib import suppress
from dataclasses import dataclass

from domain.assets.applied import digest_of
from domain.assets.asset import (
    ASSET,
    Asset,
    AssetCommand,
    DraftAsset,
    PublishAsset,
    RetireAsset,
    RollBackAsset,
)
from domain.assets.content import check_content
from domain.assets.errors import NoSuchAsset, WrongAsset
from domain.assets.events import AssetEvent
from domain.assets.names import stream_of
from domain.json import JsonMap
from domain.ports import Clock, EventStore, Ids
from domain.redaction.redaction import NOTHING, Redaction
from domain.services.assets import Assets
from domain.tools.catalogue import KnownTools
from domain.writer import Authorship, StreamWriter

Writer = StreamWriter[Asset, AssetCommand, AssetEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDesk:
    """Changes the assets of tenants; keys are KIND:NAME. Policies may name these tools only.

    Each change returns its writer, whose state is that after the change, and raises `WrongAsset`,
    `NoSuchAsset`, `PublishedMeanwhile` and what `EventStore.append` raises.
    """

    assets: Assets
    store: EventStore
    clock: Clock
    ids: Ids
    tools: KnownTools
    redaction: Redaction = NOTHING

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
        check_content(key, content, self.tools)
        if removals := self.redaction.of_json(content).removals:
            said = ", ".join(each.sentence for each in removals)
            raise WrongAsset(key, why=f"it holds what may not be recorded: {said}")
        return DraftAsset(content=content, digest=digest_of(content), why=why)

    def _committed(self, writer: Writer, command: AssetCommand) -> Writer:
        writer.commit(command)
        self.assets.forget(writer.tenant_id)
        return writer

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
