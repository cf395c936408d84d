"""The file `opstrail.toml` of an operator: where it is, and its tables. It has profiles, too."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from domain.errors import Refused

PREFIX: Final = "OPSTRAIL_"
CONFIG: Final = f"{PREFIX}CONFIG"
"""The variable that names the file."""
SETTINGS: Final = "settings"
"""The table that has settings."""


class InvalidSetting(Refused):
    """A setting has a value that is not allowed; `name` says where it comes from."""

    def __init__(self, name: str, *, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name}: {why}")


def config_path() -> Path:
    """Return where the file is: in the config folder of the user, if no variable names it."""
    if named := os.environ.get(CONFIG):
        return Path(named)
    import platformdirs  # noqa: PLC0415 - where a variable names it, nobody needs that

    return Path(platformdirs.user_config_dir("opstrail", appauthor=False)) / "opstrail.toml"


def config_table(name: str) -> Any:  # noqa: ANN401 - the border
    """Return what the file has under this name, None for nothing. Raises `InvalidSetting`."""
    path = config_path()
    try:
        seen = path.stat()
        return _tables(path, seen.st_mtime_ns, seen.st_size).get(name)
    except (FileNotFoundError, PermissionError):  # whoever named a profile was told
        return None
    except (OSError, ValueError) as error:
        raise InvalidSetting(str(path), why=str(error)) from error


@lru_cache(maxsize=1)
def _tables(path: Path, _changed_ns: int, _size: int) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - few have a file

    return tomllib.loads(path.read_text(encoding="utf-8"))
