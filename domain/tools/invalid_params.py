"""Failed validations in words: for each field, the value given and what is allowed."""

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from domain.values.text import shown

_SECRET = re.compile(
    r"pass(?:word|wd|phrase)|pwd|secret|token|api.?key|authorization", re.IGNORECASE
)


def describe_invalid(error: ValidationError, *, subject: str) -> str:
    """Return one sentence that names the subject and its problems.

    Each problem names the field's path, the rule broken and the value given.
    """
    problems = problems_of(error)
    # A list that lost its wrong parts is not too short of itself.
    own = [each for each in problems if each[1] != "too_short"] or problems
    said = [f"{field}: {message}" for field, _, message in own]
    return f"{subject}: " + "; ".join(said)


def problems_in(model: type[BaseModel], params: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what is wrong with the parameters that a model takes; see `problems_of`."""
    try:
        model.model_validate(params)
    except ValidationError as error:
        return problems_of(error)
    return []


def problems_of(error: ValidationError) -> list[tuple[str, str, str]]:
    """Return field path, pydantic's kind of error, and the sentence, of each problem."""
    return [
        (path, each["type"], _said(each["type"], each["msg"], each["input"], path))
        for each in error.errors()
        for path in [_path(each["loc"])]
    ]


def fields_at(model: type[BaseModel], place: Iterable[int | str]) -> list[str]:
    """Return the fields that there are at a place in what the model takes."""
    return list(reduce(_model_at, place, model).model_fields)


def _model_at(model: type[BaseModel], part: int | str) -> type[BaseModel]:
    """Return the model of a field; an item of a list has the model of the list."""
    if part not in model.model_fields:
        return model
    return _model_in(model.model_fields[str(part)].annotation) or model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "value"


def _said(kind: str, message: str, given: object, path: str) -> str:
    rule = message[0].lower() + message[1:]
    if kind == "missing":
        return rule
    if kind == "string_pattern_mismatch" and not (isinstance(given, str) and given.strip()):
        return "it may not be empty"
    if kind == "value_error":  # one of ours, which shows the value where that helps
        return message.removeprefix("Value error, ")
    return f"{rule}, got {'a value that is not shown' if _SECRET.search(path) else shown(given)}"
