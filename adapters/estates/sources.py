"""The sources of an estate that every opstrail has: this machine, the demo, and files."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from adapters.estates.demo.dataset import demo_estate
from adapters.estates.files.dataset import read_files
from adapters.estates.files.writing import write_files
from adapters.estates.machine.discovery import discover
from domain.estate.port import Discovery, EstateDataset, KnownItems


class LocalEstateSources:
    """See `EstateSources`."""

    async def discover(
        self, *, now: datetime, seconds: float, progress: Callable[[str], None]
    ) -> Discovery:
        """See `EstateSources`."""
        return await discover(now=now, sample_seconds=seconds, progress=progress)

    def demo(self, *, anchor: datetime, seed: int, days: int, incidents: int = 0) -> EstateDataset:
        """See `EstateSources`."""
        return demo_estate(anchor=anchor, seed=seed, days=days, incidents=incidents)

    def read_files(self, paths: Sequence[str], *, source: str, known: KnownItems) -> EstateDataset:
        """See `EstateSources`."""
        return read_files([Path(path) for path in paths], source=source, known=known)

    def write_files(
        self, dataset: EstateDataset, folder: str, *, suffix: Literal["csv", "jsonl"]
    ) -> dict[str, int]:
        """See `EstateSources`."""
        return write_files(dataset, Path(folder), suffix=suffix)
