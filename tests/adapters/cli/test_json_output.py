"""What commands print with `-o json` is what the documented schemas say."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
import typer.main
from jsonschema import Draft202012Validator
from typer.core import TyperCommand, TyperGroup

from adapters.bootstrap import Opstrail, open_service
from adapters.cli.app import app, main
from adapters.cli.json_output import PRINTED
from domain.aggregate.envelope import Actor
from domain.replay.bulk.events import BulkMode
from domain.replay.bulk.orders import BulkOrder
from domain.run.commands import RequestRun
from domain.writer import Authorship
from infrastructure.clock import SystemClock
from tests.adapters.cli.command import Command
from tests.adapters.cli.test_comparing import SECOND_SERVER

SCHEMAS = Path(__file__).parents[3] / "docs" / "reference" / "schemas"
BY = Authorship("acme", Actor("person", "ada"))
IMPACT = "What is affected if srv-01 fails?"
WHY = ("--reason", "to see")
EVERY = ("-q", "started > -7d")

USES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "ask": ((IMPACT,), ("How many servers are there?",), ("What is srv-99?",), ("Delete srv-01",)),
    "run start": (("--plan", "@plan"),),
    "run response": (("@good",), ("@failed",), ("@good", "--at", "1")),
    "run resume": (("@failed", *WHY),),
    "run fork": (("@good", *WHY), ("@good", *WHY, "--result", "graph=error")),
    "run rerun": (("@good", *WHY),),
    "run resume --preview": (("@failed", *WHY),),
    "run fork --preview": (("@good", *WHY, "--patch", "graph.depth=1"),),
    "run rerun --preview": (("@good", *WHY),),
    "run list": ((), ("--attention",), ("-q", "status = failed")),
    "run search": (("affected",),),
    "run list --by error": ((),),
    "run show": (("@good",), ("@failed",)),
    "run events": (("@good",),),
    "run timeline": (("@good",), ("@failed",)),
    "run trace": (("@good",), ("@failed",), ("@good", "--at", "1")),
    "run state": (("@good",), ("@failed",)),
    "run state --diff": (("@good",), ("@good", "--at", "1")),
    "run verify": (("@good",), ("@failed",)),
    "run verify --all": ((),),
    "run verify --bundle": (("@bundle",),),
    "run recover": ((), ("--preview",)),
    "run ablate": (("@good",),),
    "run compare": (("@good", "@failed"),),
    "run diagnose": (("@good",), ("@failed",)),
    "run lineage": (("@good",),),
    "run export": (("@good", "--bundle", "@new"),),
    "run import": (("@bundle",),),
    "run verify-bundle": (("@bundle",),),
    "replay start": (("--mode", "fork", *EVERY, *WHY),),
    "replay continue": (("latest",),),
    "replay show": (("latest",),),
    "replay start --preview": (("--mode", "fork", *EVERY, *WHY),),
    "replay list": ((),),
    "replay results": (("@replay",),),
    "golden show": (("impact",),),
    "golden list": ((),),
    "golden check": ((), ("--mode", "rerun")),
    "estate discover": (("--seconds", "0"),),
    "estate demo": (("--days", "1"),),
    "estate import": (("@items",),),
    "estate summary": ((),),
    "tool describe": (("ci",),),
    "tool list": ((),),
    "tool call": (("ci.search", "--params", '{"keywords": ["srv"]}'), ("ci.nothing",)),
    "log verify": ((),),
    "log verify --run": (("@good",),),
    "projection list": ((),),
    "projection status": (("run_search",),),
    "projection rebuild": (("tool_statistics",),),
    "projection rebuild-run-list": ((),),
    "db check": ((),),
    "db sweep": (("--dry-run",),),
    "doctor": ((),),
}
"""Arguments of each command; @ stands before the name of something that `Site` has."""


class Site:
    """A database with runs that went in many ways, made once and copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "opstrail.db"
        self.names = {
            "@bundle": str(folder / "run.zip"),
            "@items": str(folder / "cis.json"),
            "@plan": str(folder / "plan.json"),
        }

    def fill(self) -> None:
        self._write("@items", [SECOND_SERVER])
        self._write("@plan", self.run("ask", IMPACT, "--plan-only"))
        self.run("ask", IMPACT)
        self.names["@good"] = self.run("ask", IMPACT, "-o", "json")["run_id"]
        forked = ("run", "fork", self.names["@good"], *WHY, "-o", "json")
        self.names["@failed"] = self.run(*forked, "--result", "graph=error")["run_id"]
        self.run("run", "export", self.names["@good"], "--bundle", self.names["@bundle"])
        self.run("golden", "pin", self.names["@good"], "--name", "impact")
        verified = self.run("replay", "start", "--mode", "verify", *EVERY, *WHY, "-o", "json")
        self.names["@replay"] = verified["replay_id"]
        with open_service(f"sqlite:///{self.database}") as service:
            self._leave_undone(service)

    def run(self, *arguments: str) -> Any:  # noqa: ANN401 - tests look into it
        with redirect_stdout(StringIO()) as out:
            main(["--database", str(self.database), "--tenant", "acme", *arguments])
        return json.loads(out.getvalue()) if out.getvalue().startswith("{") else None

    def _write(self, name: str, content: object) -> None:
        Path(self.names[name]).write_text(json.dumps(content), encoding="utf-8")

    def _leave_undone(self, service: Opstrail) -> None:
        """Start a bulk replay, and lose a run."""
        order = BulkOrder(mode=BulkMode.VERIFY, filter="started > -7d", reason="to see")
        service.bulk_replays.start(order, BY)
        service.service.request(RequestRun(question=IMPACT), BY)


@pytest.fixture(scope="module")
def site(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("printed"))
    shutil.copy(filled_database, site.database)
    site.fill()
    return site


@pytest.fixture
def later(opstrail: Command, site: Site, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on a copy, when an hour has passed: what nobody began is lost."""
    shutil.copy(site.database, opstrail.database)
    now = SystemClock().now() + timedelta(hours=1)
    monkeypatch.setattr(SystemClock, "now", lambda _: now)
    return opstrail


def schema_of(command: str) -> dict[str, Any]:
    (name,) = [name for name, printed in PRINTED.items() if command in printed.commands]
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return schema


def closed(schema: Any) -> Any:  # noqa: ANN401 - a schema in a schema
    """The same schema, with no fields allowed but those that it names."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return {"additionalProperties": False, **inner} if is_object else inner


def differences(command: str, printed: object) -> list[str]:
    errors = Draft202012Validator(closed(schema_of(command))).iter_errors(printed)
    return [f"{error.json_path}: {error.message[:300]}" for error in errors]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(command, arguments) for command, uses in USES.items() for arguments in uses],
    ids=str,
)
def test_what_is_printed_is_what_the_schema_says(
    later: Command, site: Site, tmp_path: Path, command: str, arguments: tuple[str, ...]
) -> None:
    names = {**site.names, "@new": str(tmp_path / "new.zip")}
    given = [names.get(each, each) for each in arguments]
    printed = later(*command.split(), *given, "-o", "json").json
    assert (differences(command, printed), printed != []) == ([], True)


def test_a_divergence_is_printed_as_its_schema_says(
    later: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.stages.execution.call_label", lambda *_: "other")
    ended = later("run", "verify", site.names["@good"], "-o", "json")
    assert (differences("run verify", ended.json), ended.json["verdict"]) == ([], "diverged")


def test_a_field_that_no_schema_names_is_found() -> None:
    assert differences("tool call", {"success": True, "more": 1}) == [
        "$: Additional properties are not allowed ('more' was unexpected)"
    ]


def test_every_documented_command_is_tried() -> None:
    assert {command for each in PRINTED.values() for command in each.commands} == set(USES)


def test_every_schema_is_of_a_command_or_of_plan_files() -> None:
    assert {file.stem for file in SCHEMAS.iterdir()} == {*PRINTED, "plan"}


def commands(path: str, command: TyperCommand | TyperGroup) -> Iterator[tuple[str, set[str]]]:
    """The commands, each with the names of its parameters."""
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from commands(f"{path} {name}".strip(), cast("TyperCommand", child))
    else:
        yield path, {str(param.name) for param in command.params}


def test_every_command_that_prints_json_is_documented() -> None:
    found = commands("", cast("TyperGroup", typer.main.get_command(app)))
    printing = {command for command, params in found if "output" in params}
    assert printing == {command for command in USES if "--" not in command}
