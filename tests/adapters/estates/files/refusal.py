"""What the tests of refused files share."""

from pathlib import Path

import pytest

from adapters.estates.files.dataset import read_files
from adapters.estates.files.problems import ImportRefused

ITEM_COLUMNS = "ci_code,ci_name,ci_type,criticality"


def refusal(*paths: Path) -> list[str]:
    """Return the lines of the error, without the first, which counts them."""
    with pytest.raises(ImportRefused) as refused:
        read_files(paths)
    first, *lines = str(refused.value).splitlines()
    assert first.endswith("nothing was imported:")
    return lines


def refused_file(folder: Path, name: str, *lines: str) -> list[str]:
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return refusal(folder / name)
