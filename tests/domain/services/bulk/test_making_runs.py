"""All runs that a filter fits are made again: rerun live, or forked with changes."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import to_builtins

from domain.ports import Append, Appended
from domain.replay.bulk.errors import BulkReplayRefused
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.replay.bulk.orders import BulkOrder
from domain.replay.fork.descent import Rerun
from domain.run.aggregate import RUN
from domain.run.commands import AnnotateRun
from domain.run.facts import Patches, ResultPatch
from domain.run.fold import fold
from domain.run.lifecycle import RunState
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolResult
from domain.views.bulk_replay import ReplayedRun, RunVerdict
from domain.writer import StreamWriter
from tests.domain.replay.resume.test_resume import Counted
from tests.domain.services.bulk.site import FORK, GONE, RERUN, AfterRuns, Site
from tests.domain.stages.running import (
    BY,
    FOUND,
    ITEM,
    METRIC,
    TENANT,
    VALUE,
    Running,
    ci,
    finish,
    metric,
    plan_output,
)
from tests.domain.stages.test_runs_interrupted import BreakingStore, FullDisk
from tests.fakes import AnyParams, failing

if TYPE_CHECKING:
    from domain.json import JsonMap
from tests.domain.services.bulk.site import but

NEARER = Patches(plan={"metric.agg": "max"})


def children(site: Site, run_id: str) -> list[str]:
    """The runs that come from a run."""
    everything = site.running.memory._summaries.values()
    return [each.run_id for each in everything if each.parent_run_id == run_id]


def test_each_run_is_made_again_once() -> None:
    site = Site()
    found = site.done(RERUN)
    assert [children(site, each.run_id) for each in found] == [[each.new_run_id] for each in found]


def test_outside_calls_of_reruns_are_counted() -> None:
    site = Site()
    assert site.carry_out(site.start(RERUN)).outside_calls == 6


def test_a_view_counts_outside_calls() -> None:
    site = Site()
    replay_id = site.start(RERUN)
    site.carry_out(replay_id)
    assert site.bulk().show(TENANT, replay_id).outside_calls == 6


def test_a_rerun_that_answers_the_same_is_the_same() -> None:
    assert {each.verdict for each in Site().done(RERUN)} == {RunVerdict.SAME}


def test_a_rerun_with_another_answer_says_so() -> None:
    values = iter([40.0, 41.0])

    async def next_value(_context: ToolContext, _params: AnyParams) -> ToolResult:
        value: JsonMap = {"metric_name": "cpu", "agg": "avg", "sample_count": 3}
        value["value"] = next(values)
        return ToolResult(success=True, data=value)

    running = Running(ci(), metric(next_value), planned=plan_output(**METRIC))
    (found,) = Site(run_count=1, running=running).done(RERUN)
    assert (found.verdict, found.divergence) == (RunVerdict.ANSWER, "data")


def test_a_rerun_that_fails_where_the_old_run_did_not_has_failed() -> None:
    site = Site(run_count=1)
    site.running.registry.get_tool("ci")._scripts.clear()  # type: ignore[attr-defined]
    (found,) = site.done(RERUN)
    assert found.verdict is RunVerdict.FAILED
    assert (found.sentence or "").startswith("the new run is failed")


def test_a_new_run_names_the_bulk_replay_and_its_reason() -> None:
    site = Site(run_count=1)
    replay_id = site.start(RERUN)
    site.carry_out(replay_id)
    (found,) = site.results(replay_id)
    requested = site.running.history(found.new_run_id or "")[0]
    assert to_builtins(requested.event)["idempotency_key"] == f"{replay_id}/{found.run_id}"
    assert (to_builtins(requested.event)["origin"]["reason"], requested.envelope.actor) == (
        "to see",
        BY.actor,
    )


def test_new_runs_are_not_in_the_range() -> None:
    site = Site()
    site.done(RERUN)
    assert site.run_count() == 6


def test_a_fork_takes_the_patch() -> None:
    site = Site()
    assert {each.verdict for each in site.done(but(FORK, patches=NEARER))} != {RunVerdict.SAME}


def test_a_fork_parts_at_the_version_that_is_asked_for() -> None:
    site = Site()
    assert sum(each.outside_calls for each in site.done(but(FORK, at=1))) == 6


def test_a_blocked_fork_calls_nothing() -> None:
    site = Site()
    order = but(FORK, patches=NEARER, is_blocked=True)
    assert sum(each.outside_calls for each in site.done(order)) == 0


def test_a_patch_that_does_not_fit_a_run_fails_that_run_with_the_reason() -> None:
    site = Site()
    found = site.done(but(FORK, patches=Patches(plan={"colour": "red"})))
    assert {each.verdict for each in found} == {RunVerdict.FAILED}
    assert "colour" in (found[0].sentence or "")


def test_results_are_not_replaced_in_bulk() -> None:
    patches = Patches(results={"primary": ResultPatch(kind="empty")})
    with pytest.raises(BulkReplayRefused, match="results cannot be replaced in bulk"):
        Site().start(but(FORK, patches=patches))


class DeadStore(BreakingStore):
    """A store that takes no append any more from this one on."""

    def append(self, request: Append) -> Appended:
        if self.appends + 1 >= self._breaks_at:
            raise FullDisk
        return super().append(request)


APPENDS = range(1, 14)
"""Those of three reruns one after the other, and of what came of them."""


def left_behind(order: BulkOrder, breaks_at: int) -> tuple[Site, str]:
    """A site whose bulk replay lost its worker at this append after the start."""
    site = Site()
    replay_id = site.start(order, worker=GONE)
    service, memory = site.running.service, site.running.memory
    service._store = DeadStore(memory, breaks_at=breaks_at)
    bulk = replace(site.bulk(GONE), store=service._store)
    with pytest.raises(FullDisk):
        finish(
            bulk.carry_out(TENANT, replay_id, is_stopped=lambda: False, progress=lambda _: None)
        )
    service._store = memory
    return site, replay_id


@pytest.mark.parametrize("breaks_at", APPENDS)
def test_a_crash_at_any_append_makes_no_run_twice(breaks_at: int) -> None:
    site, replay_id = left_behind(but(RERUN, max_concurrent_runs=1), breaks_at)
    site.bulk().take_up(replay_id, BY)
    replay = site.carry_out(replay_id)
    assert replay.state is BulkReplayState.COMPLETED
    assert [each.run_id for each in site.results(replay_id)] == site.newest_first
    assert [len(children(site, run_id)) for run_id in site.run_ids] == [1, 1, 1]
    assert {state_of(site, each) for each in site.results(replay_id)} == {RunState.COMPLETED}


def state_of(site: Site, result: ReplayedRun) -> RunState:
    history = site.running.history(result.new_run_id or "")
    return fold("run", (entry.event for entry in history)).state


def test_a_run_that_got_a_remark_meanwhile_is_not_made_twice() -> None:
    site = Site()
    replay_id, after = site.start(but(RERUN, max_concurrent_runs=1)), AfterRuns(1)
    key = f"{replay_id}/{site.newest_first[0]}"
    site.running.replays.rerun(site.newest_first[0], Rerun(reason="to see"), BY, key=key)
    annotate(site, site.newest_first[0])
    site.carry_out(replay_id, is_stopped=after.is_stopped, progress=after.on_progress)
    (found,) = site.results(replay_id)
    assert children(site, site.newest_first[0]) == [found.new_run_id]


def annotate(site: Site, run_id: str) -> None:
    service = site.running.service
    writer = StreamWriter(
        RUN, run_id, BY, store=site.running.memory, clock=service._clock, ids=service._ids
    )
    writer.continue_from(site.running.history(run_id))
    writer.handle(AnnotateRun("look at this"))
    writer.append()


def test_several_reruns_go_on_at_once() -> None:
    together: list[int] = []
    under_way = 0

    async def counted(_context: ToolContext, _params: AnyParams) -> ToolResult:
        nonlocal under_way
        under_way += 1
        together.append(under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return ToolResult(success=True, data={"rows": [ITEM], "total": 1})

    running = Running(ci(counted), metric(), planned=plan_output(**METRIC))
    Site(running=running).done(but(RERUN, max_concurrent_runs=3))
    assert max(together) == 3


def test_a_preview_of_reruns_counts_outside_calls_and_makes_none() -> None:
    found, value = Counted(FOUND), Counted(VALUE)
    running = Running(ci(found.answer), metric(value.answer), planned=plan_output(**METRIC))
    site = Site(running=running)
    before = found.calls
    preview = finish(site.bulk().preview(TENANT, RERUN))
    assert (preview.run_count, preview.outside_calls, found.calls) == (3, 6, before)


def test_a_preview_says_which_runs_cannot_be_replayed() -> None:
    site = Site()
    order = but(FORK, patches=Patches(plan={"colour": "red"}))
    preview = finish(site.bulk().preview(TENANT, order))
    assert (preview.refused_count, list(preview.refusals)) == (3, site.newest_first)


def test_a_failed_run_that_fails_again_is_the_same() -> None:
    broken = ci(failing(ToolErrorCode.DATA_NOT_FOUND))
    running = Running(broken, metric(), planned=plan_output(**METRIC))
    site = Site(run_count=1, running=running)
    (found,) = site.done(RERUN)
    assert (found.verdict, found.ends_badly) == (RunVerdict.SAME, True)
    (shown,) = site.bulk().newest(TENANT, limit=1)
    assert shown.has_all_failed
