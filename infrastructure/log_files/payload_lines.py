"""The payloads of a log as lines of its file, each before the first batch that names it."""

import base64
from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.json import JsonMap
from domain.run.call_events import PayloadRef
from infrastructure.named_payloads.references import reference_of
from infrastructure.payloads.tables import PAYLOADS

_REMEMBERED: Final = 100_000
"""Of so many payloads it is known that they are written; memory does not grow with the log."""

_SELECT: Final = sa.select(PAYLOADS.c.size, sa.cast(PAYLOADS.c.content, sa.LargeBinary)).where(
    PAYLOADS.c.tenant_id == sa.bindparam("the_tenant"), PAYLOADS.c.digest == sa.bindparam("named")
)


class PayloadLines:
    """Gives out the payloads that events name; one that was erased has no line."""

    def __init__(self, connection: sa.Connection) -> None:
        """Nothing is written yet."""
        self._connection = connection
        self._written: set[tuple[str, str]] = set()

    def before(self, events: Sequence[RecordedEvent]) -> Iterator[JsonMap]:
        """Yield the payloads that these events name and that were not given out yet."""
        for event in events:
            named, tenant_id = reference_of(event.envelope), event.envelope.tenant_id
            if named is not None and (tenant_id, named.digest) not in self._written:
                self._remember(tenant_id, named.digest)
                yield from self._line(event, named)

    def _remember(self, tenant_id: str, digest: str) -> None:
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written.add((tenant_id, digest))

    def _line(self, event: RecordedEvent, named: PayloadRef) -> Iterator[JsonMap]:
        tenant_id, digest = event.envelope.tenant_id, bytes.fromhex(named.digest)
        key = {"the_tenant": tenant_id, "named": digest}
        for size, content in self._connection.execute(_SELECT, key):
            yield {
                "payload": {
                    "position": event.position,
                    "tenant_id": tenant_id,
                    "digest": named.digest,
                    "size": size,
                    "content": base64.b64encode(content).decode(),
                }
            }
