"""All runs that a filter fits are verified by their records."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from domain.ports import FoundRuns
from domain.replay.bulk.errors import BulkReplayRefused
from domain.replay.bulk.events import BulkReplayCompleted, BulkReplayProgressed, BulkReplayStarted
from domain.run.facts import Patches
from domain.run_filter.tokens import FilterRefused
from domain.views.bulk_replay import VERDICTS, RunVerdict
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.services.bulk.site import FORK, HERE, VERIFY, AfterRuns, Site, but
from tests.domain.stages.running import BY, TENANT, finish


def test_every_run_of_the_range_is_verified_newest_first() -> None:
    site = Site()
    assert [each.run_id for each in site.done()] == site.newest_first


def test_runs_that_come_out_the_same_are_counted() -> None:
    site = Site()
    assert site.carry_out(site.start()).counts == {RunVerdict.SAME: 3}


def test_what_was_asked_for_is_on_record() -> None:
    site = Site()
    started = site.events(site.start(but(VERIFY, filter="calls > 0")))[0]
    assert isinstance(started, BulkReplayStarted)
    assert (started.filter, started.run_count, started.reason) == ("calls > 0", 3, "to see")
    assert (started.worker, started.engine_version) == (HERE, "1.2")


def test_its_history_ends_with_how_many_came_to_which_verdict() -> None:
    site = Site()
    replay_id = site.start()
    site.carry_out(replay_id)
    assert site.events(replay_id)[-1] == BulkReplayCompleted(counts={RunVerdict.SAME: 3})


def test_the_runs_of_a_batch_take_one_append() -> None:
    site = Site()
    replay_id = site.start()
    site.carry_out(replay_id)
    batches = [e for e in site.events(replay_id) if isinstance(e, BulkReplayProgressed)]
    assert [len(batch.results) for batch in batches] == [3]


def test_verifying_makes_no_run() -> None:
    site = Site()
    site.done()
    assert site.run_count() == 3


@pytest.mark.parametrize("text", ["", "calls > 0"], ids=["every run", "a filter"])
def test_a_run_that_was_requested_later_is_not_in_the_range(text: str) -> None:
    site = Site()
    replay_id = site.start(but(VERIFY, filter=text))
    site.ask()
    site.carry_out(replay_id)
    assert [each.run_id for each in site.results(replay_id)] == site.newest_first


def test_relative_times_count_back_from_the_start() -> None:
    site = Site()
    assert len(site.done(but(VERIFY, filter="started > -1h"))) == 3


def test_a_limit_takes_the_newest() -> None:
    site = Site()
    found = site.done(but(VERIFY, limit=2))
    assert [each.run_id for each in found] == site.newest_first[:2]


def test_a_range_of_several_pages_is_done_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.replay.bulk.orders._PAGE", 2)
    site = Site(run_count=5)
    assert [each.run_id for each in site.done()] == site.newest_first


def test_of_a_filter_that_fits_nothing_no_record_is_made() -> None:
    site = Site()
    assert site.bulk().start(but(VERIFY, filter="calls > 99"), BY) is None
    assert site.running.memory.stream_ids(TENANT, "replay-") == []


def test_a_wrong_filter_is_refused() -> None:
    with pytest.raises(FilterRefused, match="character 1"):
        Site().start(but(VERIFY, filter="colour = red"))


def test_another_answer_of_the_engine_is_an_answer_that_drifts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site()
    replay_id = site.start()
    monkeypatch.setattr("domain.response.compose.composition._answer", lambda *_: "Other.")
    assert site.carry_out(replay_id).counts == {RunVerdict.ANSWER: 3}


def test_a_call_that_is_not_on_record_is_told_from_another_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site()
    replay_id = site.start()
    monkeypatch.setattr("domain.stages.call_making.call_label", lambda *_: "other")
    site.carry_out(replay_id)
    found = site.results(replay_id)[0]
    assert (found.verdict, found.divergence) == (RunVerdict.MISSING, "path")
    assert "is not on the record" in (found.sentence or "")


def test_a_run_that_cannot_be_read_fails_alone() -> None:
    site = Site()
    broken = site.run_ids[1]
    stored = site.running.memory._streams[TENANT, broken]
    stored[3] = structs.replace(stored[3], envelope=structs.replace(stored[3].envelope, data="{"))
    assert {each.run_id: each.verdict for each in site.done()} == {
        run_id: RunVerdict.FAILED if run_id == broken else RunVerdict.SAME
        for run_id in site.run_ids
    }


def test_a_preview_counts_runs_and_recorded_calls() -> None:
    site = Site()
    preview = finish(site.bulk().preview(TENANT, VERIFY))
    assert (preview.run_count, preview.calls, preview.outside_calls) == (3, {"record": 6}, 0)


class Behind(MemoryEventStore):
    """A run list whose search for tool calls has not come to the end of the log."""

    def summaries(self, *args: Any, **kwargs: Any) -> FoundRuns:  # noqa: ANN401 - as it is asked
        return replace(super().summaries(*args, **kwargs), unread_count=7)


def test_while_it_is_not_known_which_runs_fit_nothing_is_started() -> None:
    site = Site()
    bulk = replace(site.bulk(), views=Behind())
    with pytest.raises(BulkReplayRefused, match="the newest 7 events were not searched"):
        bulk.start(VERIFY, BY)


def test_results_are_those_that_drift_or_those_that_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site()
    replay_id = site.start(but(VERIFY, limit=2))
    site.carry_out(
        replay_id, is_stopped=(after := AfterRuns(1)).is_stopped, progress=after.on_progress
    )
    monkeypatch.setattr("domain.response.compose.composition._answer", lambda *_: "Other.")
    site.carry_out(replay_id)
    same, drifting = (
        [each.run_id for each in site.bulk().results(TENANT, replay_id, only=only)]
        for only in ("same", "drift")
    )
    assert (same, drifting) == (site.newest_first[:1], site.newest_first[1:2])


def test_a_view_reads_back() -> None:
    site = Site()
    replay_id = site.start(but(FORK, patches=Patches(plan={"metric.agg": "max"}), rate=9.5))
    site.carry_out(replay_id)
    found = site.bulk().verified_runs(TENANT, replay_id)
    assert VERDICTS.from_json(VERDICTS.to_json(found)) == found
