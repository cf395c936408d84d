"""The contract of leases: appends take and end them, and the clock is that of the database."""

import dataclasses

import pytest
from msgspec import structs

from domain.errors import LeaseHeld, WrongExpectedVersion
from domain.ports import Append, EventStore, Leases, LeaseTerm, StreamHead
from tests.contracts.event_samples import STREAM, TENANT, request

OURS, THEIRS = LeaseTerm("ours", 30), LeaseTerm("theirs", 30)
OVER = LeaseTerm("theirs", 0)
TAKING = LeaseTerm("ours", 30, is_taken=True)


def own(
    stream: str = STREAM,
    *,
    lease: LeaseTerm | None = OURS,
    after: StreamHead | None = None,
    state: str = "execute",
    tenant: str = TENANT,
) -> Append:
    """Return a request of this process about a run that is in this state then."""
    asked = request(stream, after=after, tenant=tenant)
    summary = asked.summary and dataclasses.replace(asked.summary, state=state)
    return structs.replace(asked, is_own=True, lease=lease, summary=summary)


def owner(leases: Leases, stream: str = STREAM) -> str | None:
    lease = leases.leases(TENANT, [stream]).get(stream)
    return None if lease is None else lease.owner


def test_an_append_takes_the_lease_for_its_term(store: EventStore, leases: Leases) -> None:
    store.append(own())
    lease = leases.leases(TENANT, [STREAM])[STREAM]
    assert (lease.owner, lease.epoch, lease.has_run_out) == ("ours", 1, False)
    assert 25 < lease.seconds_left <= 30
    assert leases.run_out(TENANT) == []


def test_a_lease_runs_out(store: EventStore, leases: Leases) -> None:
    store.append(own(lease=OVER))
    assert leases.leases(TENANT, [STREAM])[STREAM].has_run_out
    assert leases.run_out(TENANT) == [STREAM]


def test_what_ran_out_first_comes_first(store: EventStore, leases: Leases) -> None:
    terms = {"run-a": -1, "run-b": -3, "run-c": 30, "run-d": -2}
    for stream, seconds in terms.items():
        store.append(own(stream, lease=LeaseTerm("ours", seconds)))
    assert leases.run_out(TENANT) == ["run-b", "run-d", "run-a"]


def test_the_next_append_renews_it(store: EventStore, leases: Leases) -> None:
    head = store.append(own(lease=LeaseTerm("ours", 0))).head
    store.append(own(after=head))
    lease = leases.leases(TENANT, [STREAM])[STREAM]
    assert (lease.epoch, lease.has_run_out) == (1, False)


def test_another_owner_begins_another_epoch(store: EventStore, leases: Leases) -> None:
    head = store.append(own(lease=OVER)).head
    store.append(own(lease=TAKING, after=head))
    lease = leases.leases(TENANT, [STREAM])[STREAM]
    assert (lease.owner, lease.epoch) == ("ours", 2)


def test_who_takes_it_is_refused_while_another_has_it(store: EventStore, leases: Leases) -> None:
    head = store.append(own(lease=THEIRS)).head
    with pytest.raises(LeaseHeld, match=STREAM):
        store.append(own(lease=TAKING, after=head))
    assert (store.head(TENANT, STREAM), owner(leases)) == (head, "theirs")


def test_who_has_it_may_take_it(store: EventStore, leases: Leases) -> None:
    head = store.append(own()).head
    store.append(own(lease=TAKING, after=head))
    assert owner(leases) == "ours"


def test_a_refused_append_leaves_the_lease(store: EventStore, leases: Leases) -> None:
    store.append(own(lease=THEIRS))
    with pytest.raises(WrongExpectedVersion):
        store.append(own())
    assert owner(leases) == "theirs"


@pytest.mark.parametrize("lease", [OURS, None], ids=["its worker", "somebody else"])
@pytest.mark.parametrize("state", ["completed", "failed", "cancelled", "rejected"])
def test_a_run_that_has_ended_has_no_lease(
    store: EventStore, leases: Leases, state: str, lease: LeaseTerm | None
) -> None:
    head = store.append(own()).head
    store.append(own(after=head, state=state, lease=lease))
    assert owner(leases) is None


def test_a_remark_of_somebody_else_leaves_the_lease(store: EventStore, leases: Leases) -> None:
    head = store.append(own()).head
    store.append(own(after=head, lease=None))
    assert owner(leases) == "ours"


def test_what_is_imported_has_no_lease(store: EventStore, leases: Leases) -> None:
    store.append(request("run-new"))
    head = store.append(own()).head
    store.append(request(after=head))
    assert (owner(leases, "run-new"), owner(leases)) == (None, None)


def test_only_its_owner_renews_a_lease(store: EventStore, leases: Leases) -> None:
    store.append(own(lease=OVER))
    leases.renew(TENANT, STREAM, OURS)
    assert leases.run_out(TENANT) == [STREAM]
    leases.renew(TENANT, STREAM, THEIRS)
    assert leases.run_out(TENANT) == []


def test_only_its_owner_gives_a_lease_back(store: EventStore, leases: Leases) -> None:
    store.append(own())
    leases.give_back(TENANT, STREAM, "theirs")
    assert owner(leases) == "ours"
    leases.give_back(TENANT, STREAM, "ours")
    assert owner(leases) is None


def test_a_lease_that_was_given_back_is_not_renewed(store: EventStore, leases: Leases) -> None:
    store.append(own())
    leases.give_back(TENANT, STREAM, "ours")
    leases.renew(TENANT, STREAM, OURS)
    assert owner(leases) is None


def test_another_tenant_has_other_leases(store: EventStore, leases: Leases) -> None:
    store.append(own(lease=OVER, tenant="globex"))
    store.append(own("run-mine"))
    leases.give_back("globex", "run-mine", "ours")
    assert (leases.run_out(TENANT), leases.leases(TENANT, [STREAM])) == ([], {})
    assert owner(leases, "run-mine") == "ours"


def test_a_stream_that_is_no_run_has_a_lease_and_is_no_lost_run(
    store: EventStore, leases: Leases
) -> None:
    asked = structs.replace(own("replay-1", lease=OVER), summary=None)
    store.append(asked)
    assert (owner(leases, "replay-1"), leases.run_out(TENANT)) == ("theirs", [])


def test_a_lease_is_passed_on_for_another_term(store: EventStore, leases: Leases) -> None:
    store.append(own())
    leases.pass_on(TENANT, STREAM, "ours", to=OVER)
    lease = leases.leases(TENANT, [STREAM])[STREAM]
    assert (lease.owner, lease.epoch, leases.run_out(TENANT)) == ("theirs", 2, [STREAM])


def test_only_its_owner_passes_a_lease_on(store: EventStore, leases: Leases) -> None:
    store.append(own())
    leases.pass_on(TENANT, STREAM, "theirs", to=OVER)
    assert owner(leases) == "ours"


def test_the_tenants_are_known_that_have_lost_runs(store: EventStore, leases: Leases) -> None:
    for tenant, seconds in (("globex", -1), ("acme", -1), ("initech", 30)):
        store.append(own(tenant=tenant, lease=LeaseTerm("ours", seconds)))
    assert leases.tenants_run_out() == ["acme", "globex"]
