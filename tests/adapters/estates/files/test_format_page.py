import re
from pathlib import Path

import pytest

from adapters.estates.files.dataset import read_files
from adapters.estates.files.kinds import KINDS

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "reference" / "estate-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_the_page_names_every_field_of_a_file(name: str) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    named = set(re.findall(r"`(\w+)`", row)) - {name}
    if "item," in row:
        named |= {"ci_id", "ci_code"}
    assert named == set(KINDS[name].fields)


def test_the_example_of_the_page_can_be_imported(tmp_path: Path) -> None:
    for file, content in re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / file).write_text(content, encoding="utf-8")
    dataset = read_files([tmp_path])
    assert len(tuple(dataset.cis)) == 2
    assert len(tuple(dataset.relations)) == 1
    assert len(list(dataset.metric_points)) == 1
