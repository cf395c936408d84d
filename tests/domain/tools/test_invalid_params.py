from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.tools.invalid_params import describe_invalid, problems_of


class Filter(BaseModel):
    op: Literal["=", "!="]


class Search(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=5, ge=1, le=50)
    filters: list[Filter] = []
    first: int = 0
    last: int = 9

    @model_validator(mode="after")
    def _in_order(self) -> "Search":
        if self.first > self.last:
            message = "first must not be after last"
            raise ValueError(message)
        return self


class Named(BaseModel):
    name: str


def error_of(model: type[BaseModel], **given: Any) -> ValidationError:  # noqa: ANN401 - any value
    with pytest.raises(ValidationError) as raised:
        model.model_validate(given)
    return raised.value


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"limit": 51}, "limit: input should be less than or equal to 50, got 51"),
        (
            {"limit": "many"},
            "limit: input should be a valid integer, unable to parse string as an integer, "
            "got 'many'",
        ),
        (
            {"filters": [{"op": "="}, {"op": "~"}]},
            "filters.1.op: input should be '=' or '!=', got '~'",
        ),
        ({"filters": [{}]}, "filters.0.op: field required"),
        ({"limits": 5}, "limits: extra inputs are not permitted, got 5"),
    ],
)
def test_a_problem_names_field_rule_and_value(given: dict[str, Any], said: str) -> None:
    assert describe_invalid(error_of(Search, **given), subject="ci.search") == f"ci.search: {said}"


def test_a_missing_field_has_no_value_to_show() -> None:
    assert describe_invalid(error_of(Named), subject="x") == "x: name: field required"


def test_all_problems_are_in_one_sentence() -> None:
    error = error_of(Search, limit=0, limits=5)
    assert describe_invalid(error, subject="x").count("; ") == 1


def test_a_problem_of_the_whole_has_a_name_too() -> None:
    error = error_of(Search, first=3, last=1)
    assert describe_invalid(error, subject="x") == "x: value: first must not be after last"


def test_a_long_value_is_cut_off() -> None:
    message = describe_invalid(error_of(Named, name=["x" * 500]), subject="x")
    assert ("..." in message, len(message) < 150) == (True, True)


def test_problems_can_be_told_apart_by_their_kind() -> None:
    assert problems_of(error_of(Named)) == [("name", "missing", "field required")]
