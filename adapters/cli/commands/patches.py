"""Changes of a fork, from options and the files that they name."""

import json
from collections.abc import Iterable
from pathlib import Path

import typer
from pydantic import JsonValue

from adapters.cli.commands.json_files import json_of, object_of
from domain.json import JsonMap
from domain.run.facts import Patches, ResultPatch
from domain.run.patches import patches_of

_PATCH, _RESULT = "--patch", "--result"


def read_patches(patches: Iterable[str], results: Iterable[str]) -> Patches:
    """Return the changes that the options say; a later one goes before an earlier one.

    A patch is a file with a JSON object, or `path=value`; see `patches_of`. Raises
    `typer.BadParameter`.
    """
    return patches_of([_change(text) for text in patches], dict(map(_result, results)))


def _change(text: str) -> JsonMap:
    path, has_value, value = text.partition("=")
    return {path.strip(): _value(value)} if has_value else object_of(Path(text), option=_PATCH)


def _value(text: str) -> JsonValue:
    """Return the JSON that the text is, else the text itself."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


def _result(text: str) -> tuple[str, ResultPatch]:
    call_id, _, value = text.partition("=")
    if not call_id or not value:
        message = f"{text!r} is no result; write CALL=FILE, CALL=empty or CALL=error[:CODE]"
        raise typer.BadParameter(message, param_hint=_RESULT)
    kind, _, code = value.partition(":")
    if value == "empty":
        return call_id, ResultPatch(kind="empty")
    if kind == "error":
        return call_id, ResultPatch(kind="error", error_code=code or None)
    return call_id, ResultPatch(kind="data", data=json_of(Path(value), option=_RESULT))
