"""Entries of the operator log: a stream per tenant and process, in the log of all events."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType

from domain.aggregate.aggregate import Aggregate
from domain.aggregate.envelope import Actor
from domain.aggregate.event import EventData
from domain.aggregate.lifecycle import Lifecycle
from domain.identity.principal import PrincipalKind
from domain.identity.rights import Role

PREFIX: Final = "operators-"
ALLOWED: Final = "allowed"


class OperatorState(StrEnum):
    """Where a stream of entries is: it begins with the process, and has no end."""

    NEW = "new"
    BEGUN = "begun"


class OperatorTrigger(StrEnum):
    """What moves it."""

    ACT = "act"


LIFECYCLE: Final = Lifecycle(
    OperatorState,
    OperatorTrigger,
    [(OperatorTrigger.ACT, list(OperatorState), OperatorState.BEGUN)],
    initial=OperatorState.NEW,
)


class OperatorActed(EventData, frozen=True, kw_only=True):
    """Somebody asked for an operation.

    `outcome` is "allowed", or the code of the denial; `error` names the error that it ended with
    where nothing was recorded. `target` is the stream that it wrote first, else what was named.
    """

    stored_as = "operator-acted"
    says = "{0.principal} asks for {0.operation}: {0.outcome}"
    personal = ("principal", "address", "target", "reason")
    trigger: ClassVar[OperatorTrigger | None] = OperatorTrigger.ACT

    at: str
    operation: str
    kind: PrincipalKind
    principal: str
    roles: list[Role]
    face: str
    outcome: str
    key_id: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    request_id: str | UnsetType = UNSET
    target: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    error: str | UnsetType = UNSET


@dataclass(slots=True)
class OpenEntry:
    """An entry that goes in with the first events of its command, and once only."""

    acted: OperatorActed
    actor: Actor
    is_open: bool = True
    traceparent: str | None = None

    def taken(self, stream_id: str | None = None) -> OperatorActed:
        """Return the entry, for the append that it goes in with; nobody takes it again."""
        self.is_open = False
        if stream_id is None:
            return self.acted
        return msgspec.structs.replace(self.acted, target=stream_id)


@dataclass(frozen=True, slots=True)
class OperatorStream:
    """What the rules need to know of a stream of entries: nothing is ever refused."""

    stream_id: str
    state: OperatorState = OperatorState.NEW


def _decide(_stream: OperatorStream, command: OperatorActed) -> list[OperatorActed]:
    return [command]


def _evolve(stream: OperatorStream, _event: OperatorActed) -> OperatorStream:
    return replace(stream, state=OperatorState.BEGUN)


OPERATOR_LOG: Final[Aggregate[OperatorStream, OperatorActed, OperatorActed]] = Aggregate(
    name="operator log",
    prefix=PREFIX,
    events=(OperatorActed,),
    lifecycle=LIFECYCLE,
    begin=OperatorStream,
    decide=_decide,
    evolve=_evolve,
)
