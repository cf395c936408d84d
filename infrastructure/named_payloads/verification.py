"""The verification of the payloads that events name."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from domain.payloads import Payload, payload_name, payload_problem
from domain.views.log import PayloadFindings
from infrastructure.event_store.tables import PAYLOAD_KEY, PAYLOADS
from infrastructure.named_payloads.references import CHUNK, NamingEvent, naming_events

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
        self._present_count = self._erased_count = 0
        self._problems: list[str] = []

    @property
    def findings(self) -> PayloadFindings:
        """What was found of the payloads that were named so far."""
        problems = tuple(self._problems[: self._limit])
        return PayloadFindings(self._present_count, self._erased_count, problems)

    def add(self, events: Sequence[NamingEvent]) -> None:
        """Verify what some more events name.

        An event that cannot be read names nothing here: the verification of the log tells of it.
        """
        for start in range(0, len(events), CHUNK):
            if len(self._problems) < self._limit:
                self._verify([*_named(events[start : start + CHUNK])])

    def _verify(self, named: Sequence[tuple[_Key, int]]) -> None:
        sizes = dict(named)
        stored = _stored(self._connection, sizes)
        present = sum(key in stored for key, _ in named)
        self._present_count += present
        self._erased_count += len(named) - present
        for (tenant_id, digest), content in stored.items():
            payload = Payload(digest, sizes[tenant_id, digest], content)
            problem = payload_problem(payload)
            if problem:
                self._problems.append(f"{payload_name(tenant_id, digest)}: {problem}")


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


def _named(events: Sequence[NamingEvent]) -> Iterator[tuple[_Key, int]]:
    for event in events:
        try:
            named = event.reference()
        except ValueError:
            continue
        if named is not None:
            yield (event.tenant_id, bytes.fromhex(named.digest)), named.size


def _stored(connection: sa.Connection, keys: Collection[_Key]) -> dict[_Key, bytes]:
    rows = connection.execute(_SELECT.where(PAYLOAD_KEY.in_(keys)))
    return {(tenant_id, bytes(digest)): bytes(content) for tenant_id, digest, content in rows}
