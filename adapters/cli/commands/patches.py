"""Changes of a fork, from options and files: plan, parameters, assets, and recorded results."""

import json
from collections.abc import Iterable
from pathlib import Path

import typer
from pydantic import JsonValue

from domain.json import JsonMap
from domain.run.facts import Patches, ResultPatch

_PATCH, _RESULT = "--patch", "--result"
_PARAMS, _ASSETS = "params", "assets"


def read_patches(patches: Iterable[str], results: Iterable[str]) -> Patches:
    """Return the changes that the options say; a later one goes before an earlier one.

    A patch is a file with a JSON object, or `path=value`. A path is of the plan, unless it begins
    with `params.CALL.` or `assets.`. Raises `typer.BadParameter`.
    """
    plan: JsonMap = {}
    params: dict[str, JsonMap] = {}
    assets: dict[str, str] = {}
    for text in patches:
        for path, value in _changes(text).items():
            _sort(path, value, plan=plan, params=params, assets=assets)
    found = dict(_result(text) for text in results)
    return Patches(plan=plan, params=params, assets=assets, results=found)


def _sort(
    path: str,
    value: JsonValue,
    *,
    plan: JsonMap,
    params: dict[str, JsonMap],
    assets: dict[str, str],
) -> None:
    first, _, rest = path.partition(".")
    if first == _ASSETS and rest:
        assets[rest] = str(value)
    elif first == _PARAMS:
        call_id, _, name = rest.rpartition(".")
        if not call_id or not name:
            message = f"{path!r} is no parameter; write params.CALL.NAME=VALUE"
            raise typer.BadParameter(message, param_hint=_PATCH)
        params.setdefault(call_id, {})[name] = value
    else:
        plan[path] = value


def _changes(text: str) -> JsonMap:
    path, has_value, value = text.partition("=")
    if has_value:
        return {path.strip(): _value(value)}
    content = _json_of(Path(text), option=_PATCH)
    if not isinstance(content, dict):
        message = f"{text} holds no JSON object; a patch is one"
        raise typer.BadParameter(message, param_hint=_PATCH)
    return _flat(content)


def _flat(content: JsonMap) -> JsonMap:
    """Return the object with its params and assets as paths; plan parts stay as they are."""
    flat: JsonMap = {}
    for name, part in content.items():
        if name == _PARAMS and isinstance(part, dict):
            flat |= {
                f"{_PARAMS}.{call_id}.{param}": value
                for call_id, given in part.items()
                for param, value in (given.items() if isinstance(given, dict) else ())
            }
        elif name == _ASSETS and isinstance(part, dict):
            flat |= {f"{_ASSETS}.{key}": value for key, value in part.items()}
        else:
            flat[name] = part
    return flat


def _result(text: str) -> tuple[str, ResultPatch]:
    call_id, has_value, value = text.partition("=")
    if not has_value or not call_id or not value:
        message = f"{text!r} is no result; write CALL=FILE, CALL=empty or CALL=error[:CODE]"
        raise typer.BadParameter(message, param_hint=_RESULT)
    kind, _, code = value.partition(":")
    if value == "empty":
        return call_id, ResultPatch(kind="empty")
    if kind == "error":
        return call_id, ResultPatch(kind="error", error_code=code or None)
    return call_id, ResultPatch(kind="data", data=_json_of(Path(value), option=_RESULT))


def _value(text: str) -> JsonValue:
    """JSON where it is JSON, else the text itself."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


def _json_of(path: Path, *, option: str) -> JsonValue:
    try:
        content: JsonValue = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise typer.BadParameter(message, param_hint=option) from error
    except ValueError as error:  # bad JSON, or not UTF-8
        message = f"{path} is no JSON: {error}"
        raise typer.BadParameter(message, param_hint=option) from error
    return content
