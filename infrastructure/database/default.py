"""Where the database is when nobody says otherwise."""

from pathlib import Path

import platformdirs

_DATABASE_FILE = "opstrail.db"


def default_database_url() -> str:
    """Return the URL of the database file in the user's data folder."""
    folder = Path(platformdirs.user_data_dir("opstrail", appauthor=False))
    return f"sqlite:///{folder / _DATABASE_FILE}"
