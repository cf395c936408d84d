"""Payloads whose erasure is recorded are removed, and no others, on both databases."""

import pytest
import sqlalchemy as sa

from domain.errors import PutJustNow
from domain.ports import EventStore
from infrastructure.named_payloads.erasure import SqlNamedPayloads
from tests.domain.large import rows
from tests.infrastructure.payloads.keeping import age, stored, write_run


def write_runs(store: EventStore) -> None:
    write_run(store, "run-1")
    write_run(store, "run-2", tenant="umbrella")
    write_run(store, "run-3")
    write_run(store, "run-4", data=rows(9500))


def digest_of(engine: sa.Engine) -> str:
    """Return the digest that both tenants have."""
    return next(digest.hex() for tenant, digest in stored(engine) if tenant == "umbrella")


def test_the_runs_of_the_tenant_that_name_a_payload_are_found(
    store: EventStore, engine: sa.Engine
) -> None:
    write_runs(store)
    named, digest = SqlNamedPayloads(engine), digest_of(engine)
    assert named.runs_naming("acme", digest) == ["run-1", "run-3"]
    assert named.runs_naming("umbrella", digest) == ["run-2"]
    assert named.runs_naming("acme", "0" * 64) == []


def test_only_the_payload_of_the_tenant_is_removed(store: EventStore, engine: sa.Engine) -> None:
    write_runs(store)
    age(engine)
    named, digest = SqlNamedPayloads(engine), digest_of(engine)
    before = stored(engine)
    named.remove("acme", named.put_at("acme", [digest, "0" * 64]))
    gone = {*before} - {*stored(engine)}
    assert gone == {("acme", bytes.fromhex(digest))}
    assert named.put_at("acme", [digest]) == {}


def test_what_was_put_just_now_is_not_removed(store: EventStore, engine: sa.Engine) -> None:
    write_runs(store)
    with pytest.raises(PutJustNow, match="less than 10 s ago"):
        SqlNamedPayloads(engine).put_at("acme", [digest_of(engine)])


def test_what_was_put_again_meanwhile_is_not_removed(store: EventStore, engine: sa.Engine) -> None:
    write_runs(store)
    age(engine)
    named, digest = SqlNamedPayloads(engine), digest_of(engine)
    put_at = named.put_at("acme", [digest])
    write_run(store, "run-5")
    with pytest.raises(PutJustNow):
        named.remove("acme", put_at)
    assert ("acme", bytes.fromhex(digest)) in stored(engine)
