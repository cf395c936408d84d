"""Writes the reference pages that are made from the code; with --check only says which are stale.

python docs/generate.py [--check]
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from adapters.cli.app import app
from adapters.cli.exit_codes import MEANINGS, exit_code_of
from adapters.cli.json_output import PRINTED, Printed
from adapters.planners.rules.catalogue import questions_page
from adapters.tools.builtin import builtin_tools
from domain.aggregates import AGGREGATES
from domain.run.lifecycle import FINAL_STATES, LIFECYCLE, RunState
from domain.stages.faults import FaultCode
from domain.tools.contracts import BaseTool, ToolErrorCode

if TYPE_CHECKING:
    from domain.estate.port import Estate

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- made by docs/generate.py: change the code, not this page -->"


def main() -> None:
    """Write every page, or with --check exit with 1 when one is stale."""
    stale = [name for name, page in PAGES.items() if not _is_current(name, page())]
    if "--check" not in sys.argv[1:]:
        for name in stale:
            (REFERENCE / name).write_text(PAGES[name](), encoding="utf-8")
            print(f"wrote docs/reference/{name}")
        return
    if stale:
        print("stale, run `python docs/generate.py`:", ", ".join(stale))
        sys.exit(1)


def _is_current(name: str, page: str) -> bool:
    path = REFERENCE / name
    return path.exists() and path.read_text(encoding="utf-8") == page


def _lifecycle() -> str:
    rows = [
        (
            f"`{state}`",
            ", ".join(f"`{each}`" for each in LIFECYCLE.allowed_triggers(state)) or "none",
        )
        for state in RunState
    ]
    final = ", ".join(f"`{state}`" for state in sorted(FINAL_STATES))
    return _page(
        "Lifecycle of a run",
        "Every trigger leads to one state, whatever state it starts from.",
        f"```mermaid\n{_plain(LIFECYCLE.diagram())}\n```",
        f"Final states: {final}. What is possible in each state:",
        _table(("state", "triggers"), rows),
    )


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
        fields = kind.model_json_schema()["properties"] if kind.model_fields else {}
        rows = [
            (f"`{name}`", _type(field), f"`{field['default']}`" if "default" in field else "")
            for name, field in fields.items()
        ]
        trigger = f" Pulls `{kind.trigger}`." if kind.trigger else ""
        about = f"{_first(kind.__doc__)} Schema version {kind.schema_version}.{trigger}"
        table = _table(("field", "type", "default"), rows)
        sections.append(f"## `{stored_as}`\n\n{about}\n\n{table}")
    return _page("Events", "Stored names and shapes are for ever.", *sections)


def _tools() -> str:
    estate = cast("Estate", None)  # the pages are made from the classes; nothing is read
    tools = builtin_tools(estate)
    return _page("Tools", "What plans can call.", *(_tool(tool) for tool in tools))


def _tool(tool: BaseTool) -> str:
    parts = [f"## {tool.tool_name}\n\n{tool.description}"]
    for operation in tool.operations.values():
        schema = operation.params.model_json_schema()
        needed = set(schema.get("required", ()))
        rows = [
            (
                f"`{name}`",
                _type(field),
                "required" if name in needed else f"`{field.get('default')}`",
            )
            for name, field in schema.get("properties", {}).items()
        ]
        parts.append(
            f"### {tool.tool_name}.{operation.name}\n\n{operation.summary}\n\n"
            + _table(("parameter", "type", "default"), rows)
        )
    return "\n\n".join(parts)


def _errors() -> str:
    exits = [(f"{int(code)}", meaning) for code, meaning in MEANINGS.items()]
    codes = sorted({*FaultCode, *ToolErrorCode})
    rows = [(f"`{code}`", str(int(exit_code_of(code)))) for code in codes]
    return _page(
        "Errors",
        "Exit codes of every command:",
        _table(("code", "means"), exits),
        "Codes of failed runs and calls, and how `opstrail ask` ends with them:",
        _table(("error code", "exit code"), rows),
    )


def _cli() -> str:
    root = cast("TyperGroup", typer.main.get_command(app))
    return _page("Commands", *(_command(path, each) for path, each in _commands("opstrail", root)))


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
        parts.append(_table(("option", "means"), rows))
    return "\n\n".join(parts)


def _unwrapped(text: str | None) -> str:
    return (text or "").replace("\b\n", "\n").replace("\x0c", "").strip()


def _type(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _first(docstring: str | None) -> str:
    return " ".join((docstring or "").strip().split("\n\n", 1)[0].split())


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return "None."
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([MADE, f"# {title}", *parts]) + "\n"


def _json_output() -> str:
    rows = [
        (
            ", ".join(f"`opstrail {command}`" for command in printed.commands),
            _about(printed),
            f"[{name}](schemas/{name}.json)",
        )
        for name, printed in PRINTED.items()
    ]
    return _page(
        "JSON output",
        "What commands print with `-o json`: one JSON value on standard output; remarks go to"
        " standard error. A command that ends with a message there, or finds no run to replay,"
        " prints no JSON."
        " The schemas are those of this version; later ones may have more fields.",
        _table(("command", "prints", "JSON Schema"), rows),
    )


def _about(printed: Printed) -> str:
    listed = get_args(printed.kind)
    return f"List of: {_first(listed[0].__doc__)}" if listed else _first(printed.kind.__doc__)


def _schema(name: str) -> str:
    return json.dumps(PRINTED[name].schema(), indent=2, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": _lifecycle,
    "events.md": _events,
    "tools.md": _tools,
    "errors.md": _errors,
    "cli.md": _cli,
    "json-output.md": _json_output,
    "questions.md": questions_page,
    **{f"schemas/{name}.json": partial(_schema, name) for name in PRINTED},
}

if __name__ == "__main__":
    main()
