"""The verification of the payloads that events name."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from domain.payloads import Payload, payload_name, payload_problem
from domain.views.log import PayloadFindings
from infrastructure.event_store.tables import PAYLOAD_KEY, PAYLOADS
from infrastructure.named_payloads.references import NamingEvent, naming_events

_Key = tuple[str, bytes]

# As bytes, whatever somebody made of them: SQLite keeps any value in any column.
_SELECT = sa.select(
    PAYLOADS.c.tenant_id, PAYLOADS.c.digest, sa.cast(PAYLOADS.c.content, sa.LargeBinary)
)


def verify_payloads(
    connection: sa.Connection, *, after: int = 0, problem_limit: int
) -> PayloadFindings:
    """Return what is there of the payloads that events beyond a position name.

    Stops at `problem_limit` problems. An event that cannot be read names nothing here: the
    verification of the log tells of it.
    """
    present_count, erased_count, problems = 0, 0, list[str]()
    for events in naming_events(connection, after=after):
        named = list(_named(events))
        sizes = dict(named)
        stored = _stored(connection, sizes)
        present = sum(key in stored for key, _ in named)
        present_count += present
        erased_count += len(named) - present
        for (tenant_id, digest), content in stored.items():
            payload = Payload(digest, sizes[tenant_id, digest], content)
            problem = payload_problem(payload)
            if problem:
                problems.append(f"{payload_name(tenant_id, digest)}: {problem}")
        if len(problems) >= problem_limit:
            break
    return PayloadFindings(present_count, erased_count, tuple(problems[:problem_limit]))


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
