"""The texts that an operation is asked with, as the types of its fields; see `TextRule`."""

from typing import Annotated

from pydantic import AfterValidator, Field

from domain.values.text import NAME, QUESTION, REMARK, TextRule


def _of(rule: TextRule) -> AfterValidator:
    return AfterValidator(rule.taken)


Question = Annotated[str, _of(QUESTION)]
"""What is asked."""
Remark = Annotated[str, _of(REMARK)]
"""What somebody remarks."""
Reason = Annotated[str, _of(REMARK), Field(description="Why; it is recorded with who did it.")]
"""Why something is done."""
Name = Annotated[str, _of(NAME)]
"""A name, a code or a key, without blanks around it."""
