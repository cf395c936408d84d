"""Runs in memory, and the bulk replays of them."""

from collections.abc import Callable
from datetime import UTC

from domain.large_results import read_stream
from domain.replay.bulk.bulk_replay import BULK_REPLAY, BulkReplay
from domain.replay.bulk.events import BulkReplayEvent
from domain.replay.bulk.orders import BulkOrder
from domain.run_filter.filter import EVERY_RUN
from domain.services.bulk.bulk_replays import BulkReplays
from domain.services.leases import LEASE_SECONDS, LeaseHolder
from domain.views.bulk_replay import BulkMode, ReplayedRun
from tests.domain.stages.running import (
    BY,
    METRIC,
    TENANT,
    Running,
    ci,
    finish,
    metric,
    plan_output,
)


def but(order: BulkOrder, **changes: object) -> BulkOrder:
    """Return the order with changes."""
    return order.model_copy(update=changes)


VERIFY = BulkOrder(mode=BulkMode.VERIFY, filter="", reason="to see")
RERUN = but(VERIFY, mode=BulkMode.RERUN)
FORK = but(VERIFY, mode=BulkMode.FORK)
HERE, GONE = "here/2/2.0/b", "here/1/1.0/a"


class Site:
    """Three runs that were answered, and what is done with all of them."""

    def __init__(self, *, run_count: int = 3, running: Running | None = None) -> None:
        self.running = running or Running(ci(), metric(), planned=plan_output(**METRIC))
        self.run_ids = [self.ask() for _ in range(run_count)]

    def pass_lease(self) -> None:
        """Let the leases run out that are there now."""
        leases = self.running.memory.leases
        now = leases.now()
        leases.now = lambda: now + LEASE_SECONDS

    @property
    def newest_first(self) -> list[str]:
        return self.run_ids[::-1]

    def ask(self) -> str:
        run_id = self.running.request()
        self.running.carry_out(run_id)
        return run_id

    def bulk(self, worker: str = HERE) -> BulkReplays:
        running, service = self.running, self.running.service
        return BulkReplays(
            store=running.memory,
            stream_ids=running.memory,
            views=running.memory,
            service=service,
            replays=running.replays,
            holder=LeaseHolder(running.memory.leases, worker),
            clock=service._clock,
            zone=UTC,
            ids=service._ids,
            engine_version="1.2",
        )

    def start(self, order: BulkOrder = VERIFY, *, worker: str = HERE) -> str:
        replay_id = self.bulk(worker).start(order, BY)
        assert replay_id is not None
        return replay_id

    def carry_out(
        self,
        replay_id: str,
        *,
        worker: str = HERE,
        is_stopped: Callable[[], bool] = lambda: False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> BulkReplay:
        bulk = self.bulk(worker)
        return finish(bulk.carry_out(TENANT, replay_id, is_stopped=is_stopped, progress=progress))

    def done(self, order: BulkOrder = VERIFY) -> list[ReplayedRun]:
        """What came of each run."""
        replay_id = self.start(order)
        self.carry_out(replay_id)
        return self.results(replay_id)

    def results(self, replay_id: str) -> list[ReplayedRun]:
        return list(self.bulk().results(TENANT, replay_id))

    def events(self, replay_id: str) -> list[BulkReplayEvent]:
        entries = read_stream(self.running.memory, BULK_REPLAY, TENANT, replay_id)
        return [entry.event for entry in entries]

    def run_count(self) -> int:
        return self.running.memory.count(TENANT, EVERY_RUN)


class AfterRuns:
    """Says stop once so many runs are done; counts as progress is told."""

    def __init__(self, count: int) -> None:
        self._left = count

    def on_progress(self, *_: object) -> None:
        self._left -= 1

    def is_stopped(self) -> bool:
        return self._left <= 0
