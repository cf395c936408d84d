"""A disk so small that a test can fill it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres_launch import ORDINARY_USER

_LEFT_BYTES = 1 << 20


class SmallDisk:
    """A disk in memory; what is stored below `folder` is on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave a mebibyte."""
        with self._filler.open("wb") as filler:
            free = shutil.disk_usage(self.folder).free
            os.posix_fallocate(filler.fileno(), 0, free - _LEFT_BYTES)

    def make_room(self) -> None:
        """Undo `fill`."""
        self._filler.unlink()


@contextmanager
def small_disk(mebibytes: int) -> Iterator[SmallDisk]:
    """Give a disk that the ordinary user owns; skip the test where it cannot be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="opstrail-disk-"))
    user = pwd.getpwnam(ORDINARY_USER)
    options = f"size={mebibytes}m,mode=700,uid={user.pw_uid},gid={user.pw_gid}"
    try:
        _mount(folder, options)
        try:
            yield SmallDisk(folder)
        finally:
            # Lazily: a test that failed may still have a file open.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607 - see `_mount`
    finally:
        folder.rmdir()


def _mount(folder: Path, options: str) -> None:
    # Where the program is differs from system to system.
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small disk cannot be mounted here: {error}")
