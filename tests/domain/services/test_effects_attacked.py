"""What people and accidents may try with effects that wait: they happen once, as was allowed."""

import dataclasses
from datetime import timedelta

import pytest

from domain.assets.applied import AppliedAsset
from domain.errors import DecidedElsewhere, NotWaiting
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallStarted
from domain.services.leases import LEASE_SECONDS
from domain.services.taking_over import take_over
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.tools.policies.policy import Approval, Policies, PolicyDocument, ToolPolicy
from tests.domain.services.hosts import DAY, REQUIRED, Host, Site, call, same
from tests.domain.stages.running import BY
from tests.domain.stages.test_runs_interrupted import BreakingStore

RESTART, TAG = call("restart", params={"text": "web"}), call("tag", "tag")
DOWN = ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "down")


def test_a_cancellation_takes_back_what_was_approved() -> None:
    site = Site(RESTART, TAG, policies=REQUIRED)
    run_id = site.ask()
    site.decide(run_id, "restart")
    site.service().cancel(run_id, why="enough", by=BY)
    site.service().resume(run_id, Resumption(reason="again"), BY)
    site.carry_out(run_id)
    assert (site.state(run_id), [*site.waits(run_id)], site.texts) == (
        "waiting",
        ["restart", "tag"],
        [],
    )
    assert same(site, run_id)


def test_a_run_that_lost_many_workers_and_then_waited_in_vain_is_denied_and_ends() -> None:
    site = Site(RESTART, policies=REQUIRED)
    run_id = site.ask_and_lose(2)
    for _ in range(2):  # it is taken over, and lost again
        site.now += 2 * LEASE_SECONDS
        take_over(site.service("lost"), site.history(run_id))
    site.recover(run_id)
    assert site.state(run_id) == "waiting"
    site.pass_time(DAY + timedelta(seconds=1))
    site.recover(run_id)
    assert (site.state(run_id), site.texts) == ("failed", [])


def test_when_the_clock_jumps_on_what_waits_is_over_and_can_be_carried_on_at_once() -> None:
    site = Site(RESTART, policies=REQUIRED)
    run_id = site.ask()
    jumped = site.now
    site.pass_time(DAY + timedelta(seconds=1))
    site.now = jumped  # the clock of the database did not jump
    site.recover(run_id)
    assert (site.state(run_id), site.texts) == ("failed", [])


def test_an_approved_repetition_is_made() -> None:
    site = Site(call("tag", "tag", params={"text": "t"}), policies=REQUIRED)
    site.host.failure = DOWN
    run_id = site.ask()
    site.decide(run_id)
    site.host.failure = None
    assert (site.state(run_id), site.texts) == ("waiting", ["t"])
    site.decide(run_id)
    assert (site.state(run_id), site.texts) == ("completed", ["t", "t"])
    assert same(site, run_id)


def test_a_fallback_is_no_second_effect_until_somebody_approves_it() -> None:
    other = ToolPolicy(fallback="other")
    site = Site(RESTART, policies=Policies(PolicyDocument(tools={"host": other})))
    spare = Host("other")
    site.registry.register_dynamic(spare)
    site.host.failure = DOWN
    run_id = site.ask()
    assert (site.state(run_id), site.texts, spare.done) == ("waiting", ["web"], [])
    assert same(site, run_id)
    site.decide(run_id)
    assert (site.state(run_id), len(site.texts), len(spare.done)) == ("completed", 1, 1)
    started = [e.tool for e in site.events(run_id) if isinstance(e, ToolCallStarted)]
    assert started == ["host", "other"]
    assert same(site, run_id)


class _Lax:
    """Assets with a policy that never asks."""

    def known(self, _: str) -> list[str]:
        return ["policy:default"]

    def find(self, _: str, key: str, version: int | None = None) -> AppliedAsset | None:
        content = PolicyDocument(tools={"*": ToolPolicy(approval=Approval.NEVER)})
        told = content.model_dump(mode="json", exclude_unset=True)
        return AppliedAsset(key, version or 1, "0" * 64, told) if key == "policy:default" else None


def test_the_policy_of_a_run_cannot_be_laxer_than_that_of_its_tenant() -> None:
    site = Site(RESTART, policies=REQUIRED)
    site.workshop = dataclasses.replace(site.workshop, assets=_Lax())
    run_id = site.ask()
    assert (site.state(run_id), site.texts) == ("waiting", [])


def test_an_imported_run_that_waits_is_decided_on_only_by_who_says_that_it_is_imported() -> None:
    site = Site(RESTART, TAG, policies=REQUIRED)
    run_id = site.ask()
    site.import_elsewhere(run_id)
    for approve in (True, False):
        with pytest.raises(DecidedElsewhere, match="worker one had it"):
            site.decide(run_id, approve=approve)
    assert (site.texts, site.state(run_id)) == ([], "waiting")
    for call_id in ("restart", "tag"):
        site.decide(run_id, call_id, is_for_imported=True)
    assert (site.state(run_id), len(site.texts)) == ("completed", 2)
    assert same(site, run_id)


def test_what_was_approved_elsewhere_does_not_go_out_here_when_its_time_is_over() -> None:
    site = Site(RESTART, TAG, policies=REQUIRED)
    run_id = site.ask()
    site.decide(run_id, "restart")
    site.import_elsewhere(run_id)
    site.pass_time(DAY + timedelta(seconds=1))
    with pytest.raises(NotWaiting, match=f"a denial; `opstrail run cancel {run_id}` ends it"):
        site.decide(run_id, "tag", is_for_imported=True)
    (left,) = site.recover(run_id)
    assert left.outcome.startswith("not recovered: it was imported, and what it waited for may")
    assert (site.texts, site.state(run_id)) == ([], "waiting")
    site.service().cancel(run_id, why="not here", by=BY)
    site.service().resume(run_id, Resumption(reason="here, after all"), BY)
    site.carry_out(run_id)
    assert (site.texts, [*site.waits(run_id)]) == ([], ["restart", "tag"])


def test_an_effect_that_was_approved_where_its_run_comes_from_does_not_go_out_here() -> None:
    site = Site(RESTART, policies=REQUIRED)
    run_id = site.ask()
    site.decide(run_id, "restart", store=BreakingStore(site.memory, breaks_at=1))
    site.import_elsewhere(run_id)
    (left,) = site.recover(run_id)
    assert left.outcome.startswith("not recovered: it was imported, and what it waited for may")
    assert (site.texts, site.state(run_id)) == ([], "resumed")
