"""The code keeps its own rules, and each rule notices when it is broken."""

import shutil
from pathlib import Path

import pytest

from tests.architecture import (
    DECLARATION_LINES,
    FILE_LINES,
    FUNCTION_LINES,
    MEDIAN_LINES,
    NINETIETH_PERCENTILE_LINES,
    RULES,
    Rule,
    every_test_asserts,
    files_are_short,
    floats_are_added_in_one_way,
    functions_are_short,
    imports_keep_the_layers,
    most_functions_are_very_short,
    names_say_what_is_inside,
    nothing_is_left_unfinished,
    packages_say_what_they_are_for,
)

ROOT = Path(__file__).parent.parent


def function_of(lines: int, name: str = "rule") -> str:
    return f'def {name}():\n    """Docstring."""\n' + "    x = 1\n" * lines


def write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that keeps every rule."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("domain", "infrastructure", "adapters"):
        write(tmp_path, f"{package}/__init__.py", f'"""The {package}."""\n')
    for module in ("large_results", "writer"):  # which contracts name
        write(tmp_path, f"domain/{module}.py", '"""A module."""\n')
    write(tmp_path, "domain/ports.py", function_of(1))
    return write(tmp_path, "tests/test_ports.py", "def test_it():\n    assert True\n")


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_project_that_keeps_the_rule_passes(rule: Rule, project: Path) -> None:
    assert rule(project) == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (files_are_short, "tests/test_long.py", "x = 1\n" * (FILE_LINES + 1)),
        (files_are_short, "domain/run/events.py", "x = 1\n" * (DECLARATION_LINES + 1)),
        (functions_are_short, "tests/test_long.py", function_of(FUNCTION_LINES + 1)),
        (names_say_what_is_inside, "domain/utils.py", ""),
        (names_say_what_is_inside, "domain/run_helpers.py", ""),
        (names_say_what_is_inside, "domain/common/rule.py", ""),
        (packages_say_what_they_are_for, "domain/run/rule.py", ""),
        (packages_say_what_they_are_for, "domain/run/__init__.py", "x = 1\n"),
        (nothing_is_left_unfinished, "domain/rule.py", "x = 1  # \x54ODO: y\n"),
        (nothing_is_left_unfinished, "tests/test_rule.py", "x = 1  # \x46IXME\n"),
        (floats_are_added_in_one_way, "domain/rule.py", "x = sum([0.1, 0.2])\n"),
        (floats_are_added_in_one_way, "adapters/tools/rule.py", "x = map(sum, [[0.1]])\n"),
        (every_test_asserts, "tests/test_rule.py", "def test_it():\n    print(1)\n"),
    ],
)
def test_a_broken_rule_is_noticed(rule: Rule, path: str, text: str, project: Path) -> None:
    assert len(rule(write(project, path, text))) == 1


def test_long_functions_are_noticed_when_they_are_the_usual_ones(project: Path) -> None:
    write(project, "domain/rule.py", function_of(MEDIAN_LINES + 1) * 3)
    assert most_functions_are_very_short(project) == [
        f"the median function has {MEDIAN_LINES + 1} lines"
    ]


def test_a_few_long_functions_too_many_are_noticed(project: Path) -> None:
    long = function_of(NINETIETH_PERCENTILE_LINES + 1)
    write(project, "domain/rule.py", function_of(1) * 7 + long * 2)
    assert len(most_functions_are_very_short(project)) == 1


@pytest.mark.parametrize(
    "assertion",
    [
        "assert True",
        "with pytest.raises(ValueError): pass",
        "given(REQUESTED).when(CANCEL).then(CANCELLED)",
        "assert_unchanged(1)",
    ],
)
def test_every_form_of_assertion_counts(assertion: str, project: Path) -> None:
    text = f"def test_it():\n    {assertion}\n"
    assert every_test_asserts(write(project, "tests/test_rule.py", text)) == []


def test_signature_and_docstring_do_not_count_as_length(project: Path) -> None:
    parameters = ",\n".join(f"    parameter{n}" for n in range(FUNCTION_LINES))
    docstring = "Docstring.\n" * FUNCTION_LINES
    text = f'def rule(\n{parameters},\n):\n    """{docstring}"""\n    return 1\n'
    assert functions_are_short(write(project, "domain/rule.py", text)) == []


def test_the_methods_of_a_port_do_not_make_the_others_look_short(project: Path) -> None:
    port = (function_of(0) + "def append(): ...\n") * 9
    write(project, "domain/ports.py", port)
    write(project, "domain/rule.py", function_of(MEDIAN_LINES + 1) * 2)
    assert len(most_functions_are_very_short(project)) == 1


@pytest.mark.parametrize(
    ("contract", "path", "imported"),
    [
        ("Imports point inwards", "domain/estate/x.py", "infrastructure.clock"),
        ("Imports point inwards", "infrastructure/x.py", "adapters.bootstrap"),
        ("In the domain", "domain/estate/x.py", "domain.ports"),
        ("In the domain", "domain/tools/x.py", "domain.stages.runner"),
        ("In the domain", "domain/elsewhere.py", "json"),
        ("The domain does no I/O", "domain/estate/x.py", "sqlalchemy"),
        ("The domain does no I/O", "domain/estate/x.py", "os"),
        ("Only the lifecycle", "domain/run/events.py", "transitions"),
        ("Only the composition", "adapters/cli/x.py", "infrastructure.clock"),
        ("Only the composition", "adapters/tools/x.py", "infrastructure.clock"),
        ("Faces do not import each other", "adapters/cli/x.py", "adapters.http.x"),
        ("Faces do not import each other", "adapters/tools/x.py", "adapters.bootstrap"),
        ("Faces do not import each other", "adapters/elsewhere.py", "json"),
        ("Faces reach driven adapters", "adapters/cli/x.py", "adapters.tools.x"),
        ("Faces reach driven adapters", "adapters/cli/x.py", "adapters.estates.x"),
        ("A command parses", "adapters/cli/x.py", "domain.services.x"),
        ("A command parses", "adapters/cli/x.py", "domain.writer"),
        ("Tools read the estate", "adapters/tools/x.py", "sqlalchemy"),
        ("No import cycles", "infrastructure/clock.py", "infrastructure.ids"),
    ],
)
def test_a_forbidden_import_is_noticed(
    contract: str, path: str, imported: str, layered: Path
) -> None:
    write(layered, path, f"import {imported}\n")
    (report,) = imports_keep_the_layers(layered)
    (broken,) = [line for line in report.splitlines() if line.endswith(" BROKEN")]
    assert broken.startswith(contract)


@pytest.mark.parametrize(
    ("path", "imported"),
    [
        ("adapters/bootstrap.py", "infrastructure.clock"),
        ("adapters/bootstrap.py", "adapters.tools.x"),
        ("adapters/cli/x.py", "adapters.bootstrap"),
        ("adapters/faults.py", "domain.services.x"),
        ("adapters/cli/commands/serve.py", "adapters.http.x"),
        ("domain/aggregate/lifecycle.py", "transitions"),
        ("infrastructure/clock.py", "sqlalchemy"),
    ],
)
def test_an_import_that_the_layers_allow_passes(path: str, imported: str, layered: Path) -> None:
    assert imports_keep_the_layers(write(layered, path, f"import {imported}\n")) == []


@pytest.fixture
def layered(project: Path) -> Path:
    """The small project with an empty module in several layers."""
    for folder in ("aggregate", "estate", "run", "tools", "stages", "services"):
        write(project, f"domain/{folder}/__init__.py", "")
    write(project, "domain/services/x.py", "")
    for folder in ("cli", "http", "tools", "estates"):
        write(project, f"adapters/{folder}/__init__.py", "")
        write(project, f"adapters/{folder}/x.py", "")
    write(project, "domain/stages/runner.py", "")
    write(project, "adapters/bootstrap.py", "")
    write(project, "infrastructure/clock.py", "")
    return write(project, "infrastructure/ids.py", "import infrastructure.clock\n")
