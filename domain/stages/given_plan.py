"""Plans that callers bring along: checked before any run exists."""

from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from domain.errors import Refused
from domain.json import JsonMap
from domain.plan.intent import PlanOutputKind
from domain.plan.plan import Plan, PlanOutput
from domain.tools.invalid_params import describe_invalid, fields_at


class WrongPlan(Refused):
    """A plan has fields or values that no plan has; the message says which there may be."""

    def __init__(self, error: ValidationError, model: type[BaseModel]) -> None:
        """Say what the validation of the model found."""
        known = "".join(f"; {said}" for said in _known_fields(error, model))
        super().__init__(f"{describe_invalid(error, subject='the plan')}{known}")


class WrongQuery(Refused):
    """A query has parts that do not fit together; the message says what is allowed."""


def plan_output_of(content: JsonMap) -> JsonMap:
    """Return the output of a planner that JSON is, or that has the plan which the JSON is.

    Raises `WrongPlan` that names each wrong field, its value and what is allowed.
    """
    model = PlanOutput if "kind" in content else Plan
    try:
        given = model.model_validate(content)
        if isinstance(given, Plan):
            given = PlanOutput(kind=PlanOutputKind.PLAN, plan=given)
    except ValidationError as error:
        raise WrongPlan(error, model) from error
    return given.model_dump(mode="json", exclude_defaults=True)


def _known_fields(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Yield for each place with unknown fields which fields there are."""
    unknown = [each["loc"] for each in error.errors() if each["type"] == "extra_forbidden"]
    for place in dict.fromkeys(location[:-1] for location in unknown):
        where = ".".join(str(part) for part in place) or "a plan"
        yield f"fields of {where}: {', '.join(fields_at(model, place))}"
