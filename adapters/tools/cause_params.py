"""What the operations of the tool of causes take."""

from pydantic import Field

from domain.query.sets import Set
from domain.tools.contracts import ToolParams


class ChangesParams(ToolParams):
    """The codes of items, none for all that there are, and how far what they need is looked at.

    With `of` it is the items of a set, and nothing around them. `depth` counts relations, 1..4;
    `limit` rows, 1..200.
    """

    items: tuple[str, ...] = Field((), max_length=50)
    of: Set | None = None
    time_range: str = "last_24h"
    depth: int = 1
    limit: int = 50


class WhyParams(ToolParams):
    """The codes of the items that something is the matter with, and when it was.

    `depth` says over how many relations, 1..4, a cause is looked for.
    """

    items: tuple[str, ...] = Field(min_length=1, max_length=50)
    time_range: str = "last_24h"
    depth: int = 3
