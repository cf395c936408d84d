"""How long a run worked and waited, as its rows say.

Inside a run the order is by version. Two neighbours are as far apart as their times say, and not
at all when the clock went back between them.
"""

from datetime import datetime
from itertools import pairwise

from tests.reference_fold.rows import Row

ENDS = ("run-completed", "run-rejected", "run-failed", "run-cancelled")
NOTES = (
    *("run-annotated", "run-flagged", "result-erased"),
    *("golden-pinned", "golden-unpinned", "golden-broke"),
)
WAITS_FOR_A_WORKER = ("run-requested", "run-resumed", "run-recovered")


def apart_ms(before: Row, after: Row) -> float:
    """Return the distance of two neighbours."""
    times = [datetime.fromisoformat(row["recorded_at"]) for row in (before, after)]
    return max(0.0, (times[1] - times[0]).total_seconds() * 1000)


def span_ms(rows: list[Row], first: int, last: int) -> float:
    """Return how long it is from one version to another, neighbour by neighbour."""
    inside = rows[first - 1 : last]
    return sum(apart_ms(*pair) for pair in pairwise(inside))


def gone_by_ms(rows: list[Row], version: int | None) -> float:
    """Return how long the run had worked and waited when it had this version; None is the last."""
    return sum(worked_and_waited_ms(rows[:version]))


def setbacks_of(rows: list[Row]) -> list[tuple[int, float]]:
    """Return at which versions the clock had gone back, and how far."""
    found = []
    for before, after in pairwise(rows):
        back = apart_ms(after, before)
        if back > 0:
            found.append((after["version"], back))
    return found


def notes_after_an_end(rows: list[Row]) -> list[int]:
    """Return the versions of what was said and done when the run had ended."""
    found, phase = [], "waiting"
    for row in rows:
        if phase == "ended" and row["type"] != "run-resumed":
            found.append(row["version"])
        phase = phase_after(row, phase)
    return found


def worked_and_waited_ms(rows: list[Row]) -> tuple[float, float]:
    """Return how long the run worked, and how long it waited, up to its last end or event."""
    worked = waited = idle = 0.0
    phase = "waiting"
    for before, after in pairwise(row for row in rows if row["type"] not in NOTES):
        gap = apart_ms(before, after)
        phase = phase_after(before, phase)
        if phase == "ended":
            idle += gap
            if after["type"] == "run-resumed":
                waited, idle = waited + idle, 0.0
        elif phase == "waiting" or after["type"] == "run-recovered":
            waited += gap
        else:
            worked += gap
    return worked, waited


def phase_after(row: Row, phase: str) -> str:
    """Return what a run does after an event: it works, waits for a worker, or has ended."""
    if row["type"] in WAITS_FOR_A_WORKER:
        return "waiting"
    if row["type"] in ENDS:
        return "ended"
    return phase if row["type"] in NOTES else "working"
