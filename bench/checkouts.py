"""Older commits of this repository as folders, so that what they do can be compared with."""

import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

HERE: Final = Path(__file__).parents[1]
REFERENCE: Final = "693ce3c"
"""The commit that opstrail's speed and events are held against."""
_FOLDER: Final = Path(sys.prefix) / "checkouts"


class NoSuchCommit(Exception):
    """The repository has no such commit, perhaps because only its latest ones were fetched."""

    def __init__(self, commit: str, said: str) -> None:
        super().__init__(f"there is no commit {commit} here: {said}")


def checkout(commit: str) -> Path:
    """Return a folder with the files of a commit, or the folder itself if that is named.

    It is made once, beside what is installed, and goes with it. Raises `NoSuchCommit`.
    """
    if Path(commit).is_dir():
        return Path(commit).resolve()
    found = _git("rev-parse", "--verify", f"{commit}^{{commit}}").decode().strip()
    folder = _FOLDER / found
    if not folder.exists():
        _FOLDER.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=_FOLDER) as made:
            files = Path(made) / "files"
            with tarfile.open(fileobj=BytesIO(_git("archive", found))) as archive:
                archive.extractall(files, filter="data")
            if not folder.exists():  # another process may have been quicker
                files.rename(folder)
    return folder


def environment(root: Path) -> dict[str, str]:
    """Return the environment of a process that runs the code of a checkout, and none of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPSTRAIL_")}
    return {**kept, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", "-C", HERE, *arguments], capture_output=True, check=False)  # noqa: S603, S607 - ours
    if done.returncode:
        raise NoSuchCommit(arguments[-1].partition("^")[0], done.stderr.decode().strip())
    return done.stdout
