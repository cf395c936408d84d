"""The texts that an operation is asked with, as the types of its fields; see `TextRule`."""

from typing import Annotated

from pydantic import AfterValidator

from domain.values.text import NAME, QUESTION, REMARK, TextRule


def _of(rule: TextRule) -> AfterValidator:
    return AfterValidator(rule.taken)


Question = Annotated[str, _of(QUESTION)]
"""What is asked."""
Remark = Annotated[str, _of(REMARK)]
"""Why something is done, or what somebody remarks; it is recorded."""
Name = Annotated[str, _of(NAME)]
"""A name, a code or a key, without blanks around it."""
