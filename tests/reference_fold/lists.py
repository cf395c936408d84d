"""What the lists over all runs of a tenant show, as the rows of these runs say."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.reference_fold.parts import Attempt, calls_of
from tests.reference_fold.rows import Row
from tests.reference_fold.runs import Known, notes_of, pin_of, summary_of

Histories = dict[str, list[Row]]


class Listed(NamedTuple):
    """A run as filters see it."""

    run: Known
    calls: list[Attempt]
    is_superseded: bool


def listed(histories: Histories) -> list[Listed]:
    """Return the runs of a tenant, the newest first."""
    runs = {run_id: summary_of(rows) for run_id, rows in histories.items()}
    found = [
        Listed(runs[run_id], calls_of(rows), _is_superseded(run_id, runs))
        for run_id, rows in histories.items()
    ]
    return sorted(found, key=_age, reverse=True)


def _age(each: Listed) -> tuple[str, str]:
    return each.run["requested_at"], each.run["run_id"]


def _is_superseded(run_id: str, runs: dict[str, Known]) -> bool:
    """Return whether a run that comes from this one, however far, is completed."""
    children = [run for run in runs.values() if run["parent_run_id"] == run_id]
    return any(
        child["state"] == "completed" or _is_superseded(child["run_id"], runs)
        for child in children
    )


def _status(each: Listed) -> str:
    run = each.run
    return str(run["status"] if run["state"] == "completed" else run["state"])


def _took(call: Attempt) -> float:
    """Return how long a call took that ended itself; no time for another."""
    return float(call["duration_ms"]) if call["status"] in _ENDED_ITSELF else 0


def _has_call(fits: Callable[[Attempt], bool]) -> Callable[[Listed], bool]:
    return lambda each: any(fits(call) for call in each.calls)


def _more(value: float | None, bound: float) -> bool:
    return value is not None and value > bound


_ENDED_ITSELF = ("succeeded", "failed")
WORDS = ("busy", "server stat", "hello", "srv 1", "which nothing")
"""Texts that runs are searched for."""

FILTERS: dict[str, Callable[[Listed], bool]] = {
    "status = success": lambda each: _status(each) == "success",
    "status IN (partial, degraded)": lambda each: _status(each) in {"partial", "degraded"},
    "NOT status = failed": lambda each: _status(each) != "failed",
    "status = cancelled OR state = resumed": lambda each: (
        each.run["state"] in {"cancelled", "resumed"}
    ),
    "state = completed AND failed_calls > 0": lambda each: (
        each.run["state"] == "completed" and each.run["failed_call_count"] > 0
    ),
    "error != none": lambda each: each.run["error_code"] is not None,
    "error = none AND ended = none": lambda each: (
        each.run["error_code"] is None and each.run["ended_at"] is None
    ),
    "error = TOOL_TIMEOUT": lambda each: each.run["error_code"] == "TOOL_TIMEOUT",
    "error_text ~ 'SOURCE'": lambda each: "source" in (each.run["error"] or "").lower(),
    "calls >= 2": lambda each: each.run["call_count"] >= 2,
    "failed_calls = 1": lambda each: each.run["failed_call_count"] == 1,
    "duration > 100ms": lambda each: _more(each.run["duration_ms"], 100),
    "NOT duration > 100ms": lambda each: not _more(each.run["duration_ms"], 100),
    "duration = none": lambda each: each.run["duration_ms"] is None,
    "waited > 1h": lambda each: _more(each.run["waited_ms"], 3_600_000),
    "origin = fork": lambda each: each.run["origin"] == "fork",
    "origin = rerun OR golden != none": lambda each: (
        each.run["origin"] == "rerun" or each.run["golden"] is not None
    ),
    "parent != none AND superseded = no": lambda each: (
        each.run["parent_run_id"] is not None and not each.is_superseded
    ),
    "superseded = yes": lambda each: each.is_superseded,
    "golden = north": lambda each: each.run["golden"] == "north",
    "flag = wrong": lambda each: each.run["flag"] == "wrong",
    "flag = none": lambda each: each.run["flag"] is None,
    "worker != none": lambda each: each.run["worker"] is not None,
    "route = none": lambda each: each.run["route"] is None,
    "planner != caller": lambda each: each.run["planner"] != "caller",
    "version > 20": lambda each: each.run["version"] > 20,
    "tool = metric": _has_call(lambda call: call["tool"] == "metric"),
    "tool != metric": lambda each: all(call["tool"] != "metric" for call in each.calls),
    "tool = spare AND status = degraded": lambda each: (
        _status(each) == "degraded" and any(call["tool"] == "spare" for call in each.calls)
    ),
    "call.error != none": _has_call(lambda call: call["error_code"] is not None),
    "call(tool = ci AND status = failed)": _has_call(
        lambda call: call["tool"] == "ci" and call["status"] == "failed"
    ),
    "call.duration > 50ms": _has_call(lambda call: _took(call) > 50),
    "call.duration = none": _has_call(lambda call: call["status"] not in _ENDED_ITSELF),
    "call.status = interrupted": _has_call(lambda call: call["status"] == "interrupted"),
    "call.status = running": _has_call(lambda call: call["status"] == "running"),
    "call.status = skipped": _has_call(lambda call: call["status"] == "skipped"),
}
"""Filters, and what each means."""


def filtered(runs: list[Listed], text: str) -> list[str]:
    """Return the ids of those of the runs that one of the filters fits."""
    return [each.run["run_id"] for each in runs if FILTERS[text](each)]


def found_by(words: str, histories: Histories) -> set[str]:
    """Return the runs whose question or answer has all the words, each whole or begun."""
    return {
        run_id
        for run_id, rows in histories.items()
        if all(f" {word}" in _searched(rows) for word in words.split())
    }


def _searched(rows: list[Row]) -> str:
    answers = [row["data"]["answer"] for row in rows if row["type"] == "response-composed"]
    texts = f"{rows[0]['data']['question']} {answers[-1] if answers else ''}"
    return " " + " ".join(re.findall(r"[a-z0-9]+", texts.lower()))


def statistics_of(histories: Histories) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """Return by hour, tool and operation the live calls: ended, failed, and microseconds.

    How long a call took is what was measured around the tool itself.
    """
    found = defaultdict[tuple[str, str, str], list[int]](lambda: [0, 0, 0])
    for rows in histories.values():
        for row in rows:
            is_end = row["type"] in {"tool-call-succeeded", "tool-call-failed"}
            if is_end and row["data"].get("answered_by", "live") == "live":
                begun = _begin_of(row, rows)
                sums = found[row["recorded_at"][:13], begun["tool"], begun["operation"]]
                sums[0] += 1
                sums[1] += row["type"] == "tool-call-failed"
                sums[2] += round(row["data"]["duration_ms"] * 1000)
    return {key: (sums[0], sums[1], sums[2]) for key, sums in found.items()}


def _begin_of(end: Row, rows: list[Row]) -> Known:
    begun: list[Known] = [
        row["data"]
        for row in rows
        if row["type"] == "tool-call-started"
        and row["version"] < end["version"]
        and row["data"]["call_id"] == end["data"]["call_id"]
    ]
    return begun[-1]


def goldens_of(histories: Histories) -> dict[str, tuple[str, int]]:
    """Return by name the golden run, and where it was pinned: who was last has the name."""
    pins = [pin for rows in histories.values() if (pin := pin_of(rows)) is not None]
    by_age = sorted(pins, key=lambda pin: int(pin["position"]))
    return {pin["data"]["name"]: (pin["stream_id"], pin["position"]) for pin in by_age}


def family_of(run_id: str, histories: Histories) -> dict[str, Any]:
    """Return the tree below the first forebear of a run that is there."""
    parent = _parent(histories[run_id])
    while parent is not None and parent in histories:
        run_id, parent = parent, _parent(histories[parent])
    return _tree(run_id, histories)


def _tree(run_id: str, histories: Histories) -> dict[str, Any]:
    rows = histories[run_id]
    origin = rows[0]["data"].get("origin") or {}
    children = [each for each in histories if _parent(histories[each]) == run_id]
    return {
        "run": run_id,
        "parent_version": origin.get("parent_version"),
        "reason": origin.get("reason"),
        "notes": notes_of(rows),
        "children": [
            _tree(child, histories)
            for child in sorted(children, key=lambda each: (_requested_at(histories[each]), each))
        ],
    }


def _parent(rows: list[Row]) -> str | None:
    parent: str | None = (rows[0]["data"].get("origin") or {}).get("parent_run_id")
    return parent


def _requested_at(rows: list[Row]) -> str:
    return str(rows[0]["recorded_at"])
