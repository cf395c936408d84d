"""Approving and denying: who decides, once, in time; the run goes on when nothing waits."""

from datetime import timedelta

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import IllegalTransition, NotFound, NotWaiting
from domain.json import as_map
from domain.ports import Append, Appended
from domain.replay.diagnosis.case import Case
from domain.run.approval_events import CallDenied
from domain.run.call_events import ToolCallFailed
from domain.run.clockwork import WaitCause
from domain.services.approvals import Approvals, Decision
from domain.services.leases import LEASE_SECONDS
from domain.views.calls import call_views
from domain.views.response import run_response
from domain.views.run import run_details
from domain.writer import Authorship
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.replay.diagnosis.diagnosing import found
from tests.domain.services.hosts import DAY, REQUIRED, Site, call
from tests.domain.stages.running import BY, TENANT, finish
from tests.domain.stages.test_runs_interrupted import BreakingStore

RESTART, TAG = call("restart", params={"text": "web"}), call("tag", "tag")
YES = Decision(is_approval=True, reason="yes", calls=("restart",))


def asking() -> tuple[Site, str]:
    """A run that waits for the approval of two calls."""
    site = Site(RESTART, TAG, policies=REQUIRED)
    return site, site.ask()


class Second(MemoryEventStore):
    """A store to which somebody else writes first, once."""

    def __init__(self, site: Site, run_id: str) -> None:
        super().__init__()
        self.__dict__ |= site.memory.__dict__
        self._site, self._run_id, self._is_first = site, run_id, True

    def append(self, request: Append) -> Appended:
        if self._is_first:
            self._is_first = False
            self._site.decide(self._run_id, "restart", why="I was first")
        return super().append(request)


def test_of_two_who_decide_at_a_time_one_counts_and_the_other_is_told() -> None:
    site, run_id = asking()
    service = site.service("other", Second(site, run_id))
    bob = Authorship(TENANT, Actor("person", "bob"))
    with pytest.raises(NotWaiting, match="'restart' was approved by person ada: I was first"):
        Approvals(service, site.clock).decide(run_id, YES, bob)
    assert site.state(run_id) == "waiting"


def test_a_call_is_not_decided_twice() -> None:
    site, run_id = asking()
    site.decide(run_id, approve=False, why="no")
    with pytest.raises(NotWaiting, match="'restart' was denied by person ada: no"):
        site.decide(run_id, "restart")


@pytest.mark.parametrize("calls", [("restart",), ()])
def test_who_decides_again_when_the_worker_died_is_told_what_carries_the_run_on(
    calls: tuple[str, ...],
) -> None:
    site = Site(RESTART, policies=REQUIRED)
    run_id = site.ask()
    site.decide(run_id, "restart", store=BreakingStore(site.memory, breaks_at=1))
    with pytest.raises(NotWaiting, match=r"; one carries it on$"):
        site.decide(run_id, *calls)
    site.now += 2 * LEASE_SECONDS
    told = f"; its worker one is lost: `run.recover {run_id}` carries it on$"
    with pytest.raises(NotWaiting, match=told):
        site.decide(run_id, *calls)
    site.recover()
    with pytest.raises(NotWaiting) as refused:
        site.decide(run_id, *calls)
    assert "carries it on" not in str(refused.value)


def test_nothing_is_decided_when_one_of_the_calls_does_not_wait() -> None:
    site, run_id = asking()
    with pytest.raises(NotWaiting, match=r"'nothing' does not wait .* waiting: restart, tag"):
        site.decide(run_id, "restart", "nothing")
    assert [*site.waits(run_id)] == ["restart", "tag"]
    assert site.state(run_id) == "waiting"


def test_what_waits_with_another_label_is_not_approved() -> None:
    site, run_id = asking()
    other = Decision(is_approval=True, reason="yes", calls=("restart",), label="other")
    with pytest.raises(NotWaiting, match="waits with label"):
        Approvals(site.service(), site.clock).decide(run_id, other, BY)


def test_where_nothing_waits_all_of_it_is_nothing() -> None:
    site = Site(call("look", "look"))
    with pytest.raises(NotWaiting, match="it is completed, and no call of it waits"):
        site.decide(site.ask())


def test_another_tenant_does_not_see_the_run() -> None:
    site, run_id = asking()
    with pytest.raises(NotFound):
        Approvals(site.service(), site.clock).decide(
            run_id, YES, Authorship("other", Actor("person", "eve"))
        )


def test_a_cancelled_run_has_nothing_to_approve() -> None:
    site, run_id = asking()
    site.service().cancel(run_id, why="enough", by=BY)
    with pytest.raises(NotWaiting, match="it is cancelled"):
        site.decide(run_id, "restart")


def test_a_run_that_waits_is_not_recovered_and_says_until_when() -> None:
    site, run_id = asking()
    (left,) = site.recover(run_id)
    assert left.outcome.startswith("not recovered: it waits for approval until 2026-03-02T12:00")
    with pytest.raises(IllegalTransition, match="cannot recover"):
        finish(site.replays().preview_recovery(TENANT, run_id))


def test_no_worker_has_it_and_it_is_not_lost_until_its_time_is_over() -> None:
    site, run_id = asking()
    site.now += DAY.total_seconds() - 1
    before, carried_out = site.memory.leases.run_out(TENANT), site.recovery()
    assert (before, carried_out.is_carried_out(TENANT, run_id)) == ([], False)
    site.now += 2
    assert site.memory.leases.run_out(TENANT) == [run_id]


def test_an_expired_wait_is_a_denial_by_the_system_and_the_run_goes_on() -> None:
    site, run_id = asking()
    site.pass_time(DAY + timedelta(seconds=1))
    with pytest.raises(NotWaiting, match="nobody decided within 24 h"):
        site.decide(run_id, "restart")
    assert [each.run for each in site.recover()] == [run_id]
    denied = [each for each in site.history(run_id) if isinstance(each.event, CallDenied)]
    failed = [each for each in site.events(run_id) if isinstance(each, ToolCallFailed)]
    assert [each.envelope.actor.kind for each in denied] == ["system", "system"]
    assert {each.error.message for each in failed} == {"nobody decided within 24 h"}
    assert (site.state(run_id), site.texts) == ("failed", [])


def test_what_was_approved_in_time_goes_out_when_the_rest_expires() -> None:
    site, run_id = asking()
    site.decide(run_id, "restart")
    site.pass_time(DAY + timedelta(seconds=1))
    site.recover()
    assert (site.state(run_id), site.texts) == ("completed", ["web"])


def test_the_response_names_what_waits_and_the_commands() -> None:
    site, run_id = asking()
    response = run_response(site.history(run_id))
    assert (response["status"], response["meta"]["is_finished"]) == ("waiting", False)
    assert response["answer"].startswith("It waits for approval of restart (host.restart): the")
    offered = [(e["type"], as_map(e["payload"])["call_id"]) for e in response["next_actions"]]
    assert offered == [(kind, each) for each in ("restart", "tag") for kind in ("approve", "deny")]


def test_decision_and_observed_effect_stand_beside_each_other() -> None:
    site, run_id = asking()
    site.decide(run_id, "restart", why="planned")
    site.decide(run_id, "tag", approve=False, why="no")
    restart, tag = (
        next(each for each in call_views(site.history(run_id)) if each.call_id == call_id)
        for call_id in ("restart", "tag")
    )
    assert (restart.effect, restart.observed_effect) == ("effect", {"changed": "web"})
    assert restart.decision is not None
    assert restart.decision.startswith("approved by person ada at 2026")
    assert restart.decision.endswith(": planned")
    assert (tag.effect, tag.observed_effect) == ("idempotent", None)
    assert "denied by person ada" in (tag.decision or "")


def test_the_time_until_a_decision_was_waited_for_approval() -> None:
    site, run_id = asking()
    site.clock._next += timedelta(minutes=5)
    site.decide(run_id)
    details = run_details(site.history(run_id))
    waits = {wait.cause: wait.duration_ms for wait in details.waits}
    assert waits[WaitCause.APPROVAL] == 300_000
    assert len(details.decisions) == 2


def lost_then(*, approve: bool | None) -> str:
    """Return what a diagnosis says of a lost worker, once its effect is decided on, or is not."""
    site = Site(RESTART)
    run_id = site.ask_and_lose(breaks_at=3)
    site.recover()
    if approve is not None:
        site.decide(run_id, approve=approve)
    return found(Case(site.history(run_id)), "worker-lost").sentence


@pytest.mark.parametrize(
    ("approve", "fate"),
    [
        (None, "waits for a person"),
        (True, "waited for a person and was made again"),
        (False, "waited for a person and was denied"),
    ],
)
def test_a_diagnosis_says_what_came_of_an_effect_whose_worker_was_lost(
    *, approve: bool | None, fate: str
) -> None:
    said = lost_then(approve=approve)
    assert said.endswith(f"its last event; of what was under way host.restart (restart) {fate}.")


def test_a_diagnosis_says_that_reads_whose_worker_was_lost_were_made_again() -> None:
    site = Site(call("look", "look"))
    run_id = site.ask_and_lose(breaks_at=3)
    site.recover()
    said = found(Case(site.history(run_id)), "worker-lost").sentence
    assert said.endswith("; calls that were under way were made again.")


def test_a_diagnosis_says_where_a_lost_worker_had_no_call_under_way() -> None:
    site = Site(call("look", "look"))
    run_id = site.ask_and_lose(breaks_at=2)
    site.recover()
    said = found(Case(site.history(run_id)), "worker-lost").sentence
    assert said.endswith("; no call was under way.")
