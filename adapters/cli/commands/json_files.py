"""JSON from files that are named on the command line."""

import json
import sys
from pathlib import Path

import typer
from pydantic import JsonValue

from domain.json import JsonMap


def json_of(path: Path, *, option: str) -> JsonValue:
    """Return the JSON that a file holds; `-` is standard input. Raises `typer.BadParameter`."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        content: JsonValue = json.loads(text)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise typer.BadParameter(message, param_hint=option) from error
    except ValueError as error:  # bad JSON, or not UTF-8
        message = f"{path} is no JSON: {error}"
        raise typer.BadParameter(message, param_hint=option) from error
    return content


def object_of(path: Path, *, option: str) -> JsonMap:
    """Return the JSON object that a file holds; see `json_of`."""
    content = json_of(path, option=option)
    if not isinstance(content, dict):
        message = f"{path} holds no JSON object"
        raise typer.BadParameter(message, param_hint=option)
    return content
