"""The files of the Python client that are made of the API: routes, and types for type checkers."""

import json
import keyword
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from adapters.http.openapi import CHOSEN_LINES, document
from adapters.http.routes import PREFIX, ROUTES
from adapters.http.streams.described import STREAMS

ROOT: Final = Path(__file__).parent.parent
_COMPONENTS: Final = "#/components/schemas/"
_SCALARS: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}
_MADE: Final = "Made by docs/generate.py"
_NAMES: Final = {"changes": "changes.stream"}
"""What streams are called whose operation ids name no verb."""
_HOW: Final = {"If-Match": "if_version: int | None = None", "Prefer": "wait: int | None = None"}

Schema = Mapping[str, Any]


def routes_file() -> str:
    """Return where each operation and each stream is found, a line each."""
    rows = [f'"{name}": {json.dumps(row)}' for name, row in _routes()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def shapes_file() -> str:
    """Return the shapes of what goes in and comes out, each a TypedDict or another type."""
    lines = [
        f'"""What the service takes and answers, as JSON. {_MADE}; import it to check types."""',
        "",
        "from typing import Literal, NotRequired, TypeAlias, TypedDict",
        "",
        "from .errors import Json",
    ]
    for name, schema in sorted(_document()["components"]["schemas"].items(), key=_title):
        lines += ["", *_shape(_named(name), schema)]
    return "\n".join(lines) + "\n"


def operations_file() -> str:
    """Return the operations as methods, those to be awaited in classes of their own."""
    lines = [
        f'"""Every operation of the service as a method. {_MADE}."""',
        "",
        "import builtins",
        "from collections.abc import AsyncIterator, Iterator, Sequence",
        "from typing import Literal",
        "",
        "from . import shapes",
        "from .errors import Json",
        "from .groups import Groups",
        "from .streams import StreamEvent",
    ]
    for is_async in (False, True):
        lines += _classes("Async" if is_async else "", "async def" if is_async else "def")
    return "\n".join(lines) + "\n"


CLIENT_FILES: Final = {
    "adapters/client/routes.json": routes_file,
    "adapters/client/shapes.pyi": shapes_file,
    "adapters/client/operations.pyi": operations_file,
}


@cache
def _document() -> dict[str, Any]:
    return document()


def _routes() -> Iterator[tuple[str, dict[str, object]]]:
    for name, route in ROUTES.items():
        row: dict[str, object] = {"method": route.method, "path": route.path}
        more = {
            "file": route.body,
            "goes_on": bool(route.goes_on),
            "has_key": route.has_key,
            "answers_file": route.answers_file or route.folder_out is not None,
        }
        yield name, row | {key: value for key, value in more.items() if value}
    for path, described in STREAMS.items():
        yield _stream(described), {"method": "GET", "path": path, "is_stream": True}


def _stream(described: Schema) -> str:
    named: str = described["operationId"]
    return _NAMES.get(named, named.replace("_", ".", 1))


def _title(item: tuple[str, Schema]) -> str:
    return _named(item[0])


def _named(name: str) -> str:
    """Return the name of a shape: of those that share one, the module before it, too."""
    *modules, last = name.replace("-", "").split("__")
    return "".join(module.title().replace("_", "") for module in modules[-1:]) + last


def _shape(name: str, schema: Schema) -> Iterator[str]:
    """Yield the lines of a shape."""
    properties = schema.get("properties")
    if properties is None:
        yield f"{name}: TypeAlias = {_quoted(_type(schema))}"
        return
    required = schema.get("required", ())
    typed = {
        key: _type(each) if key in required else f"NotRequired[{_type(each)}]"
        for key, each in properties.items()
    }
    if any(keyword.iskeyword(key) for key in typed):
        fields = ", ".join(f'"{key}": {each}' for key, each in typed.items())
        yield f'{name} = TypedDict("{name}", {{{fields}}})'
        return
    yield f"class {name}(TypedDict):"
    if "description" in schema:
        yield f'    """{schema["description"].splitlines()[0]}"""'
    yield from (f"    {key}: {each}" for key, each in typed.items())
    if not typed and "description" not in schema:
        yield "    pass"


def _quoted(text: str) -> str:
    return json.dumps(text)


def _type(schema: Schema, shapes: str = "") -> str:
    """Return a schema as a type; `shapes` is how the shapes are reached."""
    if "$ref" in schema:
        return shapes + _named(schema["$ref"].removeprefix(_COMPONENTS))
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(map(repr, values))}]"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(each, shapes) for each in schema[several]))
    if schema.get("type") == "array":
        items = schema.get("prefixItems", [schema.get("items", {})])
        kinds = " | ".join(dict.fromkeys(_type(each, shapes) for each in items))
        return f"{'builtins.' if shapes else ''}list[{kinds}]"  # methods are called `list`
    if schema.get("type") == "object":
        values = schema.get("additionalProperties", {})
        return f"dict[str, {_type(values, shapes) if isinstance(values, dict) else 'Json'}]"
    return _SCALARS.get(schema.get("type", ""), "Json")


def _classes(prefix: str, define: str) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for name, route in ROUTES.items():
        path = PREFIX + route.path.replace(":path}", "}")
        described = _document()["paths"][path][route.method.lower()]
        group, _, verb = name.partition(".")
        groups.setdefault(group, []).extend(_method(verb, described, route.body, define))
    for described in STREAMS.values():
        group, _, verb = _stream(described).partition(".")
        params = ", ".join(["self", *_params(described, None)])
        line = f"    def {verb}({params}) -> {prefix}Iterator[StreamEvent]: ..."
        groups.setdefault(group, []).append(line)
    for group, lines in groups.items():
        yield from ("", f"class {prefix}{group.title()}:", *lines)
    yield from ("", f"class {prefix}Operations(Groups):")
    yield from (f"    {group}: {prefix}{group.title()}" for group in groups)


def _method(verb: str, described: Schema, body: str | None, define: str) -> Iterator[str]:
    name = f"{verb}_" if keyword.iskeyword(verb) else verb
    answers = described["responses"]["200"]["content"]
    kind = "bytes" if "application/zip" in answers else ""
    kind = kind or _type(_whole(answers["application/json"]["schema"]), "shapes.")
    kind += " | shapes.Accepted" if "202" in described["responses"] else ""
    params = ", ".join(["self", *_params(described, body)])
    yield f"    {define} {name}({params}) -> {kind}:"
    yield f'        """{described["summary"]}"""'


def _whole(schema: Schema) -> Schema:
    """Return the schema of whole lines: a checker of types knows of no chosen columns."""
    return schema["anyOf"][0] if schema.get("anyOf", [])[1:] == [CHOSEN_LINES] else schema


def _params(described: Schema, body: str | None) -> Iterator[str]:
    """Yield the params as they stand in a signature: those of the path, then those with names."""
    given = described.get("parameters", [])
    in_path = [each["name"] for each in given if each["in"] == "path"]
    yield from (f"{name}: str" for name in in_path)
    named = [
        *([f"{body}: bytes"] if body else []),
        *(_param(each["name"], each, is_required=each["required"]) for each in _queried(given)),
        *_of_body(described),
        *(_HOW[each["name"]] for each in given if each["name"] in _HOW),
    ]
    if any(each["name"] == "Idempotency-Key" for each in given):
        named.append("key: str | None = None")
    if named:
        yield from ("*", *sorted(named, key=lambda each: " = " in each))


def _queried(given: list[Schema]) -> Iterator[Schema]:
    yield from (each for each in given if each["in"] == "query" and each["name"] != "columns")


def _of_body(described: Schema) -> Iterator[str]:
    content = described.get("requestBody", {}).get("content", {}).get("application/json")
    schema = content["schema"] if content else {}
    for name, each in schema.get("properties", {}).items():
        yield _param(name, {"schema": each}, is_required=name in schema["required"])


def _param(name: str, described: Schema, *, is_required: bool) -> str:
    kind = _type(described["schema"], "shapes.")
    kind = kind.replace("builtins.list[", "Sequence[")
    if is_required:
        return f"{name}: {kind}"
    return f"{name}: {kind.removesuffix(' | None')} | None = None"
