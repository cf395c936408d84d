"""Whether who asks may, and the entry in the operator log of what they ask."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Final, Literal, Self, TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace as with_facts

from domain.errors import Refused
from domain.identity.allowed import Denial, DenialCode, allowed
from domain.identity.asking import Asking
from domain.identity.rights import Scope
from domain.operations.services import Services
from domain.operator_log.entries import ALLOWED, OpenEntry, OperatorActed
from domain.times import recorded_text
from domain.writer import Authorship

V = TypeVar("V")
Do = Callable[[Authorship], Coroutine[object, object, V]]
_TARGETS: Final = ("run", "asset", "key_id", "replay", "name", "names", "call", "operation")
_TARGETS_OUTSIDE: Final = ("rule", "item", "ci_code", "source", "path", "paths")
_LONGEST_TARGET: Final = 200
NOT_ON_RECORD: Final[Mapping[str, str]] = {
    "log.import": "the log is as it was where it comes from, to the last hash",
    "db.upgrade": "an empty database stays empty, so that a log can be imported into it",
}
"""The commands that have no entry, and why."""
OF_ALL_TENANTS: Final = ("projection.rebuild", "projection.rebuild_run_list")
"""What is done to all tenants at once: who has a key of one may not."""


class Denied(Refused):
    """Who asks may not do what they ask for."""

    def __init__(self, denial: Denial) -> None:
        self.code, self.sentence = denial.code, denial.sentence
        super().__init__(f"not allowed: {denial.sentence}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: an operation by name, with its params; `writes` is whether they let it."""

    name: str
    kind: Literal["command", "read"]
    scope: Scope
    params: object
    writes: bool

    @classmethod
    def at_door(cls, name: str, scope: Scope, named: Mapping[str, object]) -> Self:
        """Return what is asked for in a request of which only what it names is read yet."""
        return cls(name, "read", scope, SimpleNamespace(**named), writes=False)

    def is_on_record(self, asking: Asking) -> bool:
        """Whether there is an entry of it."""
        if self.name in NOT_ON_RECORD:
            return False
        return asking.records_reads or (self.kind == "command" and self.writes)

    @property
    def is_durable_first(self) -> bool:
        """Whether its entry is durable before the answer, and not only within a second."""
        return self.kind == "command" or self.scope is Scope.PAYLOADS_READ


async def audited(
    have: Services, asked: Asked, asking: Asking, by: Authorship, do: "Do[V]"
) -> "V":
    """Do what is asked if who asks may; raises `Denied`.

    The entry of a command, of a denial and of a read of payloads is durable before the answer;
    that of another read within a second.
    """
    await require_allowed(have, asked, asking, by.tenant_id)
    if not asked.is_on_record(asking):
        return await do(by)
    entry = _entry(have, asked, asking, ALLOWED)
    entry.traceparent = by.traceparent
    if asked.is_durable_first:
        return await _with_entry(have, replace(by, entry=entry), entry, do)
    if not have.is_new:
        have.identity.operator_log.note(by.tenant_id, entry)
    return await do(by)


async def require_allowed(
    have: Services, asked: Asked, asking: Asking, tenant_id: str | None = None
) -> None:
    """Raise `Denied` where who asks may not, in their own tenant if none is named.

    The entry of that is durable before.
    """
    denial = denial_of(asked, asking, tenant_id)
    if denial is not None:
        entry = _entry(have, asked, asking, denial.code)
        await have.identity.operator_log.record(asking.principal.tenant_id, entry)
        raise Denied(denial)


def denial_of(asked: Asked, asking: Asking, tenant_id: str | None = None) -> Denial | None:
    """Return why who asks may not, in their own tenant if none is named; None if they may."""
    denial = allowed(asking.principal, asked.scope, tenant_id or asking.principal.tenant_id)
    if asked.name not in OF_ALL_TENANTS or asking.principal.key_id is None:
        return denial
    where = "it is of all tenants: `opstrail` does it, where the server runs"
    return denial or Denial(DenialCode.ALL_TENANTS, where)


async def record_done(have: Services, asked: Asked, asking: Asking) -> None:
    """Put on record what is no operation; it is durable then."""
    entry = _entry(have, asked, asking, ALLOWED)
    await have.identity.operator_log.record(asking.principal.tenant_id, entry)


def note_read(have: Services, asked: Asked, asking: Asking) -> None:
    """Put a read on record within a second."""
    entry = _entry(have, asked, asking, ALLOWED)
    have.identity.operator_log.note(asking.principal.tenant_id, entry)


async def _with_entry(have: Services, by: Authorship, entry: OpenEntry, do: "Do[V]") -> "V":
    """Do it; where it wrote nothing that the entry went in with, record that by itself."""
    try:
        value = await do(by)
    except (Exception, asyncio.CancelledError) as error:
        if entry.is_open and not have.is_new:  # what is refused makes no database
            entry.acted = with_facts(entry.acted, error=type(error).__name__)
            await have.identity.operator_log.record(by.tenant_id, entry)
        raise
    if entry.is_open:
        await have.identity.operator_log.record(by.tenant_id, entry)
    return value


def _entry(have: Services, asked: Asked, asking: Asking, outcome: str) -> OpenEntry:
    who = asking.principal
    acted = OperatorActed(
        at=recorded_text(have.clock.now()),
        operation=asked.name,
        kind=who.kind,
        principal=who.id,
        roles=sorted(who.roles),
        face=asking.face,
        outcome=outcome,
        key_id=who.key_id or UNSET,
        address=asking.address or UNSET,
        request_id=asking.request_id or UNSET,
        target=_named(asked.params, (*_TARGETS, *_TARGETS_OUTSIDE)),
        reason=_named(asked.params, ("reason", "why")),
    )
    return OpenEntry(acted, asking.actor)


def _named(params: object, fields: tuple[str, ...]) -> str | UnsetType:
    for name in fields:
        if value := getattr(params, name, None):
            told = ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
            return told[:_LONGEST_TARGET]
    return UNSET
