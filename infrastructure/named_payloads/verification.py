"""The verification of the payloads that events name."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from domain.payloads import Payload, payload_name, payload_problem
from domain.run.call_events import PayloadRef
from domain.views.log import PayloadFindings
from infrastructure.event_store.tables import PAYLOAD_KEY, PAYLOADS
from infrastructure.named_payloads.references import (
    CHUNK,
    Erasing,
    NamingEvent,
    is_erased,
    is_named,
    naming_events,
)

_Key = tuple[str, bytes]

# As bytes, whatever somebody made of them: SQLite keeps any value in any column.
_SELECT = sa.select(
    PAYLOADS.c.tenant_id, PAYLOADS.c.digest, sa.cast(PAYLOADS.c.content, sa.LargeBinary)
)


class PayloadVerification:
    """Compares the payloads that events name with what is stored, events by events."""

    def __init__(self, connection: sa.Connection, *, problem_limit: int) -> None:
        """Begin without events; at `problem_limit` problems it looks no further."""
        self._connection, self._limit = connection, problem_limit
        self._present_count = self._erased_count = self._missing_count = 0
        self._problems: list[str] = []

    @property
    def findings(self) -> PayloadFindings:
        """What was found of the payloads that were named so far."""
        problems = tuple(self._problems[: self._limit])
        return PayloadFindings(
            self._present_count, self._erased_count, problems, self._missing_count
        )

    def add(self, events: Sequence[NamingEvent]) -> None:
        """Verify what some more events name.

        An event that cannot be read names nothing here: the verification of the log tells of it.
        """
        for start in range(0, len(events), CHUNK):
            if len(self._problems) < self._limit:
                some = events[start : start + CHUNK]
                self._verify([*_named(some)])
                self._verify_erasures([*_erasing(some)])

    def _verify(self, named: Sequence[tuple[NamingEvent, PayloadRef]]) -> None:
        sizes = {_key(event, ref): ref.size for event, ref in named}
        stored = _stored(self._connection, sizes)
        for event, ref in named:
            if _key(event, ref) in stored:
                self._present_count += 1
            else:
                self._note_absent(event, ref)
        for (tenant_id, digest), content in stored.items():
            payload = Payload(digest, sizes[tenant_id, digest], content)
            problem = payload_problem(payload)
            if problem:
                self._problems.append(f"{payload_name(tenant_id, digest)}: {problem}")

    def _note_absent(self, event: NamingEvent, ref: PayloadRef) -> None:
        run = (event.tenant_id, event.stream_id)
        if is_erased(self._connection, *run, ref.digest, after=event.position):
            self._erased_count += 1
        else:
            self._missing_count += 1
            self._problems.append(f"{event.where}: {ref.missing}")

    def _verify_erasures(self, erasing: Sequence[tuple[NamingEvent, Erasing]]) -> None:
        there = _there(self._connection, [_key(*each) for each in erasing])
        for event, erased in erasing:
            tenant_id, digest = event.tenant_id, erased.digest
            if _key(event, erased) in there and not is_named(self._connection, tenant_id, digest):
                finish = f"`opstrail run erase {event.stream_id} {erased.call_id}` removes it"
                what = f"an erasure is on the record, but the result (digest {digest}) is there"
                self._problems.append(f"{event.where}: {what}; {finish}")


def verify_payloads(connection: sa.Connection, *, problem_limit: int) -> PayloadFindings:
    """Return what is there of the payloads that the events of the log name.

    Stops at `problem_limit` problems.
    """
    verification = PayloadVerification(connection, problem_limit=problem_limit)
    for events in naming_events(connection):
        verification.add(events)
        if len(verification.findings.problems) >= problem_limit:
            break
    return verification.findings


def _key(event: NamingEvent, ref: PayloadRef | Erasing) -> _Key:
    return event.tenant_id, bytes.fromhex(ref.digest)


def _erasing(events: Sequence[NamingEvent]) -> Iterator[tuple[NamingEvent, Erasing]]:
    for event in events:
        erasing = event.erasing()
        if erasing is not None:
            yield event, erasing


def _named(events: Sequence[NamingEvent]) -> Iterator[tuple[NamingEvent, PayloadRef]]:
    for event in events:
        try:
            named = event.reference()
        except ValueError:
            continue
        if named is not None:
            yield event, named


def _stored(connection: sa.Connection, keys: Collection[_Key]) -> dict[_Key, bytes]:
    rows = connection.execute(_SELECT.where(PAYLOAD_KEY.in_(keys)))
    return {(tenant_id, bytes(digest)): bytes(content) for tenant_id, digest, content in rows}


def _there(connection: sa.Connection, keys: Collection[_Key]) -> set[_Key]:
    query = sa.select(PAYLOADS.c.tenant_id, PAYLOADS.c.digest).where(PAYLOAD_KEY.in_(keys))
    return {(tenant_id, bytes(digest)) for tenant_id, digest in connection.execute(query)}
