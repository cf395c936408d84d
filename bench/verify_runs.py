"""A thousand runs, and a bulk replay that verifies them all by their records, with progress."""

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC
from functools import partial
from typing import Final

from bench.harness import HEAD, Options, Rows, Table, Workload, measured
from bench.noop import BY, Bench, noop_bench
from bench.postgres import on_both
from domain.replay.bulk.orders import BulkOrder
from domain.services.bulk.bulk_replays import BulkReplays
from domain.services.leases import LeaseHolder
from domain.services.replays import Replays
from domain.views.bulk_replay import BulkMode, RunVerdict
from infrastructure.clock import SystemClock
from infrastructure.event_store.leases import SqlLeases
from infrastructure.event_store.stream_rows import SqlStreamIds
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from infrastructure.run_list.views import SqlRunViews
from infrastructure.workers import worker_id

_RUN_COUNT: Final = 1000
_TOLD_RUNS: Final = 100
_ORDER: Final = BulkOrder(mode=BulkMode.VERIFY, filter="", reason="to measure it")


def table(options: Options) -> Table:
    """Measure on new databases of both kinds."""
    note = (
        f"{_RUN_COUNT:,} runs of five stages and five tool calls, each driven again by its record "
        "and compared event by event, one after the other, with a record of what came out."
    )
    return Table("Bulk verification", [note], HEAD, on_both(options, _rows))


def _rows(where: str, url: str, rounds: int) -> Rows:
    with noop_bench(url) as bench:
        _say(f"{where}: making {_RUN_COUNT} runs")
        for _ in range(_RUN_COUNT):
            asyncio.run(bench.run())
        bulk = _bulk_replays(bench)
        workloads = [
            Workload(what, unit, partial(_rate, bulk, where, clock))
            for what, unit, clock in (
                (f"verified on {where}", "runs/s", time.perf_counter),
                (f"verified on {where}, by CPU", "runs per CPU second", time.process_time),
            )
        ]
        return measured(workloads, rounds=rounds)


def _bulk_replays(bench: Bench) -> BulkReplays:
    clock, ids = SystemClock(), UuidIds()
    views = SqlRunViews(bench.engine, Projections(bench.engine, clock=clock, ids=ids).catch_up)
    return BulkReplays(
        store=bench.store,
        stream_ids=SqlStreamIds(bench.engine),
        views=views,
        service=bench.service,
        replays=Replays(bench.service, workshop=bench.workshop, clock=clock),
        holder=LeaseHolder(SqlLeases(bench.engine), worker_id()),
        clock=clock,
        zone=UTC,
        ids=ids,
    )


def _rate(bulk: BulkReplays, where: str, clock: Callable[[], float]) -> float:
    """Verify all runs and return how many a second; raises AssertionError unless all are same."""
    replay_id = bulk.start(_ORDER, BY)
    assert replay_id is not None, "there are no runs"  # noqa: S101 - else there is no figure
    started = clock()
    replay = asyncio.run(
        bulk.carry_out(
            BY.tenant_id,
            replay_id,
            is_stopped=lambda: False,
            progress=partial(_tell, where),
        )
    )
    seconds = clock() - started
    assert replay.counts == {RunVerdict.SAME: _RUN_COUNT}, replay.counts  # noqa: S101 - the same
    return _RUN_COUNT / seconds


def _tell(where: str, progress: str) -> None:
    if int(progress.split(maxsplit=1)[0]) % _TOLD_RUNS == 0:
        _say(f"{where}: {progress}")


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
