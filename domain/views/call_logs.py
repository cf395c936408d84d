"""What the calls of a run logged."""

from collections.abc import Iterable

from domain.json import JsonMap, as_map
from domain.run.call_events import ToolCallLogged
from domain.run.events import HistoryEntry


def logs_in(entries: Iterable[HistoryEntry]) -> dict[tuple[str, int], JsonMap]:
    """Return by call and attempt what was logged; see `ToolCallLogged`."""
    logged = (entry.event for entry in entries if isinstance(entry.event, ToolCallLogged))
    return {(event.call_id, event.attempt): as_map(event.data) for event in logged}
