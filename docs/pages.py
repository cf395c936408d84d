"""The pieces of Markdown that reference pages are made of."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MADE = "<!-- made by docs/generate.py: change the code, not this page -->"


def page(title: str, *parts: str) -> str:
    """Return a page that says that it is made."""
    return "\n\n".join([MADE, f"# {title}", *parts]) + "\n"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table, or that there is nothing."""
    if not rows:
        return "None."
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, type, default and meaning of each field of a model."""
    needed = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        default = f"`{json.dumps(field['default'])}`" if "default" in field else "its defaults"
        needs = "required" if name in needed else default
        yield f"`{name}`", type_in_words(field), needs, field.get("description", "")


def type_in_words(schema: Mapping[str, Any]) -> str:
    """Return the type that a JSON Schema describes, in words."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "anyOf" in schema:
        return " or ".join(type_in_words(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return f"list of {type_in_words(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def first_paragraph(docstring: str | None) -> str:
    """Return the first paragraph of a docstring in one line."""
    return " ".join((docstring or "").strip().split("\n\n", 1)[0].split())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
