"""What people and accidents may try with effects that wait: they happen once, as was allowed."""

import dataclasses
from datetime import timedelta

from msgspec import UNSET
from msgspec.structs import replace

from domain.assets.applied import AppliedAsset
from domain.replay.resume.resumption import Resumption
from domain.replay.verify.verify import verify
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallFailed, ToolCallStarted
from domain.run.events import HistoryEntry
from domain.services.leases import LEASE_SECONDS
from domain.services.taking_over import take_over
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.tools.policies.policy import (
    Approval,
    PhaseTimeouts,
    Policies,
    PolicyDocument,
    ToolPolicy,
)
from tests.domain.services.hosts import DAY, REQUIRED, Host, Site, call, same
from tests.domain.stages.running import BY, finish

RESTART, TAG = call("restart", params={"text": "web"}), call("tag", "tag")
LOOK = call("look", "look", params={"text": "db"})
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


def with_a_fallback(**timeouts: int) -> tuple[Site, Host]:
    """A host that fails, and another one that restarts in its place; one call waits for that."""
    tools = {"host.restart": ToolPolicy(fallback="other")}
    policies = PolicyDocument(tools=tools, timeouts=PhaseTimeouts(**timeouts))
    calls = RESTART, call("behind", "look", depends_on=["restart"]), LOOK
    site = Site(*calls, policies=Policies(policies), execution_strategy="serial")
    site.host.failure, spare = DOWN, Host("other")
    site.registry.register_dynamic(spare)
    return site, spare


def test_a_run_whose_time_was_over_before_it_said_that_a_fallback_waits_verifies() -> None:
    site, _ = with_a_fallback(execute_ms=200)
    site.host.hangs = "db"
    run_id = site.ask()
    assert (site.state(run_id), site.waits(run_id)) == ("failed", {})
    assert same(site, run_id)


def test_a_fallback_that_was_to_wait_when_the_worker_was_lost_waits_after_that() -> None:
    site, spare = with_a_fallback()
    run_id = site.ask_and_lose(4)
    assert site.waits(run_id) == {}
    site.recover(run_id)
    assert ([*site.waits(run_id)], spare.done) == (["restart"], [])
    site.decide(run_id)
    assert (site.state(run_id), len(spare.done), site.texts.count("web")) == ("completed", 1, 1)
    assert same(site, run_id)


def without_fallbacks(history: list[HistoryEntry]) -> list[HistoryEntry]:
    """The history as it was recorded when failed calls did not name their fallback."""
    old = []
    for entry in history:
        if not isinstance(entry.event, ToolCallFailed):
            old.append(entry)
            continue
        event = replace(entry.event, fallback=UNSET)
        _, _, data = RUN.encode(event)
        envelope = replace(entry.envelope, data=data)
        old.append(replace(entry, envelope=envelope, event=event))
    return old


def test_a_run_from_before_failed_calls_named_their_fallback_verifies() -> None:
    site, spare = with_a_fallback()
    run_id = site.ask()
    site.decide(run_id)
    assert len(spare.done) == 1
    old = without_fallbacks(site.history(run_id))
    assert "fallback" not in "".join(entry.envelope.data for entry in old[8:])
    assert finish(verify(old, site.registry)).is_same


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
