"""Who asks at a face is checked, and on record, before anything is done."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from domain.aggregate.envelope import Actor
from domain.identity.asking import Asking
from domain.identity.principal import Principal, PrincipalKind
from domain.identity.rights import Role, Scope
from domain.operations.auditing import NOT_ON_RECORD, Denied
from domain.operations.operation import Access, Caller, Nothing, Operation, command, read
from domain.operations.services import Services
from domain.operations.table import OPERATIONS
from domain.operator_log.entries import OpenEntry
from domain.views.json_form import View
from domain.writer import Authorship
from tests.fakes import FrozenClock

BY = Authorship("acme", Actor("person", "ada"))
TEXT: View[str] = View("text", str)


@dataclass
class Recorded:
    """The services, of which only the operator log is there."""

    at_once: list[OpenEntry] = field(default_factory=list)
    soon: list[OpenEntry] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    clock: FrozenClock = field(default_factory=FrozenClock)
    is_new: bool = False

    @property
    def identity(self) -> "Recorded":
        return self

    @property
    def operator_log(self) -> "Recorded":
        return self

    async def record(self, _tenant_id: str, entry: OpenEntry) -> None:
        self.at_once.append(entry)

    def note(self, _tenant_id: str, entry: OpenEntry) -> None:
        self.soon.append(entry)


async def do(have: Services, caller: Caller, _params: Nothing) -> str:
    entries = cast("Recorded", have)
    entries.done.append(caller.tenant_id)
    return "done"


async def fail(_have: Services, _caller: Caller, _params: Nothing) -> str:
    message = "no"
    raise LookupError(message)


async def write(_have: Services, caller: Caller, _params: Nothing) -> str:
    assert caller.by.entry is not None
    caller.by.entry.taken("run-1")
    return "done"


def caller(*roles: Role, tenant: str = "acme", records_reads: bool = True) -> Caller:
    named = frozenset(roles)
    who = Principal(kind=PrincipalKind.USER, id="ada", tenant_id=tenant, roles=named)
    return Caller(BY, asking=Asking(principal=who, face="http", records_reads=records_reads))


def cancel(doing: Any = do, access: Access = Access.WRITE) -> Operation[Nothing, str]:  # noqa: ANN401 - any of the above
    return command("run.cancel", Scope.RUNS_WRITE, Nothing, TEXT, doing, access=access)


def listing(scope: Scope = Scope.RUNS_READ) -> Operation[Nothing, str]:
    return read("run.list", scope, Nothing, TEXT, do)


def carried_out(operation: Operation[Nothing, str], by: Caller, have: Recorded) -> str:
    return asyncio.run(operation.carried_out(cast("Services", have), by, Nothing()))


@pytest.mark.parametrize("tenant", ["acme", "other"])
def test_what_is_not_allowed_is_not_done_and_on_record(tenant: str) -> None:
    have = Recorded()
    with pytest.raises(Denied) as denied:
        carried_out(cancel(), caller(Role.VIEWER, tenant=tenant), have)
    (entry,) = have.at_once
    assert (have.done, entry.acted.outcome) == ([], denied.value.code)


def test_an_allowed_command_is_on_record_before_its_answer() -> None:
    have = Recorded()
    answer = carried_out(cancel(), caller(Role.OPERATOR), have)
    assert (answer, [each.acted.outcome for each in have.at_once]) == ("done", ["allowed"])


def test_an_entry_that_went_in_with_events_is_not_recorded_again() -> None:
    have = Recorded()
    carried_out(cancel(write), caller(Role.OPERATOR), have)
    assert have.at_once == []


def test_a_command_that_fails_is_on_record_with_its_error() -> None:
    have = Recorded()
    with pytest.raises(LookupError):
        carried_out(cancel(fail), caller(Role.OPERATOR), have)
    assert [each.acted.error for each in have.at_once] == ["LookupError"]


def test_what_is_refused_makes_no_database() -> None:
    have = Recorded(is_new=True)
    with pytest.raises(LookupError):
        carried_out(cancel(fail), caller(Role.OPERATOR), have)
    assert have.at_once == []


def test_a_read_is_on_record_soon() -> None:
    have = Recorded()
    carried_out(listing(), caller(Role.VIEWER), have)
    assert (len(have.at_once), len(have.soon)) == (0, 1)


def test_a_read_of_payloads_is_on_record_before_its_answer() -> None:
    have = Recorded()
    carried_out(listing(Scope.PAYLOADS_READ), caller(Role.AUDITOR), have)
    assert (len(have.at_once), len(have.soon)) == (1, 0)


@pytest.mark.parametrize("operation", [listing(), cancel(access=Access.READ)])
def test_what_only_reads_is_on_record_where_that_is_wanted(
    operation: Operation[Nothing, str],
) -> None:
    have = Recorded()
    carried_out(operation, caller(Role.ADMIN, records_reads=False), have)
    assert (have.at_once, have.soon, have.done) == ([], [], ["acme"])


def test_a_program_that_calls_operations_itself_is_not_checked() -> None:
    have = Recorded()
    carried_out(cancel(), replace(caller(), asking=None), have)
    assert (have.at_once, have.done) == ([], ["acme"])


def test_commands_without_an_entry_are_commands_that_there_are() -> None:
    assert {OPERATIONS[name].kind for name in NOT_ON_RECORD} == {"command"}
