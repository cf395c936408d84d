"""What a follow-up question builds on: the query of a run, and the items that its answer shows."""

from collections.abc import Iterator, Sequence
from typing import Final

from domain.errors import CannotBeFollowed
from domain.estate.looked_up import Followed
from domain.json import JsonMap, as_list, as_map, as_text
from domain.run.events import HistoryEntry, PlanValidated
from domain.run.facts import Origin
from domain.run.lifecycle import ENDED_STATES
from domain.views.history import History
from domain.views.response import response_of

_CODE: Final = "ci_code"
_MOST: Final = 50


def following(entries: Sequence[HistoryEntry]) -> tuple[Origin, Followed]:
    """Return what a run that follows this one up comes from and builds on.

    Raises `CannotBeFollowed` for a run that has not ended, or that asked no query.
    """
    history = History(entries)
    summary = history.summary
    if summary.state not in ENDED_STATES:
        raise CannotBeFollowed(summary.run_id, why=f"it is {summary.state} and has not ended")
    query = next((as_map(plan.get("query")) for plan in _plans(entries)), {})
    if not query:
        raise CannotBeFollowed(summary.run_id, why="its question was not read into a query")
    codes = list(dict.fromkeys(_codes(response_of(history)["blocks"])))
    followed = Followed(query=query, shown=codes[:_MOST], is_whole=len(codes) <= _MOST)
    origin = Origin(kind="follow_up", parent_run_id=summary.run_id, parent_version=len(entries))
    return origin, followed


def _plans(entries: Sequence[HistoryEntry]) -> Iterator[JsonMap]:
    """Yield the plans that were carried out, the last one first."""
    for entry in reversed(entries):
        if isinstance(entry.event, PlanValidated):
            yield entry.event.plan


def _codes(blocks: Sequence[JsonMap]) -> Iterator[str]:
    for block in blocks:
        columns = [as_text(each) for each in as_list(block.get("columns"))]
        if _CODE in columns:
            at = columns.index(_CODE)
            yield from (as_text(as_list(row)[at]) for row in as_list(block.get("rows")))
