"""Bulk replays are stopped, go on, are aborted and taken over, and found again."""

import pytest

from domain.replay.bulk.errors import (
    AmbiguousBulkReplay,
    BulkReplayBusy,
    BulkReplayEnded,
    BulkReplayTakenOver,
    NoSuchBulkReplay,
)
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.views.bulk_replay import RunVerdict
from domain.writer import Authorship
from tests.domain.services.bulk.site import GONE, HERE, VERIFY, AfterRuns, Site
from tests.domain.stages.running import BY, TENANT


def test_one_that_was_stopped_says_how_far_it_is() -> None:
    site = Site()
    after = AfterRuns(1)
    replay = site.carry_out(site.start(), is_stopped=after.is_stopped, progress=after.on_progress)
    assert (replay.state, replay.done_count) == (BulkReplayState.STARTED, 1)


def test_one_that_was_stopped_goes_on_and_does_no_run_twice() -> None:
    site = Site()
    replay_id, after = site.start(), AfterRuns(1)
    site.carry_out(replay_id, is_stopped=after.is_stopped, progress=after.on_progress)
    site.bulk().take_up(replay_id, BY)
    site.carry_out(replay_id)
    assert [each.run_id for each in site.results(replay_id)] == site.newest_first


def test_who_aborts_is_seen_with_the_next_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.services.bulk.carrier.BATCH_RUNS", 1)
    site = Site()
    replay_id, after = site.start(), AfterRuns(1)

    def abort(*_: object) -> None:
        if not after.is_stopped():
            after.on_progress()
            site.bulk("here/3/3.0/c").abort(replay_id, "enough", BY)

    replay = site.carry_out(replay_id, progress=abort)
    assert (replay.state, replay.done_count) == (BulkReplayState.ABORTED, 2)


def test_an_aborted_one_cannot_go_on() -> None:
    site = Site()
    replay_id = site.start()
    site.bulk().abort(replay_id, "enough", BY)
    with pytest.raises(BulkReplayEnded, match="is aborted: cannot continue"):
        site.bulk().take_up(replay_id, BY)


def test_it_is_not_taken_from_a_worker_whose_lease_lasts() -> None:
    site = Site()
    replay_id = site.start(worker=GONE)
    with pytest.raises(BulkReplayBusy, match=f"carried out by {GONE}"):
        site.bulk().take_up(replay_id, BY)


def test_it_is_taken_over_from_a_worker_whose_lease_ran_out() -> None:
    site = Site()
    replay_id = site.start(worker=GONE)
    site.pass_lease()
    site.bulk().take_up(replay_id, BY)
    assert site.carry_out(replay_id).counts == {RunVerdict.SAME: 3}


def test_one_that_was_stopped_can_be_taken_up_by_another_at_once() -> None:
    site = Site()
    replay_id, after = site.start(worker=GONE), AfterRuns(1)
    site.carry_out(replay_id, worker=GONE, is_stopped=after.is_stopped, progress=after.on_progress)
    site.bulk().take_up(replay_id, BY)
    assert site.carry_out(replay_id).counts == {RunVerdict.SAME: 3}


def test_a_worker_whose_bulk_replay_was_taken_over_stops() -> None:
    site = Site()
    replay_id = site.start(worker=GONE)
    site.pass_lease()
    site.bulk().take_up(replay_id, BY)
    with pytest.raises(BulkReplayTakenOver, match=HERE):
        site.carry_out(replay_id, worker=GONE)


def test_its_worker_writes_the_progress_and_a_person_the_start() -> None:
    site = Site()
    replay_id = site.start()
    site.carry_out(replay_id)
    actors = [each.envelope.actor for each in site.running.memory.read(TENANT, replay_id)]
    assert [actor.kind for actor in actors] == ["person", "service", "service"]


@pytest.mark.parametrize("part", ["latest", "replay-", None])
def test_it_is_found_by_a_part_of_its_id(part: str | None) -> None:
    site = Site()
    replay_id = site.start()
    assert site.bulk().resolve(TENANT, part or replay_id[-4:]) == replay_id


def test_a_part_of_several_ids_is_refused() -> None:
    site = Site()
    both = [site.start(), site.start()]
    with pytest.raises(AmbiguousBulkReplay, match=", ".join(reversed(both))):
        site.bulk().resolve(TENANT, "replay-")


def test_the_id_of_a_run_is_none_of_a_bulk_replay() -> None:
    site = Site()
    with pytest.raises(NoSuchBulkReplay, match="no bulk replay run-"):
        site.bulk().resolve(TENANT, site.run_ids[0])


def test_another_tenant_has_other_bulk_replays() -> None:
    site = Site()
    replay_id = site.start()
    with pytest.raises(NoSuchBulkReplay):
        site.bulk().show("globex", replay_id)


def test_another_tenant_has_other_runs() -> None:
    site = Site()
    assert site.bulk().start(VERIFY, Authorship("globex", BY.actor)) is None


def test_the_newest_is_listed_first() -> None:
    site = Site()
    ids = [site.start() for _ in range(3)]
    found = site.bulk().newest(TENANT, limit=2)
    assert [view.replay_id for view in found] == [ids[2], ids[1]]


def test_a_view_says_why_it_was_aborted() -> None:
    site = Site()
    replay_id = site.start()
    site.bulk().abort(replay_id, "enough", BY)
    assert site.bulk().show(TENANT, replay_id).aborted_because == "enough"
