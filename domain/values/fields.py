"""The texts that an operation is asked with, as the types of its fields; see `TextRule`."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from domain.values.text import NAME, QUESTION, REMARK, TextRule


def _of(rule: TextRule) -> AfterValidator:
    return AfterValidator(rule.taken)


def _read(given: object) -> object:
    """Return the instant of a text: strict params take no text of JSON for one."""
    with suppress(ValueError):
        return datetime.fromisoformat(given) if isinstance(given, str) else given
    return given


Question = Annotated[str, _of(QUESTION)]
"""What is asked."""
Remark = Annotated[str, _of(REMARK)]
"""What somebody remarks."""
Reason = Annotated[str, _of(REMARK), Field(description="Why; it is recorded with who did it.")]
"""Why something is done."""
Name = Annotated[str, _of(NAME)]
"""A name, a code or a key, without blanks around it."""
Instant = Annotated[AwareDatetime, BeforeValidator(_read)]
"""An instant, with a zone."""
