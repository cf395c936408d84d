"""Those who come while a commit runs go into the next one together."""

import threading
from collections.abc import Iterator

import pytest
from msgspec import structs

from domain.audit.chain import head_after, seal
from domain.errors import WrongExpectedVersion
from domain.ports import Append
from infrastructure.event_store.group_commit import GroupCommit, StoreClosed
from tests.contracts.event_samples import STREAM, TENANT, event, request
from tests.infrastructure.event_store.gated import PATIENCE, Crowd, GatedStore, await_until


@pytest.fixture
def store() -> GatedStore:
    return GatedStore()


@pytest.fixture
def group(store: GatedStore) -> Iterator[GroupCommit]:
    group = GroupCommit(store)
    yield group
    store.gate.set()
    group.close()


@pytest.fixture
def crowd(group: GroupCommit, store: GatedStore) -> Iterator[Crowd]:
    crowd = Crowd(group)
    yield crowd
    store.gate.set()
    crowd.close()


def busy(crowd: Crowd, store: GatedStore) -> None:
    """Let a commit run until the gate is opened."""
    crowd.sends(request("run-busy"))
    store.await_commit()


def weighty(stream: str) -> Append:
    """Return a request of three mebibytes."""
    large = seal(structs.replace(event(stream=stream), data="x" * 3 * 1024 * 1024))
    return structs.replace(request(stream), events=(large,))


def test_a_lone_caller_commits_in_its_own_thread(group: GroupCommit, store: GatedStore) -> None:
    store.gate.set()
    assert group.append(request()).first_position == 1
    assert store.threads == [threading.get_ident()]


def test_who_comes_while_a_commit_runs_goes_into_the_next(crowd: Crowd, store: GatedStore) -> None:
    busy(crowd, store)
    sent = [crowd.sends(request(f"run-{number}")) for number in range(5)]
    store.gate.set()
    assert [each.result(PATIENCE).first_position for each in sent] == [2, 3, 4, 5, 6]
    assert store.batches == [["run-busy"], [f"run-{number}" for number in range(5)]]


def test_nobody_goes_on_before_its_append_is_durable(crowd: Crowd, store: GatedStore) -> None:
    busy(crowd, store)
    sent = [crowd.sends(request(f"run-{number}")) for number in range(5)]
    assert not any(each.done() for each in sent)
    store.gate.set()
    assert all(each.result(PATIENCE) for each in sent)


def test_the_second_request_of_a_stream_waits_for_the_first(
    crowd: Crowd, store: GatedStore
) -> None:
    busy(crowd, store)
    first = request()
    sent = [
        crowd.sends(each)
        for each in (first, request(after=head_after(first)), request("run-other"))
    ]
    store.gate.set()
    assert [each.result(PATIENCE).first_position for each in sent] == [2, 4, 3]
    assert store.batches == [["run-busy"], [STREAM, "run-other"], [STREAM]]


def test_streams_of_the_same_name_in_two_tenants_share_a_commit(
    crowd: Crowd, store: GatedStore
) -> None:
    busy(crowd, store)
    sent = [crowd.sends(request()), crowd.sends(request(tenant="umbrella"))]
    store.gate.set()
    assert all(each.result(PATIENCE) for each in sent)
    assert store.batches == [["run-busy"], [STREAM, STREAM]]


def test_a_commit_has_at_most_a_thousand_events(crowd: Crowd, store: GatedStore) -> None:
    busy(crowd, store)
    sent = [crowd.sends(request(f"run-{number}", count=400)) for number in range(3)]
    store.gate.set()
    assert all(each.result(PATIENCE) for each in sent)
    assert store.batches == [["run-busy"], ["run-0", "run-1"], ["run-2"]]


def test_a_request_larger_than_a_commit_goes_alone(crowd: Crowd, store: GatedStore) -> None:
    busy(crowd, store)
    sent = [crowd.sends(request(name, count=count)) for name, count in (("a", 1200), ("b", 1))]
    store.gate.set()
    assert all(each.result(PATIENCE) for each in sent)
    assert store.batches == [["run-busy"], ["a"], ["b"]]


def test_a_commit_has_at_most_four_mebibytes(crowd: Crowd, store: GatedStore) -> None:
    busy(crowd, store)
    sent = [crowd.sends(weighty(f"run-{number}")) for number in range(3)]
    store.gate.set()
    assert all(each.result(PATIENCE) for each in sent)
    assert store.batches == [["run-busy"], ["run-0"], ["run-1"], ["run-2"]]


def test_a_refused_request_fails_alone(crowd: Crowd, store: GatedStore) -> None:
    busy(crowd, store)
    sent = [crowd.sends(each) for each in (request("a"), request("run-busy"), request("b"))]
    store.gate.set()
    assert [type(each.exception(PATIENCE)) for each in sent] == [
        type(None),
        WrongExpectedVersion,
        type(None),
    ]
    assert len(store.batches) == 2


def test_what_was_appended_can_be_read(group: GroupCommit, store: GatedStore) -> None:
    store.gate.set()
    appended = group.append(request(count=2))
    assert group.head(TENANT, STREAM) == appended.head
    assert group.read(TENANT, STREAM) == group.read_log() == store.read_log()
    assert group.read_log(after=1, limit=5) == store.read_log()[1:]


def test_closing_waits_for_all_that_came_before(
    group: GroupCommit, crowd: Crowd, store: GatedStore
) -> None:
    busy(crowd, store)
    sent = crowd.sends(request())
    closing = threading.Thread(target=group.close)
    closing.start()
    await_until(lambda: group._is_closed)
    assert closing.is_alive()
    store.gate.set()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert sent.done()


def test_after_closing_appends_are_refused(group: GroupCommit) -> None:
    group.close()
    with pytest.raises(StoreClosed, match="the event store is closed"):
        group.append(request())


def test_closing_twice_is_closing_once(group: GroupCommit) -> None:
    group.close()
    group.close()
    assert group.read_log() == []
