"""What a follow-up question builds on: the query of the run before, and what its answer shows."""

from typing import Any

from domain.aggregate.fact import Fact


class Followed(Fact, frozen=True, kw_only=True):
    """The query that a run asked, and the codes of the items that its answer shows, in order.

    `is_whole` says whether all that were found are among these.
    """

    query: dict[str, Any]
    shown: list[str] = []
    is_whole: bool = True
