"""Settings that somebody has chosen: where none is, nothing that checks settings is loaded."""

import os
from typing import TypeVar

from infrastructure.config import PREFIX, SETTINGS, config_table

T = TypeVar("T")


def setting(name: str, default: T) -> T:
    """Return a setting where it is chosen, else the default. Raises `InvalidSetting`."""
    if not (os.environ.get(f"{PREFIX}{name.upper()}") or config_table(SETTINGS)):
        return default
    from infrastructure.settings import settings  # noqa: PLC0415 - it takes time to load

    found: T = getattr(settings(), name)
    return found


def records_reads() -> bool:
    """Return whether what is read at the command line is on record; raises `InvalidSetting`."""
    return setting("audit_reads", default=False)
