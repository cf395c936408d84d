"""Which spans of time an answer is about, where it is about days or clock times."""

import re
from collections.abc import Sequence
from typing import Final

from typing_extensions import TypedDict

from domain.run.call_events import ToolCallStarted
from domain.run.events import HistoryEntry

_SAID_ALREADY: Final = re.compile(r"last_\d+[mhdw]|all_time|", re.IGNORECASE)
"""What means the same in every zone."""


class AskedWindow(TypedDict):
    """A span that was asked for, and what it is: from `start` to before `end`, in UTC."""

    asked: str
    start: str
    end: str


def asked_windows(entries: Sequence[HistoryEntry]) -> list[AskedWindow]:
    """Return the spans of days or clock times that calls looked at, each once."""
    found = dict[str, AskedWindow]()
    for entry in entries:
        event = entry.event
        if isinstance(event, ToolCallStarted) and event.window is not None:
            asked = str(event.params.get("time_range", ""))
            if not _SAID_ALREADY.fullmatch(asked):
                window = event.window
                found[asked] = {"asked": asked, "start": window.start, "end": window.end}
    return list(found.values())
