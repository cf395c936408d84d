"""The estates that benchmarks invent are as large as they say, and can be asked."""

import re
from pathlib import Path

import pytest

from adapters.estates.files.dataset import read_files
from bench.budgets import BUDGETS
from bench.estate_files import write_estate
from bench.estates import questions


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_estate(tmp_path / "files", item_count=1_000)
    return tmp_path / "files"


def test_an_estate_has_four_relations_and_fifty_points_an_item(files: Path) -> None:
    dataset = read_files([files])
    counts = [sum(1 for _ in each) for each in (dataset.cis, dataset.metric_points)]
    assert counts == [1_000, 50_000]
    assert sum(1 for _ in dataset.relations) == pytest.approx(4_000, rel=0.01)


def test_the_same_estate_is_written_again(files: Path, tmp_path: Path) -> None:
    write_estate(tmp_path / "again", item_count=1_000)
    for file in files.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_questions_name_items_that_are_there(files: Path) -> None:
    codes = {item.ci_code for item in read_files([files]).cis}
    named = {
        code for text in questions(1_000).values() for code in re.findall(r"\w+-\d+-\d+", text)
    }
    assert len(named) == 3
    assert named <= codes


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_budgets_are_about_the_largest_estate_on_either_database(kind: str) -> None:
    estate = f"100,000 items on {kind}"
    told = [f"import of {estate}", f"planning for {estate}", f"top 5 of {estate}"]
    told += [f"{name} of {estate}, memory" for name in ("import", *questions(1_000))]
    patterns = [budget.rows for budget in BUDGETS if budget.table == "Estates"]
    assert [name for name in told if not any(re.fullmatch(p, name) for p in patterns)] == []
    assert len(patterns) == 5
