"""Tools and results of calls as text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import table_of
from domain.json import Cell
from domain.views.source import SourceState
from domain.views.tool import ToolInfo, ToolResult

_PARAM_COLUMNS = ("parameter", "type", "default", "meaning")


def show_tools(screen: Screen, infos: list[ToolInfo]) -> None:
    """Print a line for each operation of each tool."""
    rows: list[list[Cell]] = [
        [f"{info['name']}.{name}", operation["summary"], info["origin"]]
        for info in infos
        for name, operation in info["operations"].items()
    ]
    screen.show(table_of(("operation", "what it does", "from"), rows))


def show_sources(screen: Screen, sources: list[SourceState]) -> None:
    """Print a line for each source."""
    rows: list[list[Cell]] = [
        [each.name, each.kind, each.url, each.problem or f"answers ({each.duration_ms:.0f} ms)"]
        for each in sources
    ]
    screen.show(table_of(("source", "kind", "url", "state"), rows))
    if not sources:
        screen.tell("no sources: OPSTRAIL_SOURCES_FILE names the file that has them")


def show_tool(screen: Screen, info: ToolInfo) -> None:
    """Print the operations of a tool with their parameters."""
    screen.show(Text(f"{info['name']}: {info['description']}", style="bold"))
    screen.show(Text(f"from {info['origin']}", style="dim"))
    for name, operation in info["operations"].items():
        screen.show("", Text(f"{info['name']}.{name}", style="bold"), Text(operation["summary"]))
        rows = list(_params(operation["params"]))
        if rows:
            screen.show(table_of(_PARAM_COLUMNS, rows))


def show_result(screen: Screen, result: ToolResult) -> None:
    """Print the data of a call; warnings and an error go to standard error."""
    for warning in result.warnings:
        screen.tell(f"warning: {warning}")
    if result.success:
        screen.show(Text(printable(json.dumps(result.data, ensure_ascii=False, indent=2))))
        return
    screen.tell(f"{result.error_code}: {result.error}")
    if result.error_details:
        screen.tell(json.dumps(result.error_details, ensure_ascii=False, indent=2))


def _params(schema: Mapping[str, Any]) -> Iterator[list[Cell]]:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        default = "required" if name in required else json.dumps(field.get("default"))
        yield [name, _type(field, schema), default, field.get("description")]


def _type(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The JSON Schema of a parameter in one line."""
    if "$ref" in field:
        field = schema["$defs"][field["$ref"].rpartition("/")[2]]
    if "enum" in field:
        return " | ".join(str(word) for word in field["enum"])
    if "anyOf" in field:
        return " | ".join(_type(option, schema) for option in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}), schema)}"
    return str(field.get("const") or field.get("type") or "any")
