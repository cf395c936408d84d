"""A program of several threads that append under one group commit, each to its own stream.

python -m tests.infrastructure.event_store.group_writer DATABASE NAME THREADS

Prints the stream and its version once an append is acknowledged, until it is killed.
"""

import os
import sys
import threading

from infrastructure.database.engine import create_engine
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import TENANT, request


def write(group: GroupCommit, stream: str) -> None:
    """Append for ever."""
    head = group.head(TENANT, stream)
    while True:
        head = group.append(request(stream, after=head, count=2)).head
        # One call of the system: a line is whole, or not there.
        os.write(sys.stdout.fileno(), f"{stream} {head.version}\n".encode())


if __name__ == "__main__":
    database, name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    group = GroupCommit(SqliteEventStore(create_engine(f"sqlite:///{database}")))
    for number in range(threads):
        threading.Thread(target=write, args=[group, f"run-{name}-{number}"]).start()
