"""The ports: what the domain needs from the world.

The estate's own ports are in `domain.estate.port`.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from msgspec import Struct

from domain.aggregate.envelope import GENESIS, Envelope, RecordedEvent
from domain.payloads import KeptPayloads, Payloads
from domain.run.lifecycle import ENDED_STATES
from domain.run.summary import RunSummary
from domain.run_filter.filter import RunFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.operator_log.entries import OpenEntry
    from domain.run.failures import FailureGroup
    from domain.run.groups import Grouping, RunGroup


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A caller's name for a request, unique in a tenant, and the digest of what was requested."""

    key: str
    digest: bytes


class StreamHead(Struct, frozen=True):
    """How far a stream has come.

    A stream that does not exist is at version 0 with the genesis hash.
    """

    version: int = 0
    head_hash: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class LeaseTerm:
    """Who carries a stream out from an append on, and for how long nobody else may.

    With `is_taken`, the append is refused while somebody else has the lease.
    """

    owner: str
    seconds: float
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """Who carries a stream out, by the clock of the database alone.

    `epoch` counts the owners since the stream had none. Less than no `seconds_left` are those
    since it ran out.
    """

    owner: str
    epoch: int
    seconds_left: float

    @property
    def has_run_out(self) -> bool:
        """Whether its owner is lost."""
        return self.seconds_left <= 0


class Append(Struct, frozen=True, kw_only=True):
    """A request to append sealed events to one stream.

    The events continue `expected` and belong to the stream's tenant. Runs have a `summary`.
    `is_own` says that they were sealed here just now, so that nobody needs to hash them again.
    A `lease` begins anew with the append. A run that has ended has none, and neither has one with
    events that were sealed elsewhere: see `ends_lease`. `entries` of the operator log go in with
    it, in one transaction, into the stream of this process; there may be nothing but entries.
    """

    tenant_id: str
    stream_id: str
    expected: StreamHead
    events: tuple[Envelope, ...]
    summary: RunSummary | None
    key: IdempotencyKey | None = None
    is_own: bool = False
    lease: LeaseTerm | None = None
    entries: "tuple[OpenEntry, ...]" = ()

    @property
    def ends_lease(self) -> bool:
        """Whether nobody carries the stream out after this."""
        has_ended = self.summary is not None and self.summary.state in ENDED_STATES
        return has_ended or not self.is_own


class Appended(Struct, frozen=True):
    """Where the events went.

    `is_repeat` says that the key was seen before and nothing was written now. A repeat names the
    stream of the first request, and its positions and head as of that first append.
    """

    stream_id: str
    first_position: int
    last_position: int
    head: StreamHead
    is_repeat: bool = False


class EventStore(Protocol):
    """The append-only log of events.

    Synchronous but for `append_async`; may be called from any thread and by several processes.
    """

    @property
    def payloads(self) -> Payloads:
        """Large data that events name; in the same database, so that an append makes them durable.

        See `Payloads.put`.
        """

    def append(self, request: Append) -> Appended:
        """Write all events and the summary in one durable transaction, or nothing.

        Raises `WrongExpectedVersion` when the stream is at another version (also when it
        exists and version 0 was expected), `ForkedHistory` when the version fits but the
        head hash does not, `LeaseHeld` when a lease is to be taken that another has,
        `KeyReused` when the key was used with another digest, `CorruptLog` when the events do
        not continue the expected head (wrong versions, tenant or stream, content hash that does
        not fit).
        """

    async def append_async(self, request: Append) -> Appended:
        """Do what `append` does, for a task: other tasks may go on meanwhile.

        An append that has begun comes to its end: a task that is cancelled meanwhile gets its
        CancelledError after that, and finds in the stream's head whether the events went in.
        """

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        """Return the head of the stream; version 0 when there is none in this tenant."""

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """Return the events of the stream in order of version, checked.

        Empty when there is no such stream in this tenant. Raises `ChangedRecord` when an event is
        not what was written, or when the events do not end at the stream's version and head hash.
        """

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        """Return the events of the log of all tenants with positions above `after`, in order.

        Raises `CorruptLog` when positions have a gap.
        """


class Leases(Protocol):
    """Knows who carries out which streams; the clock is that of the database.

    A lease is taken and renewed by appends, and given back by the end of a run: see `Append`.
    """

    def run_out(self, tenant_id: str) -> list[str]:
        """Return the runs whose lease ran out, the longest ago first; at most 1000."""

    def tenants_run_out(self) -> list[str]:
        """Return the tenants that have runs whose lease ran out."""

    def leases(self, tenant_id: str, stream_ids: Sequence[str]) -> dict[str, Lease]:
        """Return the leases of the streams that have one."""

    def renew(self, tenant_id: str, stream_id: str, term: LeaseTerm) -> None:
        """Let the term begin anew, unless another owner has the lease or nobody has."""

    def pass_on(self, tenant_id: str, stream_id: str, owner: str, *, to: LeaseTerm) -> None:
        """Let somebody else have the lease for this term from now on, if this owner has it."""

    def give_back(self, tenant_id: str, stream_id: str, owner: str) -> None:
        """Let the stream have no lease any more, if this owner has it."""


class Record(Protocol):
    """The event store as far as one only reads runs; see `EventStore`."""

    @property
    def payloads(self) -> KeptPayloads:
        """Large data that events name."""

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        """See `EventStore`."""

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `EventStore`."""

    def read_on(self, tenant_id: str, stream_id: str, known: StreamHead) -> list[RecordedEvent]:
        """Return the events of the stream after those that the reader knows, in order, checked.

        Raises `ChangedRecord` when they do not lead from there to the stream's head.
        """

    def stored(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """Return the events of the stream as they are stored now, damaged or not.

        To be looked at only: nothing is checked.
        """


class Grown(NamedTuple):
    """A stream that has grown to this version; the event of it is at this position of the log."""

    position: int
    tenant_id: str
    stream_id: str
    version: int


class LogTail(Protocol):
    """Reads the newest part of the log, and tells when there is more of it."""

    def end(self) -> int:
        """Return the position of the newest event; 0 when there is none."""

    def events(self, tenant_id: str, *, after: int, until: int) -> list[RecordedEvent]:
        """Return the tenant's events after one position until another, in order, checked.

        Raises `CorruptLog` when any event of the log is missing there.
        """

    def telling(self, tell: "Callable[[Sequence[Grown]], None]") -> AbstractContextManager[None]:
        """Tell which streams of all tenants grow while the block goes on, in a thread of its own.

        Nothing that is appended meanwhile is left out, whoever appends it.
        """


class Landmarks(Protocol):
    """Finds the events of a tenant by which people find their way in the log, in order of time.

    They are checked: each method raises `ChangedRecord` for one that is not what was written.
    """

    def between(
        self, tenant_id: str, since: str, until: str, *, limit: int
    ) -> Sequence[RecordedEvent]:
        """Return the oldest of those recorded since one time and before another.

        They are imports and removals in the estate, recovered runs, servers that began, and
        assets that were published, rolled back or retired.
        """

    def of_golden(self, tenant_id: str, name: str) -> Sequence[RecordedEvent]:
        """Return where a run was pinned by this name, broke by it, or lost it."""


class StreamIds(Protocol):
    """Knows which streams there are beside those of runs, which have a list of their own."""

    def stream_ids(self, tenant_id: str, prefix: str) -> Sequence[str]:
        """Return the ids of the tenant's streams that begin with the prefix, newest first."""


class Lag(NamedTuple):
    """How many of the newest events were not read, and whether this user may have them read."""

    event_count: int = 0
    may_catch_up: bool = True


NO_LAG: Final = Lag()


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """The runs that were found; the newest `unread_count` events were not searched yet.

    They are when `may_catch_up`; else this user may not. `doubts` say which of the summaries are
    not those that were written.
    """

    summaries: list[RunSummary]
    unread_count: int = 0
    may_catch_up: bool = True
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundFailures:
    """The kinds of failures that were found; the rest as in `FoundRuns`."""

    groups: "list[FailureGroup]"
    unread_count: int = 0
    may_catch_up: bool = True
    doubts: tuple[str, ...] = ()


def not_searched(found: FoundRuns | FoundFailures) -> str:
    """Return the sentence on events that a search could not read, and where to look."""
    why = "another process is reading them, or was"
    if not found.may_catch_up:
        why = "their projection is behind, and this user may not write the database to move it"
    events = f"the newest {found.unread_count} events were not searched"
    return f"{events}: {why}; see `projection.list`"


class RunViews(Protocol):
    """Reads of the run summaries."""

    def summary(self, tenant_id: str, run_id: str) -> RunSummary | None:
        """Return the summary of a run, or None when there is none in this tenant.

        Raises `FalseLine` when it is not the one that was written.
        """

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """Return the newest runs first; `before` is the id of the last run of the page before.

        Runs match as `domain.views.matching.matches` says. Events may be unread when the filter
        asks for tool calls. Raises `NotFound` when there is no run `before` in this tenant.
        """

    def count(self, tenant_id: str, where: RunFilter) -> int:
        """Return how many runs match; of tool calls, what `summaries` has searched counts."""

    def failures(
        self, tenant_id: str, where: RunFilter, *, limit: int, since: str | None = None
    ) -> FoundFailures:
        """Return the kinds of failures of the runs that match, and of their calls.

        See `domain.run.failures.grouped`.
        """

    def groups(
        self, tenant_id: str, where: RunFilter, grouping: "Grouping", *, limit: int
    ) -> "Sequence[RunGroup]":
        """Return the largest groups of the runs that match, those with newer runs first."""

    def matching(self, tenant_id: str, prefix: str) -> Sequence[str]:
        """Return the ids, at most 10, of the runs whose id starts with or ends in this text.

        Its beginning may be without `run-`.
        """


class RunSearch(Protocol):
    """Finds runs by what was asked and answered."""

    def search(
        self, tenant_id: str, text: str, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """Return the newest runs whose question and answer have all the words of the text.

        Words match from their beginning, in any case and without accents; what is written
        together, such as srv-erp-01, is found together. `before` is the id of the last run of the
        page before. Raises `NothingToSearch`.
        """

    def reading(
        self, tenant_id: str, items: Collection[str], *, limit: int, before: str | None
    ) -> FoundRuns:
        """Return the newest runs with calls that asked for one of the items or refer to it.

        Items are ids or codes; `before` is the id of the last run of the page before.
        """


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""


class Ids(Protocol):
    """Makes new ids, each greater than the one before (UUID version 7)."""

    def new(self) -> str:
        """Return a new id as lower-case text."""
