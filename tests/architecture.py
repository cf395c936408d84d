"""The rules of size, names and completeness that the code keeps.

Each lists what breaks it under the root folder of a project; an empty list means: kept.
"""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

PACKAGES = ("domain", "infrastructure", "adapters")
FOLDERS = (*PACKAGES, "tests", "bench", "docs")
FILE_LINES = 250
DECLARATION_LINES = 400
DECLARATIONS = {
    "bootstrap.py",
    "call_events.py",
    "errors.py",
    "events.py",
    "ports.py",
    "queries.py",
    "specs.py",
    "tables.py",
}
"""Files that declare many small things of one kind may be longer."""

FUNCTION_LINES = 40
MEDIAN_LINES = 9
NINETIETH_PERCENTILE_LINES = 25
BANNED_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "base", "impl", "misc"}
COMPUTING = ("domain", "adapters/tools", "adapters/planners", "infrastructure/estate")
"""The folders in which figures are computed that are recorded."""
FIGURES = "domain/figures.py"
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
ASSERTING_CALLS = ("assert", "then", "raises", "warns", "fail", "expect")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[[Path], list[str]]


def files_are_short(root: Path) -> list[str]:
    """No file is longer than 250 lines, or one of declarations than 400."""
    lengths = [(path, len(path.read_text().splitlines())) for path in _python_files(root)]
    return [f"{path}: {length} lines" for path, length in lengths if length > _limit(path)]


def _limit(path: Path) -> int:
    return DECLARATION_LINES if path.name in DECLARATIONS else FILE_LINES


def functions_are_short(root: Path) -> list[str]:
    """No function is longer than 40 lines, without signature and docstring."""
    return [
        f"{path}:{function.lineno} {function.name}: {_line_count(function)} lines"
        for path in _python_files(root)
        for function in _functions(path)
        if _line_count(function) > FUNCTION_LINES
    ]


def most_functions_are_very_short(root: Path) -> list[str]:
    """In the packages the median function has at most 9 lines, and nine in ten have at most 25."""
    sizes = [
        _line_count(function)
        for path in _python_files(root, PACKAGES)
        for function in _functions(path)
        if _line_count(function) > 0  # the methods of a Protocol have none
    ]
    if len(sizes) < 2:
        return []
    median, ninetieth = statistics.median(sizes), statistics.quantiles(sizes, n=10)[-1]
    broken = []
    if median > MEDIAN_LINES:
        broken.append(f"the median function has {median:g} lines")
    if ninetieth > NINETIETH_PERCENTILE_LINES:
        broken.append(f"a tenth of the functions has {ninetieth:g} lines or more")
    return broken


def names_say_what_is_inside(root: Path) -> list[str]:
    """No file or folder is named after nothing: utils, helpers, common and the like."""
    return [
        str(path) for path in _python_files(root) if BANNED_WORDS & _words(path.relative_to(root))
    ]


def packages_say_what_they_are_for(root: Path) -> list[str]:
    """Every folder of the packages has an `__init__.py` with a docstring."""
    folders = {path.parent for path in _python_files(root, PACKAGES)}
    return [str(folder) for folder in sorted(folders) if not _has_docstring(folder)]


def nothing_is_left_unfinished(root: Path) -> list[str]:
    """No file holds a reminder of work to be done."""
    return [
        f"{path}:{number} {line.strip()}"
        for path in _python_files(root)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if UNFINISHED.search(line)
    ]


def every_test_asserts(root: Path) -> list[str]:
    """Every test asserts: by `assert`, `pytest.raises`, or a call named like `.then(...)`."""
    return [
        f"{path}:{function.lineno} {function.name}"
        for path in _python_files(root, ("tests",))
        for function in _functions(path)
        if function.name.startswith("test_") and not _asserts(function)
    ]


def imports_keep_the_layers(root: Path) -> list[str]:
    """import-linter finds no import that its contracts in pyproject.toml forbid."""
    program = "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return [finished.stdout + finished.stderr] if finished.returncode else []


def floats_are_added_in_one_way(root: Path) -> list[str]:
    """Nothing that computes figures calls `sum`, which adds floats otherwise in each Python."""
    return [
        f"{path}:{node.lineno} sum(...): add whole numbers by domain.figures.whole_sum, whose type"
        " takes no others, and floats by math.fsum"
        for path in _python_files(root, COMPUTING)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id == "sum" and path != root / FIGURES
    ]


RULES: list[Rule] = [
    files_are_short,
    functions_are_short,
    most_functions_are_very_short,
    names_say_what_is_inside,
    packages_say_what_they_are_for,
    nothing_is_left_unfinished,
    every_test_asserts,
    floats_are_added_in_one_way,
    imports_keep_the_layers,
]


def _python_files(root: Path, folders: Sequence[str] = FOLDERS) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            # Migrations are frozen once released, and Alembic names them.
            if "versions" not in path.parts:
                yield path


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def _line_count(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body or _is_ellipsis(body[0]):
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def _is_ellipsis(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is ...
    )


def _words(path: Path) -> set[str]:
    return {word for part in path.with_suffix("").parts for word in part.split("_")}


def _has_docstring(folder: Path) -> bool:
    module = folder / "__init__.py"
    return module.exists() and bool(ast.get_docstring(ast.parse(module.read_text())))


def _asserts(function: Function) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and _called_name(node).startswith(ASSERTING_CALLS))
        for node in ast.walk(function)
    )


def _called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
