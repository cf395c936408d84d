"""All runs of a filter are resumed that can be; of the others it is said why not."""

import dataclasses

import pytest

from domain.replay.bulk.errors import BulkReplayRefused
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.replay.bulk.orders import BulkOrder
from domain.run.call_events import ToolCallStarted
from domain.run.events import RunResumed
from domain.run.facts import Patches
from domain.views.bulk_replay import BulkMode, RunVerdict
from tests.domain.replay.resume.moody import Moody
from tests.domain.services.bulk.site import FORK, GONE, RERUN, VERIFY, Site, but
from tests.domain.services.bulk.test_making_runs import DeadStore
from tests.domain.stages.running import (
    BY,
    FOUND,
    TENANT,
    TWO_STEPS,
    VALUE,
    Ran,
    Running,
    ci,
    finish,
    metric,
    plan_output,
)
from tests.domain.stages.test_runs_interrupted import FullDisk

RESUME = but(VERIFY, mode=BulkMode.RESUME, reason="it is back")


class Resumed(Site):
    """Runs of two calls, asked while the tools were in a mood, and what is resumed of them."""

    def __init__(self, *moods: str) -> None:
        self.found, self.value = Moody(FOUND), Moody(VALUE)
        tools = ci(self.found.answer), metric(self.value.answer)
        super().__init__(run_count=0, running=Running(*tools, planned=plan_output(**TWO_STEPS)))
        self.run_ids = [self.asked_in(mood) for mood in moods]
        self.in_mood("answers")

    def in_mood(self, mood: str) -> None:
        self.value.mood = mood if mood != "all fail" else "fails"
        self.found.mood = "fails" if mood == "all fail" else "answers"

    def asked_in(self, mood: str) -> str:
        self.in_mood(mood)
        return self.ask()

    def ran(self, run_id: str) -> Ran:
        return Ran(self.running, run_id)

    def verdicts(self, **changes: object) -> list[RunVerdict]:
        """What came of the runs, in the order of asking."""
        return [each.verdict for each in reversed(self.done(but(RESUME, **changes)))]

    def asked_again(self) -> int:
        return len(self.found.asked) + len(self.value.asked)


def test_runs_that_failed_or_lack_answers_are_mended_and_complete_ones_refused() -> None:
    site = Resumed("fails", "answers", "all fail")
    before = site.asked_again()
    results = {each.run_id: each for each in site.done(RESUME)}
    partial, complete, failed = (results[run_id] for run_id in site.run_ids)
    assert (partial.verdict, failed.verdict) == (RunVerdict.MENDED, RunVerdict.MENDED)
    assert complete.verdict is RunVerdict.REFUSED
    assert "is completed" in (complete.sentence or "")
    assert (partial.outside_calls, failed.outside_calls, site.asked_again() - before) == (1, 2, 3)
    assert site.ran(site.run_ids[0]).response["status"] == "success"


def test_what_still_fails_is_told_apart_from_what_is_mended() -> None:
    site = Resumed("fails", "all fail")
    site.in_mood("fails")
    lacking, part = reversed(site.done(RESUME))
    assert (lacking.verdict, part.verdict) == (RunVerdict.LACKING, RunVerdict.LACKING)
    assert lacking.sentence == "the run is partial: 1 of its 2 calls failed"
    site.in_mood("all fail")
    site = Resumed("all fail")
    site.in_mood("all fail")
    (failed,) = site.done(RESUME)
    assert (failed.verdict, failed.sentence) == (RunVerdict.FAILED, "the run is failed: not now")


def test_where_none_can_be_resumed_all_have_failed() -> None:
    site = Resumed("answers", "answers")
    replay_id = site.start(RESUME)
    site.carry_out(replay_id)
    shown = site.bulk().show(TENANT, replay_id)
    assert (shown.counts, shown.has_all_failed) == ({RunVerdict.REFUSED: 2}, True)


def test_a_resumed_run_names_the_bulk_replay_and_its_reason() -> None:
    site = Resumed("fails")
    replay_id = site.start(RESUME)
    site.carry_out(replay_id)
    entry = next(
        each for each in site.ran(site.run_ids[0]).history if isinstance(each.event, RunResumed)
    )
    assert isinstance(entry.event, RunResumed)
    assert (entry.event.why, entry.envelope.actor) == (f"it is back ({replay_id})", BY.actor)


def test_changes_are_those_of_each_resumption() -> None:
    site = Resumed("fails")
    patches = Patches(params={"two:metric": {"metric_name": "disk"}})
    assert site.verdicts(timeout_ms=77, patches=patches) == [RunVerdict.MENDED]
    started = site.ran(site.run_ids[0]).all(ToolCallStarted)[-1]
    assert (started.timeout_ms, started.params["metric_name"]) == (77, "disk")


def test_a_change_that_does_not_fit_a_run_refuses_that_run_with_the_reason() -> None:
    site = Resumed("fails")
    (found,) = site.done(but(RESUME, patches=Patches(params={"nothing": {}})))
    assert found.verdict is RunVerdict.REFUSED
    assert "nothing" in (found.sentence or "")


def test_only_the_runs_of_the_filter_are_resumed() -> None:
    site = Resumed("fails", "fails")
    assert site.verdicts(filter=f"id = {site.run_ids[1]}") == [RunVerdict.MENDED]
    assert site.ran(site.run_ids[0]).response["status"] == "partial"


def test_runs_that_cease_to_fit_the_filter_leave_none_out() -> None:
    site = Resumed(*["all fail"] * 5)
    assert site.verdicts(filter="status = failed") == [RunVerdict.MENDED] * 5


def test_a_preview_counts_what_is_asked_again_and_says_what_cannot_be_resumed() -> None:
    site = Resumed("fails", "answers", "all fail")
    asked = site.asked_again()
    preview = finish(site.bulk().preview(TENANT, RESUME))
    assert (preview.run_count, preview.outside_calls, preview.refused_count) == (3, 3, 1)
    assert list(preview.refusals) == [site.run_ids[1]]
    assert site.asked_again() == asked


def test_forks_ask_again_what_failed_and_take_the_rest_from_the_record() -> None:
    site = Resumed("fails", "answers")
    before = site.asked_again()
    answered, failed = site.done(but(FORK, retry_failed=True))
    assert (failed.verdict, failed.outside_calls) == (RunVerdict.ANSWER, 1)
    assert site.ran(failed.new_run_id or "").response["status"] == "success"
    assert answered.verdict is RunVerdict.FAILED
    assert "no call that went out has failed" in (answered.sentence or "")
    assert site.asked_again() - before == 1


def test_forks_part_where_a_call_began() -> None:
    site = Resumed("answers")
    before = site.asked_again()
    (found,) = site.done(but(FORK, from_call="two:metric"))
    # The two calls begin together: where one began, the other had no answer yet.
    assert (found.outside_calls, site.asked_again() - before) == (2, 2)
    (lacking,) = site.done(but(FORK, from_call="three", filter=f"id = {site.run_ids[0]}"))
    assert (lacking.verdict, "'three'" in (lacking.sentence or "")) == (RunVerdict.FAILED, True)


def test_reruns_take_changes_too() -> None:
    site = Resumed("answers")
    patches = Patches(params={"two:metric": {"metric_name": "disk"}})
    (found,) = site.done(but(RERUN, timeout_ms=77, patches=patches))
    started = site.ran(found.new_run_id or "").all(ToolCallStarted)[-1]
    assert (started.timeout_ms, started.params["metric_name"]) == (77, "disk")


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (but(RESUME, at=3), "mode resume has no version to part at; what has: fork"),
        (but(RESUME, from_call="a"), "mode resume has no call to part at; what has: fork"),
        (but(RERUN, retry_failed=True), "mode rerun has no failed calls to ask again; "),
        (but(RESUME, is_blocked=True), "mode resume has no blocked calls; what has: fork"),
        (but(VERIFY, timeout_ms=5), "mode verify has no time-out; what has: rerun, fork, resume"),
        (but(VERIFY, patches=Patches(plan={"a": 1})), "mode verify has no patches; what has: "),
    ],
)
def test_what_a_mode_does_not_have_is_refused(order: BulkOrder, why: str) -> None:
    with pytest.raises(BulkReplayRefused, match=why):
        Resumed("fails").bulk().start(order, BY)


@pytest.mark.parametrize("breaks_at", range(1, 9))
def test_a_crash_at_any_append_resumes_no_run_twice(breaks_at: int) -> None:
    site = Resumed("fails", "all fail")
    replay_id = site.start(RESUME, worker=GONE)
    service, memory = site.running.service, site.running.memory
    service._store = DeadStore(memory, breaks_at=breaks_at)
    bulk = dataclasses.replace(site.bulk(GONE), store=service._store)
    with pytest.raises(FullDisk):
        finish(
            bulk.carry_out(TENANT, replay_id, is_stopped=lambda: False, progress=lambda _: None)
        )
    service._store = memory
    site.bulk().take_up(replay_id, BY)
    assert site.carry_out(replay_id).state is BulkReplayState.COMPLETED
    assert [each.verdict for each in site.results(replay_id)] == [RunVerdict.MENDED] * 2
    for run_id in site.run_ids:
        assert len(site.ran(run_id).all(RunResumed)) == 1


def test_a_preview_says_of_how_many_runs_nobody_knows_the_calls() -> None:
    site = Resumed("fails")
    planner = site.running.planner
    planned, planner._answer = planner._answer, RuntimeError("away")
    site.ask()
    planner._answer = planned
    preview = finish(site.bulk().preview(TENANT, RESUME))
    assert (preview.run_count, preview.planned_anew) == (2, 1)
    assert (preview.outside_calls, preview.calls["live"]) == (None, 1)
