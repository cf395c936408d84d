"""Runs and bundles say which build of opstrail made them."""

import re
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from infrastructure.engine_version import NOT_INSTALLED, engine_version


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for package in ("adapters", "domain", "infrastructure"):
        (root / package / "part").mkdir(parents=True)
        (root / package / "part" / "rule.py").write_text(f"{package} = 1\n")
    return root


def copied(checkout: Path) -> Path:
    return Path(shutil.copytree(checkout, checkout.with_name("copy")))


def test_it_is_the_version_of_the_distribution_and_a_digest_of_the_source() -> None:
    name, _, digest = engine_version().partition("+")
    assert name == metadata.version("opstrail")
    assert re.fullmatch("[0-9a-f]{12}", digest)


def test_the_same_source_elsewhere_is_the_same_build(checkout: Path) -> None:
    copy = copied(checkout)
    compiled = copy / "domain" / "part" / "__pycache__"
    compiled.mkdir()
    (compiled / "rule.cpython-311.pyc").write_bytes(b"\0")
    (copy / "README.md").write_text("More.")
    assert engine_version(copy) == engine_version(checkout)


def change(copy: Path) -> None:
    (copy / "adapters" / "part" / "rule.py").write_text("adapters = 2\n")


def add(copy: Path) -> None:
    (copy / "infrastructure" / "more.sql").write_text("")


def rename(copy: Path) -> None:
    (copy / "domain" / "part" / "rule.py").rename(copy / "domain" / "part" / "role.py")


@pytest.mark.parametrize("edit", [change, add, rename])
def test_a_changed_checkout_is_another_build(checkout: Path, edit: object) -> None:
    copy = copied(checkout)
    assert callable(edit)
    edit(copy)
    assert engine_version(copy) != engine_version(checkout)


def test_a_bare_checkout_says_so(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert engine_version(checkout).startswith(f"{NOT_INSTALLED}+")
