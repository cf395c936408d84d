"""Plans from files: read and checked before any run exists."""

import json
import sys
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import get_args

import typer
from pydantic import BaseModel, JsonValue, ValidationError

from domain.json import JsonMap
from domain.plan.intent import PlanOutputKind
from domain.plan.plan import Plan, PlanOutput
from domain.tools.invalid_params import describe_invalid

_OPTION = "--plan"


def read_plan(path: Path) -> JsonMap:
    """Return the plan output, or the plan alone, that a file holds; `-` is standard input.

    Raises `typer.BadParameter` that names each wrong field, its value and what is allowed.
    """
    content = _json_of(path)
    try:
        plan_output = _plan_output(content)
    except ValidationError as error:
        model = PlanOutput if "kind" in content else Plan
        known = "".join(f"; {said}" for said in _known_fields(error, model))
        message = f"{describe_invalid(error, subject=str(path))}{known}"
        raise typer.BadParameter(message, param_hint=_OPTION) from error
    return plan_output.model_dump(mode="json", exclude_defaults=True)


def _plan_output(content: JsonMap) -> PlanOutput:
    if "kind" in content:
        return PlanOutput.model_validate(content)
    return PlanOutput(kind=PlanOutputKind.PLAN, plan=Plan.model_validate(content))


def _known_fields(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Yield for each place with unknown fields which fields there are."""
    unknown = [each["loc"] for each in error.errors() if each["type"] == "extra_forbidden"]
    for place in dict.fromkeys(location[:-1] for location in unknown):
        found = reduce(_model_at, place, model)
        where = ".".join(str(part) for part in place) or "a plan"
        yield f"fields of {where}: {', '.join(found.model_fields)}"


def _model_at(model: type[BaseModel], part: int | str) -> type[BaseModel]:
    """The model of a field; an item of a list has the model of the list."""
    return (
        model if isinstance(part, int) else _model_in(model.model_fields[part].annotation) or model
    )


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _json_of(path: Path) -> JsonMap:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        content: JsonValue = json.loads(text)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise typer.BadParameter(message, param_hint=_OPTION) from error
    except ValueError as error:  # bad JSON, or not UTF-8
        message = f"{path} is no JSON: {error}"
        raise typer.BadParameter(message, param_hint=_OPTION) from error
    if not isinstance(content, dict):
        message = f"{path} holds no JSON object; a plan is one"
        raise typer.BadParameter(message, param_hint=_OPTION)
    return content
