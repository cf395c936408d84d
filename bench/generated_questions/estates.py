"""The three estates: the demo, a machine as it was once discovered, and the hospital."""

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bench.questions.other_estate import write_other_estate

SHARES: Final[Mapping[str, float]] = {"demo": 0.45, "machine": 0.2, "other": 0.35}
"""Which part of all questions is asked of each."""

_DEMO: Final = ("estate", "demo", "--anchor", "2026-11-26T10:17:00Z", "--seed", "42")
_DISCOVERED: Final = Path(__file__).parent / "machine.zip"


def url_of(path: Path) -> str:
    """Return the address of a database."""
    return f"sqlite:///{path}"


def made(name: str, folder: Path) -> Path:
    """Return the database of an estate; it is made when it is not in the folder yet."""
    path = folder / f"{name}.db"
    if path.exists():
        return path
    making = _DEMO if name == "demo" else ("estate", "import", str(write_files(name, folder)))
    unfinished = folder / f"{name}.unfinished.db"
    unfinished.unlink(missing_ok=True)
    options = ["--database", url_of(unfinished), "--tenant", name]
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "adapters.cli", *options, *making],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    return unfinished.rename(path)


def write_files(name: str, folder: Path) -> Path:
    """Write the files that an estate is imported from, and return their folder."""
    files = folder / f"{name}-files"
    if name == "other":
        write_other_estate(files)
    else:
        with zipfile.ZipFile(_DISCOVERED) as discovered:
            discovered.extractall(files)
    return files
