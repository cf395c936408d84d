"""A program that appends to streams with other such programs, and prints what is acknowledged.

python -m tests.infrastructure.event_store.postgres_writer URL STREAM COUNT

It appends until it did so COUNT times, one event each. Somebody may write to the stream as well:
then it looks where the stream has come to, and tries again. Each line is a position.
"""

import sys

from domain.run.errors import WrongExpectedVersion
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseUnavailable
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import TENANT, request


def write(url: str, stream: str, count: int) -> None:
    """Append so many events; end quietly when the server goes away."""
    store = PostgresEventStore(create_engine(url))
    written = 0
    while written < count:
        try:
            appended = store.append(request(stream, after=store.head(TENANT, stream)))
        except WrongExpectedVersion:
            continue
        written += 1
        sys.stdout.write(f"{appended.last_position}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    except DatabaseUnavailable:
        sys.exit(3)
