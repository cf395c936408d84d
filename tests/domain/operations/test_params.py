"""What operations are asked with."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import Field, field_validator

from domain.operations.estate import DemoParams
from domain.operations.operation import InvalidParams, Params


class Wanted(Params):
    """Something that can be wanted wrongly."""

    limit: int = Field(default=20, ge=1)
    state: str = "new"

    @field_validator("state")
    @classmethod
    def _known(cls, state: str) -> str:
        if state != "new":
            message = f"{state!r} does not exist; allowed: new"
            raise ValueError(message)
        return state


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"limit": 0}, ("limit", "input should be greater than or equal to 1, got 0")),
        ({"state": "old"}, ("state", "'old' does not exist; allowed: new")),
        ({"lmit": 1}, ("lmit", "extra inputs are not permitted, got 1")),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_its_field(
    given: dict[str, object], problem: tuple[str, str]
) -> None:
    with pytest.raises(InvalidParams) as refused:
        Wanted.model_validate(given)
    assert refused.value.problems == [problem]
    assert str(refused.value) == ": ".join(problem)


def test_an_instant_of_json_is_a_text_with_a_zone() -> None:
    taken = DemoParams.model_validate_json('{"anchor": "2026-03-01T12:00:00Z"}', strict=True)
    assert taken.anchor == datetime(2026, 3, 1, 12, tzinfo=UTC)
    for wrong in ("2026-03-01T12:00:00", "yesterday", 1772366400):
        with pytest.raises(InvalidParams, match="anchor: input should"):
            DemoParams.model_validate_json(json.dumps({"anchor": wrong}), strict=True)


def test_every_problem_is_named() -> None:
    with pytest.raises(InvalidParams, match=r"limit: .*; state: "):
        Wanted(limit=0, state="old")


def test_what_is_allowed_is_kept() -> None:
    assert Wanted(limit=1).model_dump() == {"limit": 1, "state": "new"}
