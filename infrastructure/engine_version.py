"""Which opstrail this is."""

from importlib import metadata
from typing import Final

NOT_INSTALLED: Final = "not installed"


def engine_version() -> str:
    """Return the version of the installed opstrail, or `NOT_INSTALLED` in a bare checkout."""
    try:
        return metadata.version("opstrail")
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED
