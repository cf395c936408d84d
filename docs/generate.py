"""Writes what is made from the code, pages and files; with --check only says which are stale.

python docs/generate.py [--check]
"""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast, get_args, get_origin

import typer.main
from pydantic import TypeAdapter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from adapters.cli.app import whole_app
from adapters.cli.bindings import commands_of
from adapters.cli.exit_codes import MEANINGS, exit_code_of
from adapters.tools.builtin import builtin_tools, outside_tools
from docs.client_files import CLIENT_FILES, ROOT
from docs.pages import fields, first_paragraph, page, table
from docs.plan_page import plan_file, plan_page
from docs.questions_page import questions_page
from docs.redaction_page import REMOVED, redaction_page
from docs.topic_pages import TOPIC_PAGES
from domain.aggregates import AGGREGATES
from domain.operations.table import OPERATIONS
from domain.run.lifecycle import LIFECYCLE, RunState, Trigger
from domain.stages.faults import FaultCode
from domain.tools.contracts import BaseTool, ToolErrorCode
from domain.views.json_form import View
from infrastructure.settings import PREFIX, Settings

if TYPE_CHECKING:
    from domain.query.selection import QueriedEstate


def main() -> None:
    """Write every file, or with --check exit with 1 when one is stale."""
    stale = [name for name, made in FILES.items() if not _is_current(name, made())]
    if "--check" not in sys.argv[1:]:
        for name in stale:
            (ROOT / name).write_text(FILES[name](), encoding="utf-8")
            print(f"wrote {name}")
        return
    if stale:
        print("stale, run `python docs/generate.py`:", ", ".join(stale))
        sys.exit(1)


def _is_current(name: str, text: str) -> bool:
    path = ROOT / name
    return path.exists() and path.read_text(encoding="utf-8") == text


def _lifecycle() -> str:
    rows = [(f"`{state}`", ", ".join(_possible(state)) or "none") for state in RunState]
    return page(
        "Lifecycle of a run",
        "Every trigger leads to one state, whatever state it starts from.",
        f"```mermaid\n{_plain(LIFECYCLE.diagram())}\n```",
        "Final are `rejected` runs, and those that are `completed` as `success`: nothing can"
        " happen to them any more but remarks, flags and pins. What is possible in each state:",
        table(("state", "triggers"), rows),
    )


def _possible(state: RunState) -> Iterator[str]:
    for trigger in LIFECYCLE.allowed_triggers(state):
        is_guarded = state is RunState.COMPLETED and trigger is Trigger.RESUME
        yield f"`{trigger}`" + (" (as `partial` or `degraded`)" if is_guarded else "")


def _plain(drawn: str) -> str:
    """Leave out the heading, and the colours, which are made for a light background only."""
    lines = drawn[drawn.index("stateDiagram") :].splitlines()
    coloured = ("classDef", "Class ")
    return "\n".join(
        line for line in lines if line.strip() and not line.strip().startswith(coloured)
    )


def _events() -> str:
    sections = []
    kinds = [item for aggregate in AGGREGATES for item in aggregate.types.items()]
    for stored_as, kind in kinds:
        shape = fields(TypeAdapter(kind).json_schema())
        rows = [row[:3] for row in shape if row[0] != "`removed`"]
        trigger = f" Pulls `{kind.trigger}`." if kind.trigger else ""
        personal = ", ".join(f"`{name}`" for name in kind.personal)
        may = f" May hold personal data: {personal}." if personal else ""
        says = f"Schema version {kind.schema_version}.{trigger}{may}"
        about = f"{first_paragraph(kind.__doc__)} {says}"
        sections += [f"## `{stored_as}`", about, table(("field", "type", "default"), rows)]
    return page("Events", "Stored names and shapes are for ever.", REMOVED, *sections)


def _tools() -> str:
    estate = cast("QueriedEstate", None)  # the pages are made from the classes; nothing is read
    tools = [*builtin_tools(estate), *outside_tools(cast("Any", None))]
    return page("Tools", "What plans can call.", *(_tool(tool) for tool in tools))


def _tool(tool: BaseTool) -> str:
    parts = [f"## {tool.tool_name}\n\n{tool.description}"]
    for operation in tool.operations.values():
        rows = [row[:3] for row in fields(operation.params.model_json_schema())]
        parts.append(
            f"### {tool.tool_name}.{operation.name}\n\n{operation.summary}\n\n"
            + table(("parameter", "type", "default"), rows)
        )
    return "\n\n".join(parts)


def _errors() -> str:
    exits = [(f"{int(code)}", meaning) for code, meaning in MEANINGS.items()]
    codes = sorted({*FaultCode, *ToolErrorCode})
    rows = [(f"`{code}`", str(int(exit_code_of(code)))) for code in codes]
    return page(
        "Errors",
        "Exit codes of every command:",
        table(("code", "means"), exits),
        "An error that nobody foresaw ends with 1 and one line, which names a file in your state"
        " folder (`~/.local/state/opstrail/log`) with the traceback, without passwords. With"
        " `OPSTRAIL_DEBUG=1` the traceback is printed instead.",
        "Codes of failed runs and calls, and how `opstrail ask` ends with them:",
        table(("error code", "exit code"), rows),
    )


def _cli() -> str:
    root = cast("TyperGroup", typer.main.get_command(whole_app()))
    return page("Commands", *(_command(path, each) for path, each in _commands("opstrail", root)))


def _commands(path: str, command: TyperCommand | TyperGroup) -> Iterator[tuple[str, TyperCommand]]:
    yield path, cast("TyperCommand", command)
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from _commands(f"{path} {name}", cast("TyperCommand", child))


def _command(path: str, command: TyperCommand) -> str:
    arguments = [param for param in command.params if isinstance(param, TyperArgument)]
    usage = " ".join([path, *(param.metavar or str(param.name).upper() for param in arguments)])
    rows = [
        (", ".join(f"`{opt}`" for opt in (*param.opts, *param.secondary_opts)), param.help or "")
        for param in command.params
        if isinstance(param, TyperOption) and not param.hidden
    ]
    parts = [f"## `{usage}`", _unwrapped(command.help)]
    if command.epilog:
        parts.append(f"```\n{_unwrapped(command.epilog)}\n```")
    if rows:
        parts.append(table(("option", "means"), rows))
    return "\n\n".join(parts)


def _unwrapped(text: str | None) -> str:
    return (text or "").replace("\b\n", "\n").replace("\x0c", "").strip()


def _settings() -> str:
    root = cast("TyperGroup", typer.main.get_command(whole_app()))
    options = [param for param in root.params if isinstance(param, TyperOption) and param.envvar]
    given = [
        (f"`{each.envvar}`", "text", f"`{each.default}`", f"{each.help} Option `{each.opts[0]}`.")
        for each in options
    ]
    own = [
        (f"`{PREFIX}{name.strip('`').upper()}`", *rest)
        for name, *rest in fields(Settings.model_json_schema())
    ]
    return page(
        "Settings",
        "Environment variables that `opstrail` reads. An option of the command goes before its"
        " variable; one that is empty counts as not set; a value that is not allowed is refused.",
        table(("variable", "type", "default", "means"), [*given, *own]),
    )


def _json_output() -> str:
    rows = [
        (
            ", ".join(f"`opstrail {command}`" for command in commands),
            _about(view),
            f"[{view.name}](schemas/{view.name}.json)",
        )
        for view, commands in _printed().values()
    ]
    return page(
        "JSON output",
        "What commands print with `-o json`: one JSON value on standard output; remarks go to"
        " standard error. A command that ends with a message there, or finds no run to replay,"
        " prints no JSON."
        " The schemas are those of this version; later ones may have more fields.",
        table(("command", "prints", "JSON Schema"), rows),
    )


def _printed() -> dict[str, tuple[View[Any], list[str]]]:
    """The views that commands print as JSON, by name, with these commands."""
    root = cast("TyperGroup", typer.main.get_command(whole_app()))
    printing = {
        path.removeprefix("opstrail ")
        for path, command in _commands("opstrail", root)
        if any(param.name == "output" for param in command.params)
    }
    found: dict[str, tuple[View[Any], list[str]]] = {}
    for operation in OPERATIONS.values():
        commands = [
            command
            for command in commands_of(operation.name)
            if command.partition(" --")[0] in printing
        ]
        if commands:
            found.setdefault(operation.view.name, (operation.view, []))[1].extend(commands)
    return found


def _about(view: View[Any]) -> str:
    kinds = [each for each in (view.kind, *get_args(view.kind)) if isinstance(each, type)]
    about = first_paragraph(kinds[0].__doc__ if kinds else str(view.schema()["description"]))
    return f"List of: {about}" if get_origin(view.kind) is list else about


def _schema(view: View[Any]) -> str:
    return json.dumps(view.schema(), indent=2, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": _lifecycle,
    "events.md": _events,
    "tools.md": _tools,
    "errors.md": _errors,
    "cli.md": _cli,
    "settings.md": _settings,
    "json-output.md": _json_output,
    "plan.md": plan_page,
    **TOPIC_PAGES,
    "schemas/plan.json": lambda: json.dumps(plan_file(), indent=2, ensure_ascii=False) + "\n",
    "questions.md": questions_page,
    "redaction.md": redaction_page,
    **{f"schemas/{name}.json": partial(_schema, view) for name, (view, _) in _printed().items()},
}
FILES = {**{f"docs/reference/{name}": made for name, made in PAGES.items()}, **CLIENT_FILES}

if __name__ == "__main__":
    main()
