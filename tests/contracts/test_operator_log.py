"""Entries of the operator log go in with the events of their command, on every event store."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from msgspec import structs

from domain.aggregate.envelope import Actor
from domain.errors import WrongExpectedVersion
from domain.identity.principal import PrincipalKind
from domain.operator_log.entries import OPERATOR_LOG, OpenEntry, OperatorActed
from domain.operator_log.fields import AUDIT_FIELDS
from domain.ports import Append, EventStore
from domain.run_filter.filter import EVERY_RUN
from domain.run_filter.parser import parse_filter
from domain.services.operator_log import OperatorLog, OperatorStreams, entries_alone
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.opening import event_store_on
from infrastructure.ids import UuidIds
from infrastructure.operator_log.rows import SqlAuditRows
from tests.contracts.databases import copied
from tests.contracts.event_samples import TENANT, request
from tests.fakes import FrozenClock

if TYPE_CHECKING:
    from infrastructure.event_store.batch import BatchStore

STREAMS = "operators-"


def entry(operation: str = "run.ask", reason: str = "why") -> OpenEntry:
    acted = OperatorActed(
        at="2026-03-01T12:00:00.000000Z",
        operation=operation,
        kind=PrincipalKind.USER,
        principal="ada",
        roles=[],
        face="http",
        outcome="allowed",
        reason=reason,
    )
    return OpenEntry(acted, Actor("person", "ada"))


def asked(run: str, *entries: OpenEntry) -> Append:
    return structs.replace(request(run), entries=entries or (entry(),))


@pytest.fixture
def group(store: EventStore) -> Iterator[GroupCommit]:
    streams = OperatorStreams(clock=FrozenClock(), ids=UuidIds())
    group = GroupCommit(cast("BatchStore", store), streams)
    yield group
    group.close()


@pytest.fixture
def log(group: GroupCommit) -> OperatorLog:
    return OperatorLog(group, OperatorStreams(clock=FrozenClock(), ids=UuidIds()))


def entries_in(store: EventStore) -> list[tuple[int, OperatorActed]]:
    found = store.read_log()
    return [
        (each.envelope.version, OPERATOR_LOG.read(each).event)
        for each in found
        if each.envelope.stream_id.startswith(STREAMS)
    ]


def test_an_entry_goes_in_before_the_events_of_its_command(
    group: GroupCommit, store: EventStore
) -> None:
    appended = group.append(asked("run-a"))
    streams = [each.envelope.stream_id[:6] for each in store.read_log()]
    assert (appended.first_position, streams) == (2, ["operat", "run-a"])


def test_an_entry_names_the_stream_that_its_command_wrote(
    group: GroupCommit, store: EventStore
) -> None:
    group.append(asked("run-a"))
    assert [acted.target for _, acted in entries_in(store)] == ["run-a"]


def test_an_entry_goes_in_once(group: GroupCommit, store: EventStore) -> None:
    once = entry()
    group.append(asked("run-a", once))
    group.append(asked("run-b", once))
    assert len(entries_in(store)) == 1


def test_the_entries_of_a_process_are_one_stream(group: GroupCommit, store: EventStore) -> None:
    for run in ("run-a", "run-b", "run-c"):
        group.append(asked(run))
    assert [version for version, _ in entries_in(store)] == [1, 2, 3]


def test_a_command_that_comes_too_late_is_on_record_all_the_same(
    group: GroupCommit, store: EventStore
) -> None:
    group.append(request("run-a"))
    with pytest.raises(WrongExpectedVersion):
        group.append(asked("run-a"))
    assert len(entries_in(store)) == 1


def test_an_entry_is_recorded_by_itself(log: OperatorLog, store: EventStore) -> None:
    asyncio.run(log.record(TENANT, entry("run.cancel")))
    assert [acted.operation for _, acted in entries_in(store)] == ["run.cancel"]


def test_an_entry_that_went_in_elsewhere_harms_nobody(
    group: GroupCommit, store: EventStore
) -> None:
    once = entry()
    group.append(asked("run-a", once))
    assert group.append(entries_alone(TENANT, "x", [once])).is_repeat
    assert len(entries_in(store)) == 1


def test_what_was_noted_is_recorded_together(log: OperatorLog, store: EventStore) -> None:
    for name in ("run.list", "run.show"):
        log.note(TENANT, entry(name))
    before = entries_in(store)
    log.flush()
    assert (before, [acted.operation for _, acted in entries_in(store)]) == (
        [],
        ["run.list", "run.show"],
    )


@pytest.fixture(params=["sqlite", "postgres"])
def rows(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[SqlAuditRows]:
    """Three entries, of `key.create` without a target, and of run-b and run-a."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            engine = stack.enter_context(copied(empty_database, tmp_path))
        else:
            engine = request.getfixturevalue("postgres_engine")
        streams = OperatorStreams(clock=FrozenClock(), ids=UuidIds())
        group = stack.enter_context(closing(GroupCommit(event_store_on(engine), streams)))
        group.append(asked("run-a"))
        group.append(asked("run-b", entry("run.cancel", reason="it hangs")))
        group.append(entries_alone(TENANT, "x", [entry("key.create", reason="")]))
        yield SqlAuditRows(engine)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("operation ~ RUN", ["run.cancel", "run.ask"]),
        ("target = none", ["key.create"]),
        ("target != run-a", ["key.create", "run.cancel"]),
        ("NOT reason ~ hang AND at <= 2026-03-01", ["key.create", "run.ask"]),
        ("kind IN (user, local) AND key_id = none", ["key.create", "run.cancel", "run.ask"]),
        ("error != none", []),
    ],
)
def test_entries_are_found_by_a_filter(rows: SqlAuditRows, query: str, found: list[str]) -> None:
    where = parse_filter(query, now=FrozenClock().now(), fields=AUDIT_FIELDS)
    events = rows.entries(TENANT, where, limit=9).events
    assert [OPERATOR_LOG.read(each).event.operation for each in events] == found


def test_entries_before_a_position_are_the_next_page(rows: SqlAuditRows) -> None:
    first = rows.entries(TENANT, EVERY_RUN, limit=2).events
    (last,) = rows.entries(TENANT, EVERY_RUN, limit=2, before=first[-1].position).events
    assert OPERATOR_LOG.read(last).event.operation == "run.ask"


def test_entries_of_another_tenant_are_not_found(rows: SqlAuditRows) -> None:
    assert rows.entries("other", EVERY_RUN, limit=9).events == []
