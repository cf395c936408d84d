"""Every operation that a module declares is in the table, under a name of its own."""

import importlib
import pkgutil

import domain.operations
from domain.operations.operation import Operation
from domain.operations.table import OPERATIONS


def declared() -> dict[int, str]:
    """The names of the operations, each once by its identity, wherever it is imported."""
    modules = pkgutil.walk_packages(domain.operations.__path__, "domain.operations.")
    loaded = (importlib.import_module(each.name) for each in modules)
    rows = (row for module in loaded for row in vars(module).values())
    return {id(row): row.name for row in rows if isinstance(row, Operation)}


def test_every_operation_is_in_the_table() -> None:
    assert set(declared().values()) == set(OPERATIONS)


def test_no_two_operations_have_the_same_name() -> None:
    names = sorted(declared().values())
    assert names == sorted(set(names))
