"""An estate as files, which `read_files` reads back as it was."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, JsonValue

from adapters.estates.files.dataset import list_of
from adapters.estates.files.kinds import KINDS, Kind
from domain.estate.errors import ExportRefused
from domain.estate.port import EstateDataset


def write_files(
    dataset: EstateDataset, folder: Path, *, suffix: Literal["csv", "jsonl"]
) -> dict[str, int]:
    """See `EstateSources.write_files`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportRefused(str(folder), why="is there already and not an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return {
            kind.name: _write(folder / f"{kind.name}.{suffix}", kind, records)
            for kind in KINDS.values()
            if (records := getattr(dataset, list_of(kind.name))) and any(True for _ in records)
        }
    except OSError as error:
        raise ExportRefused(str(folder), why=f"cannot be written: {error.strerror}") from error


def _write(path: Path, kind: Kind[BaseModel], records: Iterable[BaseModel]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        cells = csv.writer(file, lineterminator="\n") if path.suffix == ".csv" else None
        if cells is not None:
            cells.writerow(kind.record.model_fields)
        for record in records:
            count += 1
            if cells is not None:
                cells.writerow(map(_cell, record.model_dump(mode="json").values()))
            else:
                file.write(f"{record.model_dump_json()}\n")
    return count


def _cell(value: JsonValue) -> str:
    """Return a value as a cell; nothing and an empty map are an empty one."""
    if value is None or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
