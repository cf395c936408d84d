"""Secrets of the environment, and of a folder as containers mount them."""

import os
from pathlib import Path
from typing import Final

_PREFIX: Final = "OPSTRAIL_SECRET_"
_LARGEST: Final = 64 * 1024


class MountedSecrets:
    """See `domain.redaction.secrets.Secrets`: a variable of the environment, else a file."""

    def value(self, name: str) -> str | None:
        """See `Secrets`."""
        found = os.environ.get(_variable(name))
        return found if found is not None else _in_file(_folder() / name)

    def places(self, name: str) -> str:
        """See `Secrets`."""
        return f"set {_variable(name)}, or put the file {_folder() / name} there"


def _folder() -> Path:
    """Return the folder of the settings. Raises `InvalidSetting`."""
    from infrastructure.settings import settings  # noqa: PLC0415 - few calls need a secret

    return settings().secrets_dir


def _in_file(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LARGEST).rstrip("\r\n")
    except (OSError, UnicodeError):
        return None


def _variable(name: str) -> str:
    return f"{_PREFIX}{name.upper().replace('-', '_')}"
