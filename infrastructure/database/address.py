"""Which URLs name a database that can be used, and what is wrong with the others."""

from pathlib import PurePath
from typing import Final

import sqlalchemy as sa

from domain.values.limits import PATH_CHARACTERS
from domain.values.text import forbidden
from infrastructure.database import postgres
from infrastructure.database.errors import UnsupportedDatabase

_SQLITE: Final = ("sqlite", "sqlite+pysqlite")
_IN_MEMORY: Final = (None, "", ":memory:")


def supported_url(text: str) -> sa.URL:
    """Return the URL of a database, which may not be there. Raises `UnsupportedDatabase`."""
    why = forbidden(text)
    if len(text) > PATH_CHARACTERS:
        why = f"it is longer than {PATH_CHARACTERS} characters"
    if why is not None:
        raise UnsupportedDatabase(text, why=why)
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:
        raise UnsupportedDatabase(text, why="it is not the URL of a database") from None
    except ValueError:
        raise UnsupportedDatabase(text, why="its host or port is not one") from None
    if why := _why_not(url):
        raise UnsupportedDatabase(text, why=why)
    return url


def _why_not(url: sa.URL) -> str | None:
    if url.drivername in postgres.DRIVERS:
        return postgres.wrong_option(url)
    if url.drivername not in _SQLITE:
        return "only SQLite is, and PostgreSQL with the driver psycopg"
    if url.database in _IN_MEMORY and url.host is None:
        return "a database in memory is lost with its connection"
    if str(url.database).startswith("file:") or not PurePath(str(url.database)).name:
        return "a file is named by its path, and neither by a URI nor by a folder"
    if url.host is not None or url.query:
        return "a file has neither host nor options; sqlite:////path begins at the root"
    return None
