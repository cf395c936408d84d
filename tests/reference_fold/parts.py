"""The stages and the tool calls of a run, attempt by attempt, as its rows say."""

from typing import Any

from tests.reference_fold.rows import Row
from tests.reference_fold.times import span_ms

Attempt = dict[str, Any]

_CUT_OFF_BY = ("run-failed", "run-cancelled", "run-recovered")
_CALL_ENDS = {"tool-call-succeeded": "succeeded", "tool-call-failed": "failed"}


def calls_of(rows: list[Row]) -> list[Attempt]:
    """Return the attempts of tool calls, and the calls that were skipped, as they came up."""
    found: list[Attempt] = []
    for row in rows:
        data = row["data"]
        if row["type"] == "tool-call-started":
            found.append(_begun(row, data["tool"], data["operation"], data.get("attempt", 1)))
        elif row["type"] == "tool-call-skipped":
            skipped = _begun(row, data["tool"], data["operation"], 1)
            found.append({**skipped, **_ended(rows, skipped, row, "skipped")})
        elif row["type"] in _CALL_ENDS:
            call = _running(found, call_id=data["call_id"], attempt=data["attempt"])
            call.update(_ended(rows, call, row, _CALL_ENDS[row["type"]]))
            call.update({"answered_by": data.get("answered_by", "live"), **_error(data)})
        elif row["type"] in _CUT_OFF_BY:
            for call in found:
                if call["status"] == "running":
                    call.update(_ended(rows, call, row, "interrupted"))
    return found


def stages_of(rows: list[Row]) -> list[Attempt]:
    """Return the attempts of stages, as they came up."""
    found: list[Attempt] = []
    for row in rows:
        data = row["data"]
        if row["type"] == "stage-started":
            found.append({**_begin(row), "name": data["stage"], "attempt": data["attempt"]})
        elif row["type"] == "stage-skipped":
            skipped = {**_begin(row), "name": data["stage"], "attempt": 1}
            found.append({**skipped, **_ended(rows, skipped, row, "skipped")})
        elif row["type"] in {"stage-completed", "stage-failed"}:
            stage = _running(found, name=data["stage"], attempt=data["attempt"])
            stage.update(_ended(rows, stage, row, _status_of_stage(row)))
        elif row["type"] in _CUT_OFF_BY:
            for stage in found:
                if stage["status"] == "running":
                    stage.update(_ended(rows, stage, row, "interrupted"))
    return found


def last_words(calls: list[Attempt]) -> dict[str, Attempt]:
    """Return what was last heard of each call that was made; one only skipped was not made."""
    made = {call["call_id"] for call in calls if call["status"] != "skipped"}
    return {call["call_id"]: call for call in calls if call["call_id"] in made}


def _begin(row: Row) -> Attempt:
    return {
        "status": "running",
        "started_at": row["recorded_at"],
        "started_version": row["version"],
        "ended_at": None,
        "ended_version": None,
        "known_until": None,
        "duration_ms": None,
    }


def _begun(row: Row, tool: str, operation: str, attempt: int) -> Attempt:
    named = {"call_id": row["data"]["call_id"], "tool": tool, "operation": operation}
    return {**_begin(row), **named, "attempt": attempt, "answered_by": None, **_error({})}


def _ended(rows: list[Row], begun: Attempt, row: Row, status: str) -> Attempt:
    # Whoever worked at it was lost some time before somebody else took over.
    last = row["version"] - 1 if row["type"] == "run-recovered" else row["version"]
    return {
        "status": status,
        "ended_at": row["recorded_at"],
        "ended_version": row["version"],
        "known_until": last,
        "duration_ms": span_ms(rows, begun["started_version"], last),
    }


def _error(data: dict[str, Any]) -> Attempt:
    error = data.get("error") or {}
    return {"error_code": error.get("code"), "error": error.get("message")}


def _status_of_stage(row: Row) -> str:
    if row["type"] == "stage-failed":
        return "error"
    return str(row["data"]["diagnostics"]["status"])


def _running(found: list[Attempt], **which: object) -> Attempt:
    fitting = [each for each in found if all(each[name] == which[name] for name in which)]
    return fitting[-1]
