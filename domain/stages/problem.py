"""A problem of a plan: where it is, what is wrong, and what is allowed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a plan.

    `field` is a dotted path into the plan; `message` says what is wrong with which value, and what
    is allowed.
    """

    field: str
    message: str

    def __str__(self) -> str:
        """Return path and message in one line."""
        return f"{self.field}: {self.message}"
