"""Settings that somebody has chosen: where none is, nothing that reads settings is loaded."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infrastructure.settings import Settings


def chosen(name: str) -> "Settings | None":
    """Return the settings where this environment variable is set, else None.

    Raises `InvalidSetting`.
    """
    if not os.environ.get(name):
        return None
    from infrastructure.settings import settings  # noqa: PLC0415 - it takes time to load

    return settings()


def records_reads() -> bool:
    """Return whether what is read at the command line is on record; raises `InvalidSetting`."""
    settings = chosen("OPSTRAIL_AUDIT_READS")
    return settings is not None and settings.audit_reads
