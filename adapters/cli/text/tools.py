"""Tools and results of calls as text."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import fields_of, table_of
from domain.json import Cell
from domain.views.source import SourceState
from domain.views.tool import (
    OperationDescription,
    PolicyField,
    ToolDescription,
    ToolInfo,
    ToolRanking,
    ToolResult,
)

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


def show_tool(screen: Screen, info: ToolDescription) -> None:
    """Print the operations of a tool with their parameters, policies and figures."""
    screen.show(Text(f"{info['name']}: {info['description']}", style="bold"))
    screen.show(Text(f"from {info['origin']}", style="dim"))
    for name, operation in info["operations"].items():
        screen.show("", Text(f"{info['name']}.{name}", style="bold"), Text(operation["summary"]))
        rows = list(_params(operation["params"]))
        if rows:
            screen.show(table_of(_PARAM_COLUMNS, rows))
        screen.show(fields_of(list(_facts(operation))))
    policies = {name: each["policy"] for name, each in info["operations"].items()}
    screen.show("", Text("Policies", style="bold"), table_of(*_policies(policies)))


def show_ranking(screen: Screen, ranking: ToolRanking) -> None:
    """Print the candidates with every term of their scores, and what was measured."""
    terms = ["tool", "score", "accuracy", "speed", "cache", "load", "bonus", "reason"]
    seen = ranking.context
    rows: list[list[Cell]] = [
        [
            *(getattr(each, term) for term in terms),
            seen.estimated_time[each.tool],
            seen.success_rate.get(each.tool),
        ]
        for each in ranking.candidates
    ]
    leave_out = ["bonus", "cache", "load"]
    screen.show(table_of([*terms, "ms", "succeed"], rows, leave_out=leave_out))


def _facts(operation: OperationDescription) -> Iterator[tuple[str, str]]:
    yield "effect", operation["effect"].value
    if operation["known_as"]:
        yield "known as", ", ".join(operation["known_as"])
    if (why := operation["unavailable"]) is not None:
        yield "unavailable", why
    if (instead := operation["deprecated"]) is not None:
        yield "deprecated", instead
    if (left := operation["calls_left"]) is not None:
        yield "calls left", f"{left} this minute"
    told = "{call_count} in 7 days, {error_count} failed, {average_ms:.1f} ms on average"
    yield "calls", told.format(**week) if (week := operation["week"]) else "none in 7 days"


def _policies(
    policies: Mapping[str, Mapping[str, PolicyField]],
) -> tuple[tuple[str, ...], list[list[Cell]]]:
    """Return the titles and rows of a table in which equal policies share a row."""
    rows = defaultdict[tuple[str, str, str], list[str]](list)
    for field in next(iter(policies.values()), {}):
        for operation, fields in policies.items():
            value, origin = fields[field]["value"], fields[field]["origin"]
            said = value if isinstance(value, str) else json.dumps(value)
            rows[field, said, origin].append(operation)
    of = {len(policies): "all"}
    cells: list[list[Cell]] = [
        [*key, of.get(len(names), ", ".join(names))] for key, names in rows.items()
    ]
    return ("policy", "value", "from", "operations"), cells


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
