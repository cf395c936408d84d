"""What a call does outside, on real databases: who decided on it, why, and what it cost."""

import asyncio
import time

import pytest
from msgspec import UNSET

from domain.replay.resume.resumption import Resumption
from domain.run.approval_events import CallApproved, CallDenied, RunWaiting
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.clockwork import WaitCause, run_time
from domain.run.events import RunCompleted, RunRecovered
from domain.run.summary import summary_of
from domain.services.approvals import Decision
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.tools.policies.policy import Approval, ToolPolicy
from tests.acceptance.chaos.storm import losing_workers, take_over_lost
from tests.acceptance.plans.running import WorkerLost
from tests.acceptance.policies.policed import Ran, Site
from tests.domain.services.hosts import Host, call

LOOK, TAG, RESTART = (call(each, each) for each in ("look", "tag", "restart"))
EACH = (LOOK, TAG, RESTART)
ASKS = "the policy of host.restart requires an approval"
DOWN = ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no answer")


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def site(any_url: str, host: Host) -> Site:
    site = Site(any_url, host)
    site.policies["*"] = ToolPolicy(retry_backoff_ms=1, max_retries=2)
    return site


def requiring(site: Site) -> Site:
    site.policies["*"] = ToolPolicy(approval=Approval.REQUIRED)
    return site


def decide(site: Site, ran: Ran, *, approve: bool) -> Ran:
    decision = Decision(is_approval=approve, reason="looked at it")
    assert site.opstrail.approvals.decide(ran.run_id, decision, site.by)
    return site.carry_out(ran.run_id)


def lost(site: Site, *calls: object) -> Ran:
    """Return a run whose worker was lost at its calls, taken up again."""
    run_id = site.request(*calls)  # type: ignore[arg-type]  # calls of a plan
    with losing_workers(1.0), pytest.raises(WorkerLost):
        site.carry_out(run_id)
    take_over_lost(site.opstrail, site.ran(run_id).history)
    return site.carry_out(run_id)


def kinds(ran: Ran) -> dict[str, object]:
    return {each.call_id: each.effect for each in ran.all(ToolCallStarted)}


def test_each_call_has_on_record_what_it_does_outside_and_what_it_did(
    site: Site, host: Host
) -> None:
    ran = site.run(*EACH)
    assert kinds(ran) == {"look": UNSET, "tag": "idempotent", "restart": "effect"}
    observed = {each.call_id: each.observed_effect for each in ran.all(ToolCallSucceeded)}
    assert observed["restart"] == {"changed": None}
    keys = {key for key, _ in host.done}
    assert keys == {f"{ran.run_id}/{each}" for each in ("look", "tag", "restart")}
    assert ran.is_same()


def test_what_fails_is_repeated_unless_it_has_an_effect(site: Site, host: Host) -> None:
    host.failure = DOWN
    ran = site.run(*EACH)
    attempts = [each.call_id for each in ran.all(ToolCallStarted)]
    made = {each: attempts.count(each) for each in ("look", "tag", "restart")}
    assert made == {"look": 3, "tag": 3, "restart": 1}
    assert ran.one(ToolCallFailed, "restart").retry_after_ms is UNSET
    assert ran.is_same()


def test_what_was_in_flight_is_made_again_unless_it_has_an_effect(site: Site) -> None:
    ran = lost(site, *EACH)
    (recovered,) = ran.all(RunRecovered)
    (waiting,) = ran.all(RunWaiting)
    assert recovered.in_doubt == ["restart"]
    assert [each.call_id for each in waiting.calls] == ["restart"]
    assert sorted(each.call_id for each in ran.all(ToolCallSucceeded)) == ["look", "tag"]
    assert ran.is_same()


def test_only_what_changes_something_waits_where_a_policy_asks_for_approval(
    site: Site, host: Host
) -> None:
    ran = requiring(site).run(*EACH)
    (waiting,) = ran.all(RunWaiting)
    assert [each.call_id for each in waiting.calls] == ["restart", "tag"]
    assert waiting.calls[0].why == ASKS
    assert (len(host.done), summary_of(ran.history).state) == (1, "waiting")
    assert ran.is_same()


def test_an_approval_is_on_record_with_who_why_and_how_long_it_took(
    site: Site, host: Host
) -> None:
    waiting = requiring(site).run(RESTART)
    time.sleep(0.1)
    ran = decide(site, waiting, approve=True)
    (approved,) = ran.all(CallApproved)
    (by,) = [each.envelope.actor.id for each in ran.history if each.event is approved]
    assert (by, approved.reason) == ("ada", "looked at it")
    (wait,) = [each for each in run_time(ran.history).waits if each.cause is WaitCause.APPROVAL]
    assert (wait.duration_ms >= 100, len(host.done)) == (True, 1)
    assert (ran.all(RunCompleted)[0].status, ran.is_same()) == ("success", True)


def test_a_denial_is_on_record_and_nothing_happens(site: Site, host: Host) -> None:
    ran = decide(site, requiring(site).run(LOOK, RESTART), approve=False)
    failed = ran.one(ToolCallFailed, "restart")
    assert (failed.error.code, failed.answered_by, failed.duration_ms) == (
        "POLICY_DENY",
        "blocked",
        0.0,
    )
    assert failed.error.message == "denied by ada: looked at it"
    assert (len(host.done), ran.all(RunCompleted)[0].status) == (1, "partial")
    assert ran.is_same()


def test_what_nobody_decides_on_in_time_is_denied_by_the_system(
    any_url: str, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_APPROVAL_SECONDS", "1")
    site = requiring(Site(any_url, host))
    waiting = site.run(LOOK, RESTART)
    time.sleep(1.1)
    recovery, told = site.opstrail.recovery, list[str]()
    asyncio.run(recovery.recover(site.by.tenant_id, tell=told.append, doubt=told.append))
    ran = site.ran(waiting.run_id)
    (denied,) = [each for each in ran.history if isinstance(each.event, CallDenied)]
    assert (denied.envelope.actor.kind, denied.envelope.actor.id) == ("system", "time-out")
    assert "nobody decided within 1" in ran.one(ToolCallFailed, "restart").error.message
    assert (len(host.done), ran.all(RunCompleted)[0].status) == (1, "partial")
    assert (told[0].startswith("denies what"), ran.is_same()) == (True, True)


def test_an_effect_that_failed_waits_when_it_is_asked_for_again(site: Site, host: Host) -> None:
    host.failure = DOWN
    failed = site.run(RESTART)
    host.failure = None
    site.opstrail.runs.resume(failed.run_id, Resumption(reason="again"), site.by)
    ran = site.carry_out(failed.run_id)
    (waiting,) = ran.all(RunWaiting)
    assert waiting.calls[0].why == (
        "call restart failed before (UPSTREAM_UNAVAILABLE): whether it happened is not known"
    )
    approved = decide(site, ran, approve=True)
    assert (len(host.done), approved.is_same()) == (2, True)
