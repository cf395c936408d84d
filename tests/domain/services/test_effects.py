"""An effect happens at most once, unless a person allows it or its operation may be repeated."""

import pytest

from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import RunCompleted, RunRecovered
from domain.run.facts import Patches
from domain.tools.contracts import ToolErrorCode, ToolFailure
from tests.domain.services.hosts import REQUIRED, Site, call, same
from tests.domain.stages.running import BY
from tests.domain.stages.test_runs_interrupted import BreakingStore

RESTART = call("restart", params={"text": "web"})
LOOK = call("look", "look")
THEN_LOOK = call("after", "look", depends_on=["restart"])
LOST = "call restart was in flight when its worker was lost: whether it happened is not known"
BEFORE, DURING, AFTER = 2, 3, 4
"""The appends that carry the beginning of the first calls, their answers, and what follows."""


def test_an_effect_goes_out_once_and_says_what_it_did() -> None:
    site = Site(RESTART)
    run_id = site.ask()
    (started,) = [e for e in site.events(run_id) if isinstance(e, ToolCallStarted)]
    (ended,) = [e for e in site.events(run_id) if isinstance(e, ToolCallSucceeded)]
    assert (started.effect, ended.observed_effect) == ("effect", {"changed": "web"})
    assert site.host.done == [(f"{run_id}/restart", "web")]
    assert same(site, run_id)


@pytest.mark.parametrize(("lost_at", "times"), [(BEFORE, 0), (DURING, 1), (AFTER, 1)])
def test_a_crash_around_an_effect_never_repeats_it(lost_at: int, times: int) -> None:
    site = Site(RESTART)
    run_id = site.ask_and_lose(lost_at)
    assert len(site.texts) == times
    site.recover()
    assert len(site.texts) <= 1
    assert site.state(run_id) == ("waiting" if lost_at == DURING else "completed")
    assert same(site, run_id)


def test_a_lost_effect_waits_and_the_history_says_that_nobody_knows() -> None:
    site = Site(RESTART, THEN_LOOK, LOOK)
    run_id = site.ask_and_lose(DURING)
    site.recover()
    (recovered,) = [e for e in site.events(run_id) if isinstance(e, RunRecovered)]
    assert (recovered.in_doubt, site.waits(run_id)) == (["restart"], {"restart": LOST})
    assert (site.texts.count("web"), "None" in site.texts) == (1, True)  # the other one went on


def test_once_approved_it_goes_out_again_with_the_same_key() -> None:
    site = Site(RESTART, THEN_LOOK)
    run_id = site.ask_and_lose(DURING)
    site.recover()
    site.decide(run_id, "restart")
    assert (site.state(run_id), site.texts) == ("completed", ["web", "web", "None"])
    assert len({key for key, text in site.host.done if text == "web"}) == 1
    assert same(site, run_id)


def test_an_approval_holds_for_one_attempt() -> None:
    site = Site(RESTART)
    run_id = site.ask_and_lose(DURING)
    site.recover()
    site.decide(run_id, "restart", store=BreakingStore(site.memory, breaks_at=2))
    site.recover()
    assert (site.state(run_id), site.waits(run_id)) == ("waiting", {"restart": LOST})
    assert site.texts == ["web", "web"]


def test_denied_it_does_not_go_out_and_the_run_is_partial() -> None:
    site = Site(RESTART, THEN_LOOK, LOOK)
    run_id = site.ask_and_lose(DURING)
    site.recover()
    site.decide(run_id, "restart", approve=False, why="it runs already")
    (failed,) = [e for e in site.events(run_id) if isinstance(e, ToolCallFailed)]
    assert (failed.error.code, failed.error.message, failed.answered_by) == (
        "POLICY_DENY",
        "denied by ada: it runs already",
        "blocked",
    )
    (completed,) = [e for e in site.events(run_id) if isinstance(e, RunCompleted)]
    assert (completed.status, completed.skipped_calls, site.texts.count("web")) == (
        "partial",
        1,
        1,
    )
    assert same(site, run_id)


def test_a_denied_run_that_is_resumed_waits_again() -> None:
    site = Site(RESTART, LOOK)
    run_id = site.ask_and_lose(DURING)
    site.recover()
    site.decide(run_id, approve=False)
    site.service().resume(run_id, Resumption(reason="again"), BY)
    site.carry_out(run_id)
    assert (site.state(run_id), site.waits(run_id), site.texts.count("web")) == (
        "waiting",
        {"restart": f"{LOST} (before: denied by ada: so)"},
        1,
    )
    assert same(site, run_id)


def test_a_run_that_failed_by_a_denial_still_says_when_the_call_was_lost() -> None:
    site = Site(RESTART)
    run_id = site.ask_and_lose(DURING)
    site.recover()
    site.decide(run_id, approve=False)
    assert site.state(run_id) == "failed"
    site.service().resume(run_id, Resumption(reason="again"), BY)
    site.carry_out(run_id)
    assert site.waits(run_id) == {"restart": f"{LOST} (before: denied by ada: so)"}
    assert same(site, run_id)


def test_what_was_denied_and_never_began_says_that_and_an_approval_ends_it() -> None:
    site = Site(RESTART, policies=REQUIRED)
    run_id, why = site.ask(), "the policy of host.restart requires an approval"
    assert site.waits(run_id) == {"restart": why}
    site.decide(run_id, approve=False, why="not now")
    site.service().resume(run_id, Resumption(reason="again"), BY)
    site.carry_out(run_id)
    assert site.waits(run_id) == {"restart": f"{why} (before: denied by ada: not now)"}
    site.host.failure = ToolFailure(ToolErrorCode.PERMISSION_DENIED, "no")
    site.decide(run_id)
    site.service().resume(run_id, Resumption(reason="the right is there"), BY)
    site.carry_out(run_id)
    assert (site.state(run_id), site.waits(run_id)) == ("waiting", {"restart": why})


def test_what_is_idempotent_is_repeated_with_the_same_key() -> None:
    site = Site(call("restart", "tag", params={"text": "web"}))
    run_id = site.ask_and_lose(DURING)
    site.recover()
    assert (site.state(run_id), site.host.done) == (
        "completed",
        [(f"{run_id}/restart", "web")] * 2,
    )


def test_an_effect_that_failed_is_not_repeated_by_a_resumption() -> None:
    site = Site(RESTART, LOOK)
    site.host.failure = ToolFailure(ToolErrorCode.TOOL_TIMEOUT, "no answer")
    run_id = site.ask()
    site.host.failure = None
    site.service().resume(run_id, Resumption(reason="again"), BY)
    site.carry_out(run_id)
    why = "call restart failed before (TOOL_TIMEOUT): whether it happened is not known"
    assert site.waits(run_id) == {"restart": why}
    assert same(site, run_id)


def test_an_effect_that_was_refused_has_done_nothing_and_is_tried_again() -> None:
    site = Site(RESTART, LOOK)
    site.host.failure = ToolFailure(ToolErrorCode.PERMISSION_DENIED, "no")
    run_id = site.ask()
    site.host.failure = None
    site.service().resume(run_id, Resumption(reason="the right is there"), BY)
    site.carry_out(run_id)
    assert site.state(run_id) == "completed"


def test_a_fork_that_asks_for_another_effect_waits() -> None:
    site = Site(RESTART, call("look", "look", params={"text": "x"}))
    run_id = site.ask()
    fork = Fork(reason="other host", patches=Patches(params={"restart": {"text": "db"}}))
    forked = site.replays().fork(run_id, fork, BY).run_id
    site.carry_out(forked)
    assert site.waits(forked) == {"restart": f"a fork of {run_id} may do again what that did"}
    assert same(site, forked)


def test_a_resumption_with_other_params_does_not_repeat_a_succeeded_effect() -> None:
    bad = call("bad", "look", depends_on=["restart"], output_mapping={"text": "{restart.no}"})
    site = Site(RESTART, bad)
    run_id = site.ask()
    patches = Patches(params={"restart": {"text": "db"}})
    site.service().resume(run_id, Resumption(reason="other host", patches=patches), BY)
    site.carry_out(run_id)
    assert site.waits(run_id) == {"restart": "call restart succeeded before"}
    assert same(site, run_id)


def test_a_rerun_makes_no_effect_again_without_approval() -> None:
    site = Site(RESTART, LOOK)
    run_id = site.ask()
    rerun = site.replays().rerun(run_id, Rerun(reason="again"), BY).run_id
    site.carry_out(rerun)
    assert site.waits(rerun) == {"restart": f"a rerun of {run_id} may do again what that did"}
    site.decide(rerun)
    assert (site.state(rerun), site.texts.count("web")) == ("completed", 2)
    assert same(site, rerun)


def test_a_fork_has_the_effect_from_the_record() -> None:
    site = Site(RESTART, LOOK)
    forked = site.replays().fork(site.ask(), Fork(reason="again"), BY).run_id
    site.carry_out(forked)
    assert (site.state(forked), site.texts.count("web")) == ("completed", 1)
    assert same(site, forked)


def test_where_nobody_is_there_to_allow_one_an_effect_is_blocked_and_that_is_said() -> None:
    site = Site(RESTART, LOOK)
    run_id = site.ask()
    rerun = site.replays().rerun(run_id, Rerun(reason="golden", blocks_effects=True), BY).run_id
    site.carry_out(rerun)
    (failed,) = [e for e in site.events(rerun) if isinstance(e, ToolCallFailed)]
    assert (failed.error.code, failed.answered_by) == ("POLICY_DENY", "blocked")
    assert failed.error.message == (
        "effects are blocked here, and nobody can allow one: "
        f"a rerun of {run_id} may do again what that did"
    )
    assert site.texts.count("web") == 1
