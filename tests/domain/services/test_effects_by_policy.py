"""Effects by their policies, in plans of several calls, and where nobody could allow one."""

import asyncio

import pytest

from domain.replay.fork.descent import Rerun
from domain.run.approval_events import CallApproved, CallDenied, RunWaiting
from domain.run.call_events import ToolCallStarted
from domain.run.lifecycle import Stage
from domain.run.replanning import ReplanDecided, ReplanRequested
from domain.stages.past import replans_after
from domain.stages.recorder import ContinuationRecorder
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.tools.policies.policy import PhaseTimeouts, Policies, PolicyDocument, ToolPolicy
from domain.views.stage_test import IsolatedStageTestRequest
from tests.domain.run.samples import ONE_OF_EACH, RESUMED, waiting
from tests.domain.services.hosts import NEVER, REQUIRED, Site, call, same
from tests.domain.stages.running import TENANT, finish

RESTART = call("restart", params={"text": "web"})
LOOK = call("look", "look")
THEN_LOOK = call("after", "look", depends_on=["restart"])
LOST = "call restart was in flight when its worker was lost: whether it happened is not known"
BEFORE, DURING, AFTER = 2, 3, 4
"""The appends that carry the beginning of the first calls, their answers, and what follows."""


def test_a_policy_that_never_asks_lets_an_effect_be_repeated() -> None:
    site = Site(RESTART, policies=NEVER)
    run_id = site.ask_and_lose(DURING)
    site.recover()
    assert (site.state(run_id), site.texts) == ("completed", ["web", "web"])


def test_a_policy_that_requires_it_asks_before_the_first_time() -> None:
    site = Site(RESTART, call("tag", "tag"), LOOK, policies=REQUIRED)
    run_id = site.ask()
    assert site.waits(run_id) == {
        "restart": "the policy of host.restart requires an approval",
        "tag": "the policy of host.tag requires an approval",
    }
    site.decide(run_id, "tag")
    assert (site.state(run_id), site.texts) == ("waiting", ["None"])
    site.decide(run_id, "restart")
    assert (site.state(run_id), sorted(site.texts)) == ("completed", ["None", "None", "web"])
    assert same(site, run_id)


def test_one_of_two_is_approved_and_the_other_denied() -> None:
    site = Site(RESTART, call("tag", "tag", params={"text": "t"}), policies=REQUIRED)
    run_id = site.ask()
    site.decide(run_id, "restart")
    site.decide(run_id, "tag", approve=False)
    assert (site.state(run_id), site.texts) == ("completed", ["web"])
    kinds = [type(e) for e in site.events(run_id)]
    assert {CallApproved, CallDenied, RunWaiting} <= set(kinds)
    assert same(site, run_id)


def test_each_member_of_a_fan_out_waits_by_its_own_id() -> None:
    restarts = call("restart", output_mapping={"text": "{look.rows[each].name}"})
    last = call("last", "look", depends_on=["restart"])
    site = Site(LOOK, restarts, last, policies=REQUIRED)
    run_id = site.ask()
    members = [*site.waits(run_id)]
    assert (len(members), site.texts) == (2, ["None"])
    site.decide(run_id, members[0])
    site.decide(run_id, members[1], approve=False)
    assert (site.state(run_id), site.texts) == ("completed", ["None", "a", "None"])
    assert same(site, run_id)


@pytest.mark.parametrize("strategy", ["serial", "dag"])
def test_what_does_not_depend_on_it_goes_on_first(strategy: str) -> None:
    site = Site(RESTART, THEN_LOOK, LOOK, policies=REQUIRED, execution_strategy=strategy)
    run_id = site.ask()
    order = [e.call_id for e in site.events(run_id) if isinstance(e, ToolCallStarted)]
    assert (order, [*site.waits(run_id)]) == (["look"], ["restart"])


def test_its_appends_are_on_disk_before_the_effect_begins() -> None:
    site = Site(RESTART)
    run_id = site.ask_and_lose(BEFORE)
    assert (site.texts, site.state(run_id)) == ([], "requested")


def test_its_repetition_is_on_disk_before_it_begins() -> None:
    soon = Policies(PolicyDocument(tools={"*": ToolPolicy(retry_backoff_ms=1)}))
    site = Site(call("tag", "tag"), policies=soon)
    site.host.failure = ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no answer")
    site.ask_and_lose(DURING)
    assert len(site.texts) == 1


def test_previews_say_which_calls_need_an_approval() -> None:
    site = Site(RESTART, THEN_LOOK, LOOK)
    run_id = site.ask()
    preview = finish(site.replays().preview_rerun(TENANT, run_id, Rerun(reason="again")))
    answers = {call.call_id: call.answer for call in preview.calls}
    assert answers == {"restart": "needs approval", "look": "live", "after": "live"}
    assert (preview.outside_calls, site.texts.count("web")) == (3, 1)


def test_a_preview_of_a_recovery_says_so_too() -> None:
    site = Site(RESTART)
    run_id = site.ask_and_lose(DURING)
    site.now += 100
    (lost,) = finish(site.recovery().lost(TENANT))
    assert (lost.run, lost.needs_approval, lost.made_again) == (run_id, ("restart",), ())


def test_a_stage_alone_makes_no_effect() -> None:
    site = Site(RESTART)
    run_id = site.ask()
    asked = IsolatedStageTestRequest(stage=Stage.EXECUTE, live=True)
    tried = finish(site.replays().run_stage(TENANT, run_id, asked))
    assert (site.texts, tried.diagnostics["status"]) == (["web"], "error")
    assert "effects are blocked here" in str(tried.diagnostics["errors"])


def test_a_changed_plan_stays_changed_when_its_run_goes_on_after_waiting() -> None:
    changed = [e for e in ONE_OF_EACH if isinstance(e, ReplanRequested | ReplanDecided)]
    assert len(replans_after((), [*changed, waiting("a"), RESUMED])) == 1
    assert replans_after((), [*changed, RESUMED]) == ()


def test_a_run_that_says_that_it_waits_is_not_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    flush, limit = ContinuationRecorder.flush, PhaseTimeouts(execute_ms=1000)

    async def slowly(recorder: ContinuationRecorder) -> None:
        if any(isinstance(event, RunWaiting) for event in recorder.reported):
            await asyncio.sleep(1.1)
        await flush(recorder)

    monkeypatch.setattr(ContinuationRecorder, "flush", slowly)
    document = PolicyDocument(tools=REQUIRED.document.tools, timeouts=limit)
    site = Site(call("restart"), policies=Policies(document))
    run_id = site.ask()
    assert (site.state(run_id), [*site.waits(run_id)]) == ("waiting", ["restart"])
