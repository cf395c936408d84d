"""A PostgreSQL server for the benchmarks, as durable as one in use."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Options, Rows
from tests.postgres_server import programs, running

_NUMBERS = itertools.count(1)
_AS_IN_USE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "1GB",
}


def on_both(options: Options, rows_on: Callable[[str, str, int], Rows]) -> Rows:
    """Return the rows of a new database of either kind, of SQLite alone without PostgreSQL.

    `rows_on` gets the name of the kind, the URL and the number of rounds.
    """
    with TemporaryDirectory(dir=options.folder) as folder:
        rows = rows_on("SQLite", f"sqlite:///{folder}/bench.db", options.rounds)
    with new_databases(options.folder) as new_database:
        if new_database is not None:
            rows = [*rows, *rows_on("PostgreSQL", new_database(), options.rounds)]
    return rows


@contextmanager
def new_databases(folder: Path) -> Iterator[Callable[[], str] | None]:
    """Give a function that makes an empty database and returns its URL; None without PostgreSQL.

    The server keeps its data in the folder.
    """
    found = programs()
    if found is None:
        yield None
        return
    with running(found, parent=folder, settings=_AS_IN_USE) as server:

        def new_database() -> str:
            name = f"bench_{next(_NUMBERS)}"
            server.execute("CREATE DATABASE {}", name)
            return server.url(name)

        yield new_database
