"""What a command imports in a process of its own: each module costs about a millisecond of start.

A ceiling has some air above what is needed. Who comes to it asks first whether the new import can
wait until it is needed; `python -X importtime -m adapters.cli ...` shows what came by which way.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command

ROOT = Path(__file__).parents[3]
OWN = ("domain", "infrastructure", "adapters")
PROGRAM = """
import json, sys
from adapters.cli.__main__ import run
code = run()
from_packages = [name for name, module in list(sys.modules.items())
                 if "site-packages" in (getattr(module, "__file__", None) or "")]
print(json.dumps([code, list(sys.modules), from_packages]), file=sys.stderr)
"""
READS = ("list", "show latest", "timeline latest", "events latest")
QUESTION = "What is affected if srv-01 fails?"

OWN_OF_HELP = 24
OWN_OF_A_READ = 154
OWN_OF_AN_ASK = 481
PACKAGED_OF_A_READ = 245
PACKAGED_OF_AN_ASK = 260

NOT_WITHOUT_A_SERVER = ("adapters.client", "adapters.cli.remote", "httpx")
NOT_ON_SQLITE = ("sqlalchemy.dialects.postgresql", "psycopg", "alembic", "prompt_toolkit", "cel")
NOT_FOR_A_QUESTION = (
    *NOT_ON_SQLITE,
    *NOT_WITHOUT_A_SERVER,
    "adapters.exporters",
    "adapters.estates",
    "domain.services.bulk",
    "domain.services.bundles",
    "domain.replay.bulk",
    "infrastructure.bundles",
    "infrastructure.projections.rebuild",
    "jsonpatch",
)
NOT_FOR_A_READ = (
    *NOT_FOR_A_QUESTION,
    "adapters.planners",
    "adapters.tools",
    "domain.plan",
    "domain.response",
    "domain.services.runs",
    "domain.stages",
    "infrastructure.estate",
    "infrastructure.event_store.sqlite",
    "infrastructure.projections.projections",
    "psutil",
    "rustworkx",
)


@dataclass(frozen=True)
class Loaded:
    """The modules that a process had imported when its command was done."""

    modules: frozenset[str]
    packaged_count: int

    @property
    def own_count(self) -> int:
        return sum(name.split(".")[0] in OWN for name in self.modules)

    def among(self, names: tuple[str, ...]) -> list[str]:
        """Those of the names that are there, as a module or with one below."""
        return [
            name
            for name in names
            if any(each == name or each.startswith(f"{name}.") for each in self.modules)
        ]


@pytest.fixture(scope="module")
def database(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which one question was answered."""
    path = tmp_path_factory.mktemp("starting") / "opstrail.db"
    shutil.copy(filled_database, path)
    loaded(path, "ask", QUESTION)
    return path


def loaded(database: Path, *words: str) -> Loaded:
    options = ["--database", str(database), "--tenant", "acme"]
    command = [sys.executable, "-c", PROGRAM, *options, *words]
    inherited = {name: value for name, value in os.environ.items() if "COV" not in name}
    ended = subprocess.run(
        command, cwd=ROOT, env=inherited, capture_output=True, text=True, check=True
    )
    code, modules, packaged = json.loads(ended.stderr.splitlines()[-1])
    assert code == 0, ended.stdout
    return Loaded(frozenset(modules), len(packaged))


@pytest.mark.parametrize("read", READS)
def test_a_read_opens_the_record_only(database: Path, read: str) -> None:
    found = loaded(database, "run", *read.split())
    assert found.among(NOT_FOR_A_READ) == []
    assert found.own_count <= OWN_OF_A_READ
    assert found.packaged_count <= PACKAGED_OF_A_READ


def test_a_question_loads_what_answers_it(database: Path) -> None:
    found = loaded(database, "ask", QUESTION)
    assert found.among(NOT_FOR_A_QUESTION) == []
    assert found.own_count <= OWN_OF_AN_ASK
    assert found.packaged_count <= PACKAGED_OF_AN_ASK


def test_help_loads_no_group_of_commands(database: Path) -> None:
    found = loaded(database, "--help")
    unneeded = ("adapters.cli.commands.runs", "adapters.bootstrap", *NOT_WITHOUT_A_SERVER)
    assert found.among(unneeded) == []
    assert found.own_count <= OWN_OF_HELP


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (["run", "show", "latest"], "adapters.cli.commands.runs"),
        (["run", "--help"], "adapters.cli.commands.notes"),
        (["run", "annotate", "latest", "Seen."], "adapters.cli.commands.notes"),
        (["tool", "list"], "adapters.cli.commands.tools"),
    ],
)
def test_a_command_line_loads_the_commands_that_it_names(
    database: Path, words: list[str], module: str
) -> None:
    assert module in loaded(database, *words).modules


@pytest.mark.parametrize(
    ("words", "near"), [(["rum"], "run"), (["askk"], "ask"), (["run", "flagg"], "flag")]
)
def test_an_unknown_command_is_refused_with_those_near(
    fresh: Command, words: list[str], near: str
) -> None:
    ended = fresh(*words)
    assert (ended.code, ended.out) == (2, "")
    assert f"Did you mean '{near}'" in ended.err


def test_garbage_is_looked_for_when_the_work_begins(database: Path) -> None:
    program = (
        "import gc, sys; from adapters.cli.__main__ import run; run();"
        "sys.exit(not (gc.isenabled() and gc.get_freeze_count()))"
    )
    options = ["--database", str(database), "run", "list"]
    command = [sys.executable, "-c", program, *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == 0
