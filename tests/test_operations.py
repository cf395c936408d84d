"""Every operation that a module declares is in the table, and on the command line."""

import ast
import importlib
import pkgutil
from pathlib import Path

import domain.operations
from domain.operations.operation import Operation
from domain.operations.table import OPERATIONS

COMMANDS = Path(__file__).parent.parent / "adapters/cli"


def declared() -> dict[tuple[str, str], str]:
    """The names of the operations by module and constant."""
    found = dict[tuple[str, str], str]()
    for each in pkgutil.iter_modules(domain.operations.__path__):
        module = importlib.import_module(f"domain.operations.{each.name}")
        rows = ((name, row) for name, row in vars(module).items() if isinstance(row, Operation))
        found |= {(module.__name__, constant): row.name for constant, row in rows}
    return found


def imported_by_the_command_line() -> set[tuple[str, str]]:
    return {
        (node.module or "", alias.name)
        for path in COMMANDS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_every_operation_is_in_the_table() -> None:
    assert set(declared().values()) == set(OPERATIONS)


def test_no_two_operations_have_the_same_name() -> None:
    names = list(declared().values())
    assert sorted(set(names)) == sorted(names)


def test_the_command_line_has_every_operation() -> None:
    imported = imported_by_the_command_line()
    assert [name for place, name in declared().items() if place not in imported] == []
