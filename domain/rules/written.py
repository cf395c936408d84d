"""Rules that somebody hands in: what could never be evaluated is refused."""

from pydantic import ValidationError, field_validator

from domain.json import JsonMap
from domain.rules.cel_condition import problem_of
from domain.rules.rule import ALWAYS, Rule, WrongRule
from domain.tools.invalid_params import describe_invalid


class WrittenRule(Rule):
    """A rule that somebody hands in: its condition can be read. In an estate are others, too."""

    @field_validator("condition")
    @classmethod
    def _can_be_read(cls, condition: str) -> str:
        if condition != ALWAYS and (why := problem_of(condition)):
            raise ValueError(why)
        return condition


def written(content: JsonMap | None) -> Rule:
    """Return the rule that somebody hands in. Raises `WrongRule`."""
    try:
        return WrittenRule.model_validate(content)
    except ValidationError as error:
        raise WrongRule(describe_invalid(error, subject="it is no rule")) from error
