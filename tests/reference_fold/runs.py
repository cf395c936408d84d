"""What a run is after its rows: the last word on each thing counts."""

from typing import Any

from tests.reference_fold.parts import calls_of, last_words
from tests.reference_fold.rows import Row
from tests.reference_fold.times import ENDS, worked_and_waited_ms

Known = dict[str, Any]

_STATES = {
    "run-requested": "requested",
    "run-completed": "completed",
    "run-rejected": "rejected",
    "run-failed": "failed",
    "run-cancelled": "cancelled",
    "run-resumed": "resumed",
    "run-recovered": "resumed",
}
_MADE = "tool-call-started"
_BESIDE = {"tool-call-logged", "tool-call-throttled"}
"""What is told of a call that goes on."""
_TAKEN_UP = ("run-resumed", "run-recovered")
STAGES = ("route_plan", "validate", "execute", "compose", "present")
_ENDED = ("completed", "rejected", "failed", "cancelled")


def summary_of(rows: list[Row]) -> Known:
    """Return the line of the run list."""
    request, last = rows[0], rows[-1]
    calls = last_words(calls_of(rows))
    end = end_of(rows)
    error = error_of(rows)
    worked, waited = worked_and_waited_ms(rows)
    return {
        "run_id": request["stream_id"],
        "version": last["version"],
        "state": state_of(rows),
        "status": status_of(rows),
        "route": _last(rows, "route-chosen", "route"),
        "planner": _last(rows, "plan-produced", "planner"),
        "question": request["data"]["question"],
        "actor_kind": request["actor_kind"],
        "actor_id": request["actor_id"],
        "requested_at": request["recorded_at"],
        "updated_at": last["recorded_at"],
        "ended_at": end and end["recorded_at"],
        "duration_ms": round(worked) if end else None,
        "waited_ms": round(waited),
        "call_count": len(calls),
        "failed_call_count": sum(call["status"] == "failed" for call in calls.values()),
        "error_code": error and error["code"],
        "error": error and error["message"],
        "worker": None if end else _last_worker(last_part(rows)),
        "origin": _origin(rows).get("kind", "new"),
        "parent_run_id": _origin(rows).get("parent_run_id"),
        "golden": golden_of(rows),
        "flag": _last(rows, "run-flagged", "verdict"),
    }


def state_of(rows: list[Row]) -> str:
    """Return where the run is."""
    state = "new"
    for row in rows:
        if row["type"] == "stage-started":
            state = row["data"]["stage"]
        state = _STATES.get(row["type"], state)
    return state


def last_part(rows: list[Row]) -> list[Row]:
    """Return the rows since the run was taken up last; all when it never was."""
    begins = [row["version"] for row in rows if row["type"] in _TAKEN_UP]
    return rows[begins[-1] - 1 :] if begins else rows


def end_of(rows: list[Row]) -> Row | None:
    """Return where the run ended; a failed run that somebody cancels has ended when it failed."""
    return next((row for row in last_part(rows) if row["type"] in ENDS), None)


def status_of(rows: list[Row]) -> str | None:
    """Return how a completed run was completed."""
    status: str | None = _last(last_part(rows), "run-completed", "status")
    return status


def error_of(rows: list[Row]) -> Known | None:
    """Return what is wrong with a run that ended badly."""
    error = None
    for row in last_part(rows):
        data = row["data"]
        if row["type"] == "run-failed":
            error = data["error"]
        elif row["type"] == "run-rejected":
            error = {"code": "POLICY_DENY", "message": data["reason"]}
        elif row["type"] == "run-cancelled" and row["actor_kind"] == "service":
            error = {"code": "INTERRUPTED", "message": data["why"]}
    return error


def golden_of(rows: list[Row]) -> str | None:
    """Return the name that the run is pinned by."""
    pin = pin_of(rows)
    return str(pin["data"]["name"]) if pin else None


def pin_of(rows: list[Row]) -> Row | None:
    """Return the pin that holds."""
    pin = None
    for row in rows:
        if row["type"] == "golden-pinned":
            pin = row
        is_unpin = row["type"] == "golden-unpinned"
        if is_unpin and pin and pin["data"]["name"] == row["data"]["name"]:
            pin = None
    return pin


def is_final(rows: list[Row]) -> bool:
    """Return whether nothing can go on any more: it was rejected, or wholly successful."""
    is_successful = state_of(rows) == "completed" and status_of(rows) == "success"
    return is_successful or state_of(rows) == "rejected"


def response_of(rows: list[Row]) -> Known:
    """Return what the caller gets.

    Of a run that failed, the reference leaves open how it says so: `answer` is None. Where there
    is an error, `next_actions` are None: some there must be.
    """
    summary = summary_of(rows)
    composed = [row["data"] for row in rows if row["type"] == "response-composed"]
    last = composed[-1] if composed else {"answer": "", "confidence": None}
    has_failed = any(row["type"] == "run-failed" for row in last_part(rows))
    error = error_of(rows) if has_failed or summary["state"] == "rejected" else None
    return {
        "run_id": summary["run_id"],
        "status": summary["status"] or summary["state"],
        "route": summary["route"],
        "error": error and error["code"],
        "message": error and error["message"],
        "answer": None if has_failed else last["answer"],
        "next_actions": None if error else last.get("next_actions", []),
        "confidence": last.get("confidence", 1.0),
        "used_tools": sorted({row["data"]["tool"] for row in rows if row["type"] == _MADE}),
        "is_finished": summary["state"] in _ENDED,
        "planner": _planner(rows),
    }


def stages_now(rows: list[Row]) -> dict[str, tuple[str, int]]:
    """Return how each stage stands, and in which attempt.

    Where the run was taken up again, the stage that it goes on at is to be repeated, and those
    behind it.
    """
    now: dict[str, tuple[str, int]] = {}
    for row in rows:
        data, kind = row["data"], row["type"]
        if kind.startswith("stage-"):
            now[data["stage"]] = (kind.removeprefix("stage-"), data.get("attempt", 1))
        if kind in _TAKEN_UP:
            for name in STAGES[STAGES.index(data["from_stage"]) :]:
                if name in now:
                    now[name] = ("interrupted", now[name][1])
    return now


def has_response(rows: list[Row]) -> bool:
    """Return whether there is a response to what is asked now."""
    return any(row["type"] == "response-composed" for row in last_part(rows))


def calls_now(rows: list[Row]) -> dict[str, tuple[str, int]]:
    """Return how each call stands, and in which attempt.

    Where the run was taken up again, a result either counts on, or the call is to be made again.
    """
    now: dict[str, tuple[str, int]] = {}
    for row in rows:
        data, kind = row["data"], row["type"]
        if kind.startswith("tool-call-") and kind not in _BESIDE:
            status = kind.removeprefix("tool-call-")
            tried = now.get(data["call_id"], ("", 0))[1]
            attempt = tried if status == "skipped" else data.get("attempt", 1)
            now[data["call_id"]] = (status, attempt)
        if kind in _TAKEN_UP:
            for name, (was, tried) in now.items():
                counts_on = "failed" if was == "failed" else "reused"
                is_reused = name in data.get("reused_calls", [])
                now[name] = (counts_on if is_reused else "interrupted", tried)
    return now


def notes_of(rows: list[Row]) -> list[tuple[int, str, str | None]]:
    """Return what lineage tells beside a run: version, kind and what it is about."""
    about = {
        "run-resumed": ("resumed", "why"),
        "run-recovered": ("recovered", "lost_worker"),
        "golden-pinned": ("pinned", "name"),
        "golden-unpinned": ("unpinned", "name"),
        "golden-broke": ("broke", "name"),
    }
    found = []
    for row in rows:
        if row["type"] in about:
            kind, name = about[row["type"]]
            wrong = " as wrong" if row["data"].get("is_wrong") else ""
            found.append((row["version"], f"{kind}{wrong}", row["data"].get(name)))
    return found


def _last(rows: list[Row], kind: str, name: str) -> Any:  # noqa: ANN401 - whatever is stored
    found = [row["data"].get(name) for row in rows if row["type"] == kind]
    return found[-1] if found else None


def _last_worker(rows: list[Row]) -> str | None:
    found = [row["actor_id"] for row in rows if row["actor_kind"] == "service"]
    return found[-1] if found else None


def _origin(rows: list[Row]) -> Known:
    origin: Known = rows[0]["data"].get("origin") or {}
    return origin


def _planner(rows: list[Row]) -> str | None:
    name = _last(rows, "plan-produced", "planner")
    return name and f"{name} {_last(rows, 'plan-produced', 'planner_version')}"
