"""What every backend does with payloads."""

import pytest

from domain.payloads import Payload, Payloads, packed
from domain.ports import EventStore


@pytest.fixture
def payloads(store: EventStore) -> Payloads:
    return store.payloads


def payload(number: int = 1) -> Payload:
    return packed(b'{"number":%d}' % number)


def test_what_was_put_is_there(payloads: Payloads) -> None:
    first, second = payload(1), payload(2)
    payloads.put("acme", [first, second])
    found = payloads.get("acme", [second.digest, first.digest])
    assert found == {first.digest: first.content, second.digest: second.content}


def test_what_was_never_put_is_not_there(payloads: Payloads) -> None:
    payloads.put("acme", [payload(1)])
    assert payloads.get("acme", [payload(2).digest]) == {}


def test_nothing_is_put_by_nobody(payloads: Payloads) -> None:
    assert payloads.get("acme", []) == {}


def test_nothing_to_put_changes_nothing(payloads: Payloads) -> None:
    payloads.put("acme", [payload(1)])
    payloads.put("acme", [])
    found = payloads.get("acme", [payload(1).digest])
    assert found == {payload(1).digest: payload(1).content}


def test_a_tenant_does_not_see_what_another_one_put(payloads: Payloads) -> None:
    payloads.put("umbrella", [payload()])
    assert payloads.get("acme", [payload().digest]) == {}


def test_tenants_put_the_same_side_by_side(payloads: Payloads) -> None:
    for tenant in ("acme", "umbrella"):
        payloads.put(tenant, [payload()])
    for tenant in ("acme", "umbrella"):
        assert payloads.get(tenant, [payload().digest]) == {payload().digest: payload().content}


def test_the_same_can_be_put_again(payloads: Payloads) -> None:
    payloads.put("acme", [payload(1)])
    payloads.put("acme", [payload(1), payload(2)])
    assert len(payloads.get("acme", [payload(1).digest, payload(2).digest])) == 2


def test_the_same_can_be_put_twice_at_once(payloads: Payloads) -> None:
    payloads.put("acme", [payload(), payload()])
    assert payloads.get("acme", [payload().digest]) == {payload().digest: payload().content}


def test_more_can_be_read_at_once_than_a_statement_takes(payloads: Payloads) -> None:
    many = [payload(number) for number in range(2100)]
    payloads.put("acme", many)
    assert len(payloads.get("acme", {each.digest for each in many})) == 2100


def test_bytes_come_back_as_they_are(payloads: Payloads) -> None:
    content = bytes(range(256)) * 300
    payloads.put("acme", [Payload(b"\x00" * 32, 1, content)])
    assert payloads.get("acme", [b"\x00" * 32]) == {b"\x00" * 32: content}
