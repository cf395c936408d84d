"""A program that appends to a stream of its own, and prints each version once it is acknowledged.

python -m tests.infrastructure.event_store.writer DATABASE STREAM COUNT
"""

import sys

from infrastructure.database.engine import create_engine
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import TENANT, request


def write(database: str, stream: str, count: int) -> None:
    """Append until the stream has `count` versions."""
    store = SqliteEventStore(create_engine(f"sqlite:///{database}"))
    head = store.head(TENANT, stream)
    while head.version < count:
        head = store.append(request(stream, after=head)).head
        sys.stdout.write(f"{head.version}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
