"""What a question is asked with, whether it is to be answered, planned or explained."""

from typing import Any, Final

from pydantic import ConfigDict, Field, model_validator

from domain.json import JsonMap
from domain.operations.operation import Params
from domain.run.facts import Anchor
from domain.values.fields import Name, Question

ANCHOR: Final[Anchor] = Field(
    default="now",
    description="What `last 24 hours` counts back from: the present, or the newest data.",
)
INSTEAD: Final = ("query", "plan")
"""What is asked in place of the words of a question, which then need not be there."""


def any_of(*names: str) -> ConfigDict:
    """Return the settings of params of which one of these must be given."""
    return ConfigDict(json_schema_extra={"anyOf": [{"required": [name]} for name in names]})


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]  # which is refused


class QuestionParams(Params):
    """A question, or a query in its place."""

    model_config = any_of("question", "query")

    question: Question = Field(
        default="",
        validate_default=True,
        json_schema_extra=_without_default,
        description="In plain English.",
    )
    anchor: Anchor = ANCHOR
    query: JsonMap | None = Field(
        default=None, description="A query that is asked in place of the question's words."
    )
    after: Name | None = Field(
        default=None, description="The run that the question follows up, as `run.show` names it."
    )

    @model_validator(mode="before")
    @classmethod
    def _with_question(cls, given: object) -> object:
        if not isinstance(given, dict) or "question" in given:
            return given
        named = [name for name in INSTEAD if given.get(name) is not None]
        return {**given, "question": f"The {named[0]} that was given"} if named else given
