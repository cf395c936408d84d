"""A sweep deletes the payloads that no event names, and no other."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.large_results import history_of
from domain.payloads import packed
from domain.ports import EventStore
from domain.views.calls import call_views
from domain.views.database import Swept
from infrastructure.named_payloads import sweep as sweeping
from infrastructure.named_payloads.sweep import sweep
from tests.domain.large import rows
from tests.infrastructure.event_store.damage import tamper
from tests.infrastructure.payloads.keeping import age, stored, write_run

LEFT = packed(b'"left by a service that stopped"')


def put(store: EventStore, tenant: str = "acme") -> None:
    store.payloads.put(tenant, [LEFT])


def test_what_no_event_names_is_deleted(store: EventStore, engine: sa.Engine) -> None:
    put(store)
    age(engine)
    assert sweep(engine, is_dry_run=False) == Swept(1, len(LEFT.content), is_dry_run=False)
    assert stored(engine) == []


def test_what_an_event_names_stays(store: EventStore, engine: sa.Engine) -> None:
    write_run(store)
    put(store)
    age(engine)
    assert sweep(engine, is_dry_run=False).payload_count == 1
    history = history_of(store.read("acme", "run-1"), store.payloads)
    assert call_views(history)[0].data == rows()


def test_what_an_event_of_another_tenant_names_is_deleted(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store, tenant="umbrella")
    ((_, digest),) = stored(engine)
    store.payloads.put("acme", [packed(b"[]"), LEFT])
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO payloads (tenant_id, digest, size, content)"
            " SELECT 'globex', digest, size, content FROM payloads WHERE tenant_id = 'umbrella'"
        )
    age(engine)
    sweep(engine, is_dry_run=False)
    assert stored(engine) == [("umbrella", digest)]


@pytest.mark.parametrize("is_dry_run", [False, True])
def test_what_was_put_within_the_last_hour_stays(
    is_dry_run: bool,  # noqa: FBT001 - pytest passes it
    store: EventStore,
    engine: sa.Engine,
) -> None:
    put(store)
    age(engine, timedelta(minutes=59))
    assert sweep(engine, is_dry_run=is_dry_run) == Swept(0, 0, is_dry_run)
    assert len(stored(engine)) == 1


def test_what_was_put_again_within_the_last_hour_stays(
    store: EventStore, engine: sa.Engine
) -> None:
    put(store)
    age(engine)
    put(store)
    assert sweep(engine, is_dry_run=False) == Swept(0, 0, is_dry_run=False)


def test_what_is_put_again_while_a_sweep_reads_the_log_stays(
    store: EventStore, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store)
    age(engine)
    delete = sweeping._delete

    def after_a_put(*args: object, **kwargs: object) -> Sequence[int]:
        put(store)
        return delete(*args, **kwargs)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(sweeping, "_delete", after_a_put)
    assert sweep(engine, is_dry_run=False) == Swept(0, 0, is_dry_run=False)
    assert len(stored(engine)) == 1


def test_a_dry_run_counts_and_deletes_nothing(store: EventStore, engine: sa.Engine) -> None:
    put(store)
    age(engine)
    assert sweep(engine, is_dry_run=True) == Swept(1, len(LEFT.content), is_dry_run=True)
    assert len(stored(engine)) == 1


def test_more_is_deleted_than_one_statement_does(
    store: EventStore, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "_DELETED_AT_ONCE", 2)
    store.payloads.put("acme", [packed(b"%d" % number) for number in range(5)])
    age(engine)
    assert sweep(engine, is_dry_run=False).payload_count == 5
    assert stored(engine) == []


def test_a_result_that_only_looks_like_a_name_keeps_nothing(
    store: EventStore, engine: sa.Engine
) -> None:
    digest = LEFT.digest.hex()
    write_run(store, data={"payload": {"digest": digest, "size": LEFT.size, "preview": ""}})
    put(store)
    age(engine)
    assert sweep(engine, is_dry_run=False).payload_count == 1


def test_an_event_that_cannot_be_read_stops_the_sweep(
    store: EventStore, engine: sa.Engine
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("one database shows it")
    write_run(store)
    put(store)
    age(engine)
    tamper(engine, """UPDATE events SET data = '{"payload":{' WHERE data LIKE '%"payload":{%'""")
    with pytest.raises(CorruptLog, match="nothing was swept"):
        sweep(engine, is_dry_run=False)
    assert len(stored(engine)) == 2
