"""Files that a command reads, only regular ones, for others may have no end; and its own."""

import errno
import os
from pathlib import Path


def regular(path: Path) -> Path:
    """Return the path, unless it names a pipe or a device. Raises `OSError`."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return path


def start_of(path: Path, *, byte_count: int) -> bytes:
    """Return the file's bytes, and no more than tell that it is longer. Raises `OSError`."""
    with regular(path).open("rb") as file:
        return file.read(byte_count + 1)


def replace_privately(path: Path, text: str) -> None:
    """Write a file that only the user can read, in a folder that is made if need be.

    Who reads meanwhile sees the file as it was, or as it is then. Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "x", encoding="utf-8", opener=_own) as file:
            file.write(text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _own(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
