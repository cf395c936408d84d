"""How tools tell that a number was outside their limits: a warning, which can be read again."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

CLAMPED: Final = 0.05
"""How much a number that is not as it was asked for lowers the confidence of an answer."""
_TOLD: Final = re.compile(
    r"(?P<name>\w+) (?P<requested>-?\d+) (?P<why>is not .+): (?P<effective>-?\d+) used"
)


class Clamp(NamedTuple):
    """A number that a tool was asked for, the one that it used, and why."""

    name: str
    requested: int
    effective: int
    why: str

    def __str__(self) -> str:
        """Return the warning that tells it."""
        return f"{self.name} {self.requested} {self.why}: {self.effective} used"


def clamps_in(warnings: Iterable[str]) -> list[Clamp]:
    """Return the clamps that the warnings of a tool tell."""
    return [
        Clamp(told["name"], int(told["requested"]), int(told["effective"]), told["why"])
        for warning in warnings
        if (told := _TOLD.fullmatch(warning))
    ]
