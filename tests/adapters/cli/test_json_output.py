"""What commands print with `-o json` is what the documented schemas say."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
import typer.main
from jsonschema import Draft202012Validator
from typer.core import TyperCommand, TyperGroup

from adapters.cli.app import whole_app
from adapters.cli.bindings import NOT_OF_A_COMMAND, commands_of
from adapters.cli.session import Session
from domain.operations.operation import Operation, Params
from domain.operations.table import OPERATIONS
from infrastructure.clock import SystemClock
from tests.adapters.cli.command import Command
from tests.adapters.site import EVERY, IMPACT, WHY, Site

SCHEMAS = Path(__file__).parents[3] / "docs" / "reference" / "schemas"
WORDS = ("words:house", "--why", "to see")
ALONE = (
    *("run verify --all", "run recover", "run recover --dry-run", "run aggregate", "replay list"),
    *("delivery resend", "golden list", "golden check", "golden check --mode rerun", "rule list"),
    *("asset list", "estate history", "estate changes", "estate summary", "words list"),
    *("key list", "audit", "tool list", "tool rank", "tool sources", "log verify", "log timeline"),
    *("projection list", "doctor", "projection rebuild-run-list", "db check", "db size"),
)
USES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys((*ALONE, "delivery list"), ((),)),
    "ask": ((IMPACT,), ("How many servers are there?",), ("What is srv-99?",), ("Delete srv-01",)),
    "run start": (("--plan", "@plan"),),
    "run response": (("@good",), ("@asking",), ("@failed",), ("@good", "--at", "1")),
    "run trace": (("@good",), ("@failed", "--at", "1")),
    **dict.fromkeys(("run resume", "run resume --preview"), (("@failed", *WHY),)),
    "run fork": (("@good", *WHY), ("@good", *WHY, "--result", "graph=error")),
    **dict.fromkeys(("run rerun", "run rerun --preview"), (("@good", *WHY),)),
    **dict.fromkeys(("ask --plan-only", "ask --explain"), ((IMPACT,),)),
    "run annotate": (("@good", "seen"),),
    **dict.fromkeys(("run erase", "run erase --preview"), (("@large", "a", *WHY),)),
    **dict.fromkeys(("run approve", "run deny"), (("@asking", "a", *WHY),)),
    "run cancel": (("@waiting", *WHY),),
    "run flag": (("@good", "wrong", "--note", "one is missing"), ("@failed", "unclear")),
    "run fork --preview": (("@good", *WHY, "--patch", "graph.depth=1"),),
    "run list": ((), ("--attention",), ("-q", "status = failed")),
    "run search": (("affected",),),
    "run failures": ((), ("--since", "-1d"), ("-q", "status = failed")),
    **dict.fromkeys(("run show", "run timeline", "run watch"), (("@good",), ("@failed",))),
    "run stage": tuple(("@good", stage) for stage in ("route_plan", "execute", "present")),
    **dict.fromkeys(("run state", "run status", "run diagnose"), (("@good",), ("@failed",))),
    "run verify": (("@good",), ("@failed",)),
    "run show --call": (("graph", "@good"),),
    "run state --diff": (("@good",), ("@good", "--at", "1")),
    **dict.fromkeys(("run ablate", "run events", "run lineage"), (("@good",),)),
    **dict.fromkeys(("run compare", "run bisect"), (("@good", "@failed"),)),
    "run export": (("@good", "--bundle", "@new"),),
    **dict.fromkeys(("run import", "run verify-bundle", "run verify --bundle"), (("@bundle",),)),
    **dict.fromkeys(("replay continue", "replay show"), (("latest",),)),
    **{f"replay start{more}": (("--mode", "fork", *EVERY, *WHY),) for more in ("", " --preview")},
    "replay results": (("@replay",),),
    "golden show": (("impact",),),
    "estate discover": (("--seconds", "0"),),
    "estate demo": (("--days", "1"),),
    "estate import": (("@items", "--dry-run"),),
    "estate remove": (("srv-01", *WHY),),
    **dict.fromkeys(("asset show", "asset diff"), (("view:IMPACT",), ("words:house",))),
    **dict.fromkeys(("asset draft", "asset publish"), ((*WORDS, "@words"),)),
    "asset rollback": ((*WORDS, "--to", "1"),),
    "asset retire": (WORDS,),
    **{f"words {what}": (("pray",),) for what in ("add", "remove", "test")},
    "key create": (("ada", "--role", "viewer", "--why", "a test"),),
    **dict.fromkeys(("key rotate", "key revoke"), (("@key", "--why", "a test"),)),
    "tool describe": (("ci",),),
    "tool call": (("ci.search", "--params", '{"keywords": ["srv"]}'), ("ci.nothing",)),
    **dict.fromkeys(("rule show", "rule test"), (("r-cpu",), ("r-trigger",))),
    "log verify --run": (("@good",),),
    "projection status": (("run_search",),),
    "projection rebuild": (("tool_statistics",),),
    "db sweep": (("--dry-run",),),
    **dict.fromkeys(("db backup", "estate export"), (("@new",),)),
}
"""Arguments of each command; @ stands before the name of something that `Site` has."""

WITHOUT_JSON: Mapping[str, tuple[str, ...]] = {
    "run step": ("@good",),
    "replay abort": ("latest", *WHY),
    "golden pin": ("@good", "--name", "other"),
    "golden unpin": ("impact",),
    "log export": ("@new",),
    "log import": ("@log",),
    "db upgrade": (),
}
"""The commands that print text only."""

BOUND: Mapping[str, Operation[Any, Any]] = {
    command: operation
    for operation in OPERATIONS.values()
    for command in commands_of(operation.name)
}
"""The operation that each command asks for."""


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
    monkeypatch.setenv("OPSTRAIL_SOURCES_FILE", str(Path(__file__).with_name("sources.toml")))
    return opstrail


def schema_of(command: str) -> dict[str, Any]:
    path = SCHEMAS / f"{BOUND[command].view.name}.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
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


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Operation[Any, Any], Any]]:
    """Every operation that a command asks for, with what came back."""
    heard: list[tuple[Operation[Any, Any], Any]] = []
    call = Session.call

    def note(
        self: Session,
        operation: Operation[Any, Any],
        params: Params,
        **options: Any,  # noqa: ANN401 - passed on
    ) -> object:
        assert type(params).model_validate_json(params.model_dump_json()) == params
        value = call(self, operation, params, **options)
        heard.append((operation, value))
        return value

    monkeypatch.setattr(Session, "call", note)
    return heard


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(command, arguments) for command, uses in USES.items() for arguments in uses],
    ids=str,
)
def test_what_is_printed_fits_its_schema_and_reads_back_as_what_the_operation_gave(
    later: Command,
    site: Site,
    tmp_path: Path,
    answered: list[tuple[Operation[Any, Any], Any]],
    command: str,
    arguments: tuple[str, ...],
) -> None:
    names = {**site.names, "@new": str(tmp_path / "new.zip")}
    given = [names.get(each, each) for each in arguments]
    printed = later(*command.split(), *given, "-o", "json").json
    assert (differences(command, printed), printed != []) == ([], True)
    operation, value = answered[-1]
    assert operation is BOUND[command]
    assert operation.view.from_json(printed) == value
    assert operation.view.to_json(value) == printed


@pytest.mark.parametrize("command", WITHOUT_JSON)
def test_what_a_command_without_json_asked_for_reads_back_too(
    later: Command,
    site: Site,
    tmp_path: Path,
    answered: list[tuple[Operation[Any, Any], Any]],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("q\n"))
    names = {**site.names, "@new": str(tmp_path / "new"), "@log": str(tmp_path / "log")}
    if command == "log import":
        later("log", "export", names["@log"])
        later = replace(later, database=tmp_path / "other.db")
    ended = later(*command.split(), *(names.get(each, each) for each in WITHOUT_JSON[command]))
    operation, value = answered[-1]
    assert (ended.code, operation) == (0, BOUND[command])
    assert operation.view.from_json(operation.view.to_json(value)) == value


def test_a_divergence_is_printed_as_its_schema_says(
    later: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.stages.call_making.call_label", lambda *_: "other")
    ended = later("run", "verify", site.names["@good"], "-o", "json")
    assert (differences("run verify", ended.json), ended.json["verdict"]) == ([], "diverged")


def test_a_field_that_no_schema_names_is_found() -> None:
    assert differences("tool call", {"success": True, "more": 1}) == [
        "$: Additional properties are not allowed ('more' was unexpected)"
    ]


def test_the_command_line_has_every_operation() -> None:
    tried = {*USES, *WITHOUT_JSON, "db roles"}
    lacking = {name for name in OPERATIONS if not tried.issuperset(commands_of(name))}
    assert (lacking, tried - BOUND.keys(), NOT_OF_A_COMMAND.keys() - OPERATIONS) == (set(),) * 3


def test_every_schema_is_of_a_command_or_of_plan_files() -> None:
    names = {BOUND[command].view.name for command in (*USES, "db roles")}
    assert {file.stem for file in SCHEMAS.iterdir()} == {*names, "plan"}


def commands(path: str, command: TyperCommand | TyperGroup) -> Iterator[tuple[str, set[str]]]:
    """The commands, each with the names of its parameters."""
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from commands(f"{path} {name}".strip(), cast("TyperCommand", child))
    else:
        yield path, {str(param.name) for param in command.params}


def test_every_command_that_prints_json_is_documented() -> None:
    found = commands("", cast("TyperGroup", typer.main.get_command(whole_app())))
    printing = {command for command, params in found if "output" in params}
    assert printing == {command for command in (*USES, "db roles") if "--" not in command}
