"""Which failures the runs of a tenant have, as the rows of these runs say."""

from collections import defaultdict

from tests.reference_fold.lists import Histories
from tests.reference_fold.parts import Attempt, calls_of
from tests.reference_fold.rows import Row
from tests.reference_fold.runs import Known, error_of, last_part

_ENDS_BADLY = ("run-failed", "run-rejected", "run-cancelled")


def failures_of(histories: Histories) -> dict[tuple[str, str], tuple[int, int]]:
    """Return by code and message how many runs failed like this, and how many of their calls.

    A run counts where a tool failed it, and where itself failed; there once, and so does a call.
    The same words about another tool, or in another stage, are another failure.
    """
    failed = defaultdict[tuple[str, str, str], set[str]](set)
    called = defaultdict[tuple[str, str], set[tuple[str, str, str]]](set)
    for run_id, rows in histories.items():
        for call in calls_of(rows):
            if call["status"] == "failed" and call["answered_by"] == "live":
                failed[call["error_code"], call["error"], _tool(call)].add(run_id)
                called[call["error_code"], call["error"]].add(
                    (run_id, call["call_id"], _tool(call))
                )
        error = error_of(rows)
        if error is not None and not _is_brought_about(rows, error):
            failed[error["code"], error["message"], _place(rows, error)].add(run_id)
    counts = {(code, message): 0 for code, message, _ in failed}
    for code, message, where in failed:
        counts[code, message] += len(failed[code, message, where])
    return {kind: (counts[kind], len(called[kind])) for kind in counts}


def _is_brought_about(rows: list[Row], error: Known) -> bool:
    """Return whether a patch, a block or the record of another run failed the run, and no tool."""
    ends = [row for row in last_part(rows) if row["type"] in _ENDS_BADLY]
    is_interrupted = ends[-1]["type"] == "run-cancelled" and ends[-1]["actor_kind"] == "service"
    if is_interrupted or not any(row["type"] == "run-failed" for row in ends):
        return False
    call_id = error.get("details", {}).get("call_id")
    if any(row["data"].get("call_id") == call_id for row in rows if call_id):
        return _did_not_go_out(str(call_id), rows)
    changes = [rows[0]["data"].get("origin") or {}]
    changes += [row["data"] for row in rows if row["type"] == "run-resumed"]
    return any(
        change.get("is_blocked") or any((change.get("patches") or {}).values())
        for change in changes
    )


def _did_not_go_out(call_id: str, rows: list[Row]) -> bool:
    """Return whether the last that is known of a call is no answer of a tool."""
    last = [row for row in rows if row["data"].get("call_id") == call_id][-1]
    cause = last["data"].get("cause")
    if last["type"] == "tool-call-skipped" and cause is not None:
        before = [row for row in rows if row["version"] < last["version"]]
        return any(row["data"].get("call_id") == cause for row in before) and _did_not_go_out(
            cause, before
        )
    return bool(last["data"].get("answered_by", "live") != "live")


def _tool(call: Attempt) -> str:
    return f"{call['tool']}.{call['operation']}"


def _place(rows: list[Row], error: Known) -> str:
    """Return the tool that failed the run, else the stage."""
    call_id = error.get("details", {}).get("call_id")
    calls = [call for call in calls_of(rows) if call["call_id"] == call_id]
    failures = [row["data"] for row in rows if row["type"] == "run-failed"]
    return _tool(calls[-1]) if calls else str(failures and failures[-1].get("stage"))
