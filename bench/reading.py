"""Reading runs: the fold of their events, and what the page of a large run needs."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from tempfile import TemporaryDirectory

from bench.harness import HEAD, Options, Table, Workload, cpu_milliseconds, measured
from bench.large_run import append_large_run
from bench.noop import BY, Bench, noop_bench
from domain.aggregate.envelope import RecordedEvent
from domain.run.aggregate import RUN
from domain.run.events import HistoryEntry
from domain.run.fold import fold
from domain.views.history import History
from domain.views.response import response_of, run_response
from domain.views.state import run_state
from domain.views.timeline import run_timeline, timeline_of
from domain.views.trace import run_trace, trace_of

_EVENTS = "events per CPU second"
_FOLDED_EVENTS = 100_000
_STORED_RUNS = 100
_LARGE_RUN_EVENTS = 5_000

_VIEWS: dict[str, Callable[[Sequence[HistoryEntry]], object]] = {
    "state": run_state,
    "trace": run_trace,
    "timeline": run_timeline,
    "response": run_response,
}


def table(options: Options) -> Table:
    """Measure on a new SQLite database."""
    with (
        TemporaryDirectory(dir=options.folder) as folder,
        noop_bench(f"sqlite:///{folder}/bench.db") as bench,
    ):
        runs = _stored_runs(bench)
        large = append_large_run(bench, event_count=_LARGE_RUN_EVENTS)
        workloads = [*_folds(bench, runs), *_page(bench, large)]
        for workload in workloads:
            workload.measure()  # warm-up
        rows = measured(workloads, rounds=options.rounds)
    notes = [
        f"{_FOLDED_EVENTS:,} events are folded: those of {_STORED_RUNS} stored runs, "
        "again and again, decoded from their JSON each time.",
        f"The page is of a run with {_LARGE_RUN_EVENTS:,} events; all of it is the read and the "
        "four views together.",
    ]
    return Table("Reading", notes, HEAD, rows)


def _stored_runs(bench: Bench) -> dict[str, list[RecordedEvent]]:
    async def make() -> list[str]:
        return [await bench.run() for _ in range(_STORED_RUNS)]

    return {run_id: bench.store.read(BY.tenant_id, run_id) for run_id in asyncio.run(make())}


def _folds(bench: Bench, runs: dict[str, list[RecordedEvent]]) -> list[Workload]:
    def from_memory(run_id: str) -> int:
        return _fold(run_id, [RUN.read(recorded) for recorded in runs[run_id]])

    def from_database(run_id: str) -> int:
        return _fold(run_id, bench.history(run_id))

    names = list(runs)
    return [
        Workload("fold from stored JSON", _EVENTS, partial(_rate, from_memory, names)),
        Workload("the same, read from SQLite", _EVENTS, partial(_rate, from_database, names)),
    ]


def _fold(run_id: str, history: list[HistoryEntry]) -> int:
    return fold(run_id, (entry.event for entry in history)).version


def _rate(fold_run: Callable[[str], int], run_ids: list[str]) -> float:
    """Return events per CPU second over so many runs that they have `_FOLDED_EVENTS`."""
    folded = 0

    def fold_all() -> None:
        nonlocal folded
        while folded < _FOLDED_EVENTS:
            for run_id in run_ids:
                folded += fold_run(run_id)

    took = cpu_milliseconds(fold_all)
    return 1000 * folded / took


def _page(bench: Bench, run_id: str) -> list[Workload]:
    history = bench.history(run_id)

    def whole() -> None:
        fresh = History(bench.history(run_id))
        run_state(fresh.entries)
        for view in (trace_of, timeline_of, response_of):
            view(fresh)

    parts: dict[str, Callable[[], object]] = {
        "run page, all of it": whole,
        "run page, the read": partial(bench.history, run_id),
        **{f"run page, {name}": partial(view, history) for name, view in _VIEWS.items()},
    }
    return [
        Workload(name, "CPU ms", partial(cpu_milliseconds, action), ",.1f")
        for name, action in parts.items()
    ]
