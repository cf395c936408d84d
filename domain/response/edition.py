"""By which rules new runs validate plans and compose answers; see `RunOptions.edition`."""

from typing import Final, Literal

SECOND: Final = 2
NEWEST: Final[Literal[3]] = 3
