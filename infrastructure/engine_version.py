"""Which build of opstrail this is."""

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

NOT_INSTALLED: Final = "not installed"

_ROOT: Final = Path(__file__).parents[1]
_PACKAGES: Final = ("adapters", "domain", "infrastructure")
_DIGITS: Final = 12


@cache
def engine_version(root: Path = _ROOT) -> str:
    """Return version and digest of the source, such as 0.1.0+3f9c2a71b04e.

    In a bare checkout the version is `NOT_INSTALLED`. Every byte of the packages is read, which
    takes some milliseconds: a checkout that was changed is another build, and an installed one
    has the name of the checkout that it was made from.
    """
    try:
        version = metadata.version("opstrail")
    except metadata.PackageNotFoundError:
        version = NOT_INSTALLED
    return f"{version}+{_source_digest(root)}"


def _source_digest(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources(root)):
        content = hashlib.sha256((root / path).read_bytes()).hexdigest()
        digest.update(f"{path} {content}\n".encode())
    return digest.hexdigest()[:_DIGITS]


def _sources(root: Path) -> Iterator[str]:
    """Yield the files of the packages, relative to the root; what Python compiled is none."""
    for package in _PACKAGES:
        for folder, folders, names in os.walk(root / package):
            folders[:] = [name for name in folders if name != "__pycache__"]
            within = Path(folder).relative_to(root).as_posix()
            yield from (f"{within}/{name}" for name in names)
