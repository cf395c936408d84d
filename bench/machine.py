"""Facts about the machine, without which no figure means anything."""

import os
import platform
import sqlite3
import statistics
import time
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile

_SYNCS = 200
_PAGE_BYTES = 4096


def facts(folder: Path) -> list[str]:
    """Return lines about processor, disk and software; the disk is that of the folder."""
    return [
        f"{platform.system()} {platform.release()}, {_processor()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} at the start",
        f"a synced write of 4 KiB takes {_sync_ms(folder):.2f} ms (median of {_SYNCS})",
        f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"SQLAlchemy {version('SQLAlchemy')}, pydantic {version('pydantic')}",
    ]


def _processor() -> str:
    """Return the processor's name where Linux tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _sync_ms(folder: Path) -> float:
    times = []
    with TemporaryFile(dir=folder) as file:
        for _ in range(_SYNCS):
            file.write(bytes(_PAGE_BYTES))
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)
