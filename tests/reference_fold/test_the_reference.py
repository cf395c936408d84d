"""The reference fold was written apart from the code, and knows nothing of it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
REFERENCE: Final = ("lists", "parts", "rows", "runs", "times")
"""The modules of the reference; the others carry out the sequences and compare."""


def imported(module: str) -> Iterator[str]:
    """Yield the names of the modules that a module of the reference imports."""
    for node in ast.walk(ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


@pytest.mark.parametrize("module", REFERENCE)
def test_the_reference_stands_alone(module: str) -> None:
    ours = ("domain", "infrastructure", "adapters", "tests")
    allowed = tuple(f"tests.reference_fold.{each}" for each in REFERENCE)
    names = [name for name in imported(module) if name.startswith(ours)]
    assert [name for name in names if not name.startswith(allowed)] == []
