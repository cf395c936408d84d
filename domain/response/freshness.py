"""How new the data behind a call are, and how old they may be before an answer says so."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue
from typing_extensions import TypedDict

from domain.json import as_maps, as_text

OLDEST: Final[Mapping[str, timedelta]] = {
    "metric points": timedelta(days=1),
    "event log entries": timedelta(days=7),
    "configuration items": timedelta(days=365),
    "work and maintenance": timedelta(days=90),
    "documents": timedelta(days=365),
}
"""How long before the end of what was asked for the newest record of each kind may be."""

_KINDS: Final = {
    "metric": "metric points",
    "event_log": "event log entries",
    "audit_log": "changes of the estate",
    "ci": "configuration items",
    "graph": "configuration items",
    "history": "work and maintenance",
    "document": "documents",
}

_SETS: Final = {"item": "ci", "event": "event_log", "point": "metric", "document": "document"}
"""Which of these the sets of a query are."""


class Freshness(TypedDict):
    """Of which kind the records behind a call are, when the newest is of, and if that is old."""

    call_id: str
    kind: str
    newest: str
    is_old: bool


def freshness(
    call_id: str, asked: tuple[str, str, Mapping[str, JsonValue]], newest: str, *, until: datetime
) -> Freshness:
    """Return how new the data of a call are, which asked a tool's operation with params.

    It asked for what there is `until` then; data that come later are never missed. Raises
    ValueError for an instant that is none.
    """
    tool, operation, params = asked
    sets = as_maps(params.get("of")) if tool == "query" else []
    of_sets = [_SETS.get(as_text(each.get("kind")), "history") for each in sets]
    asked_of = (operation, params.get("source"), *of_sets, tool)
    named = [each for each in asked_of if each in _KINDS]
    kind = _KINDS[str(named[0])] if named else "records"
    age = until - datetime.fromisoformat(newest)
    is_old = age > OLDEST.get(kind, age)
    return {"call_id": call_id, "kind": kind, "newest": newest, "is_old": is_old}


def asked_until(window_end: str | None, *, now: datetime) -> datetime:
    """Return the end of what a call asks for: of its window, but not what is still to come."""
    return min(now, datetime.fromisoformat(window_end)) if window_end else now
