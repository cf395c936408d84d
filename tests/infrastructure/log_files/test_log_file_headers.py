"""The first line of a log file."""

from pathlib import Path

import pytest

from domain.json import JsonMap
from domain.services.log import LogFileRefused
from infrastructure.log_files.lines import written
from infrastructure.log_files.log_file import open_log_file

HEADER: JsonMap = {
    "format": "opstrail-log",
    "format_version": 2,
    "log": "main",
    "first_position": 1,
    "last_position": 0,
    "log_hash": "00" * 32,
}


def file_of(header: JsonMap, folder: Path) -> Path:
    file = folder / "log.jsonl"
    file.write_bytes(b"".join(written([header])))
    return file


def test_an_empty_log_has_a_file(tmp_path: Path) -> None:
    with open_log_file(file_of(HEADER, tmp_path)) as log:
        assert list(log.parts()) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("log_hash", 7), ("log_hash", "xyz"), ("format_version", 3), ("last_position", "many")],
)
def test_a_value_that_does_not_fit_is_named(field: str, value: object, tmp_path: Path) -> None:
    file = file_of({**HEADER, field: value}, tmp_path)  # type: ignore[dict-item]  # wrong on purpose
    with pytest.raises(LogFileRefused, match=rf"line 1 of .* {field}: "), open_log_file(file):
        pass
