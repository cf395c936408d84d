"""The service of bulk replays: the one road to them, for every face."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal

from msgspec import UNSET

from domain.aggregate.envelope import Actor
from domain.errors import LeaseHeld
from domain.large_results import read_stream
from domain.ports import Clock, EventStore, Ids, LeaseTerm, RunViews, StreamIds
from domain.redaction.redaction import NOTHING, Redaction
from domain.replay.bulk.bulk_replay import (
    BULK_REPLAY,
    AbortBulkReplay,
    BulkReplay,
    ContinueBulkReplay,
    StartBulkReplay,
)
from domain.replay.bulk.errors import AmbiguousBulkReplay, BulkReplayBusy, NoSuchBulkReplay
from domain.replay.bulk.events import BulkEntry, BulkReplayStarted
from domain.replay.bulk.orders import STORED_IF_GIVEN, BulkOrder, RunRange, require_possible
from domain.replay.bulk.views import results_of, started_of, verified_runs_of, view_of
from domain.services.bulk.carrier import BulkWriter, Carrier, Meter
from domain.services.bulk.run_replayer import RunReplayer, preview_of
from domain.services.bulk.turns import Turns
from domain.services.leases import LeaseHolder
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.time_zones import name_of
from domain.times import recorded_text
from domain.views.bulk_replay import (
    BulkPreview,
    BulkReplayView,
    ReplayedRun,
    RunVerdict,
    VerifiedRuns,
)
from domain.writer import Authorship, StreamWriter

LATEST = "latest"

Only = Literal["drift", "same"]
"""The runs that came out otherwise, or those that came out the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReplays:
    """Starts, carries out, stops and shows bulk replays of one tenant at a time.

    `engine_version` is that of this opstrail.
    """

    store: EventStore
    stream_ids: StreamIds
    views: RunViews
    service: RunService
    replays: Replays
    holder: LeaseHolder
    clock: Clock
    zone: tzinfo
    ids: Ids
    engine_version: str | None = None
    redaction: Redaction = NOTHING

    def start(self, order: BulkOrder, by: Authorship) -> str | None:
        """Record a bulk replay and return its id, or None when the filter fits no run.

        Nothing is carried out yet. Raises `BulkReplayRefused`, `FilterRefused`, `InvalidPattern`.
        """
        require_possible(order)
        runs = self._range(by.tenant_id, order)
        count = runs.count(order.limit)
        if not count:
            return None
        replay_id = f"{BULK_REPLAY.prefix}{self.ids.new()}"
        writer = self._writer(replay_id, by, self.holder.term)
        started = BulkReplayStarted(
            **order.model_dump(exclude={"limit", *STORED_IF_GIVEN}),
            ignore=list(order.ignore) or UNSET,
            timeout_ms=order.timeout_ms or UNSET,
            from_call=order.from_call or UNSET,
            retry_failed=order.retry_failed or UNSET,
            as_of=runs.as_of,
            time_zone=UNSET if self.zone is UTC else name_of(self.zone),
            run_count=count,
            worker=self.holder.owner,
            engine_version=self.engine_version,
        )
        writer.commit(StartBulkReplay(started))
        return writer.stream_id

    async def preview(self, tenant_id: str, order: BulkOrder) -> BulkPreview:
        """Return what the order would do. Raises like `start`."""
        require_possible(order)
        return await preview_of(order, self._range(tenant_id, order), self.replays)

    def take_up(self, replay_id: str, by: Authorship) -> None:
        """Record that this worker goes on with a bulk replay; `carry_out` then does it.

        Raises `NoSuchBulkReplay`, `BulkReplayEnded`, and `BulkReplayBusy` until the lease of its
        worker has run out.
        """
        writer = self._writer(replay_id, by, self.holder.taking)
        writer.take_up()
        try:
            writer.commit(ContinueBulkReplay(self.holder.owner, self.engine_version))
        except LeaseHeld:
            worker = self.show(by.tenant_id, replay_id).worker
            raise BulkReplayBusy(replay_id, worker=worker or "nobody") from None

    def abort(self, replay_id: str, reason: str, by: Authorship) -> None:
        """Stop a bulk replay for good; its worker sees it with its next batch.

        Raises `NoSuchBulkReplay`, `BulkReplayEnded`.
        """
        writer = self._writer(replay_id, by)
        writer.take_up()
        writer.commit(AbortBulkReplay(reason))

    async def carry_out(
        self,
        tenant_id: str,
        replay_id: str,
        *,
        is_stopped: Callable[[], bool],
        progress: Callable[[str], None],
    ) -> BulkReplay:
        """Carry out what this worker has started or taken up, and tell how far it is.

        Raises like `Carrier.carry_out`.
        """
        entries = self._entries(tenant_id, replay_id)
        started, first = started_of(entries), entries[0].envelope
        by = Authorship(tenant_id, first.actor, first.traceparent)
        own = Authorship(tenant_id, Actor("service", self.holder.owner), first.traceparent)
        writer = self._writer(replay_id, own, self.holder.term)
        writer.take_up()
        carrier = Carrier(
            writer,
            started,
            worker=self.holder.owner,
            is_stopped=is_stopped,
            on_progress=Meter(self.clock, progress),
        )
        replayer = RunReplayer(
            replay_id=replay_id,
            started=started,
            by=by,
            service=self.service,
            replays=self.replays,
            turns=Turns(started.max_concurrent_runs),
        )
        runs = RunRange(self.views, tenant_id, started.filter, started.as_of, started.zone)
        async with self.holder.keeping(tenant_id, replay_id):
            return await carrier.carry_out(runs, replayer)

    def resolve(self, tenant_id: str, text: str) -> str:
        """Return the id of the bulk replay that the text means.

        The text is an id, a part that begins or ends one, or "latest". Raises `NoSuchBulkReplay`,
        `AmbiguousBulkReplay`.
        """
        known = self.stream_ids.stream_ids(tenant_id, BULK_REPLAY.prefix)
        if text == LATEST:
            found: Sequence[str] = known[:1]
        else:
            found = [each for each in known if each.startswith(text) or each.endswith(text)]
        if not found:
            raise NoSuchBulkReplay(text, latest=known[0] if known else None)
        if len(found) > 1:
            raise AmbiguousBulkReplay(text, candidates=found)
        return found[0]

    def newest(
        self, tenant_id: str, *, limit: int, before: str | None = None
    ) -> list[BulkReplayView]:
        """Return the newest bulk replays, or those older than one, newest first."""
        ids = self.stream_ids.stream_ids(tenant_id, BULK_REPLAY.prefix)
        older = [each for each in ids if before is None or each < before]
        return [self.show(tenant_id, replay_id) for replay_id in older[:limit]]

    def show(self, tenant_id: str, replay_id: str) -> BulkReplayView:
        """Return a bulk replay. Raises `NoSuchBulkReplay`, `CorruptLog`."""
        return view_of(self._entries(tenant_id, replay_id))

    def verified_runs(self, tenant_id: str, replay_id: str) -> VerifiedRuns:
        """Return a bulk replay with what came of each run. Raises like `show`."""
        return verified_runs_of(self._entries(tenant_id, replay_id))

    def results(
        self, tenant_id: str, replay_id: str, *, only: Only | None = None
    ) -> list[ReplayedRun]:
        """Return what came of each run, or of those only that came out so. Raises like `show`."""
        return [
            each
            for each in results_of(self._entries(tenant_id, replay_id))
            if only is None or (each.verdict is RunVerdict.SAME) == (only == "same")
        ]

    def _range(self, tenant_id: str, order: BulkOrder) -> RunRange:
        as_of = recorded_text(self.clock.now())
        return RunRange(self.views, tenant_id, order.filter, as_of, self.zone)

    def _entries(self, tenant_id: str, replay_id: str) -> list[BulkEntry]:
        return read_stream(self.store, BULK_REPLAY, tenant_id, replay_id)

    def _writer(
        self, replay_id: str, by: Authorship, lease: LeaseTerm | None = None
    ) -> BulkWriter:
        store, clock, ids = self.store, self.clock, self.ids
        return StreamWriter(
            BULK_REPLAY,
            replay_id,
            by,
            store=store,
            clock=clock,
            ids=ids,
            lease=lease,
            redaction=self.redaction,
        )
