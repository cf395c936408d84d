"""Where the views of a run are not as the reference says."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.run.events import HistoryEntry
from domain.views.response import RESPONSE, run_response
from domain.views.run import RUN, run_details
from domain.views.state import STATE, run_state
from domain.views.timeline import TIMELINE, run_timeline
from domain.views.trace import TRACE, run_trace
from tests.reference_fold import runs, times
from tests.reference_fold.parts import calls_of, stages_of
from tests.reference_fold.rows import Row

Json = Any
_OWN: Final = "known_until"
"""What only the reference knows of a part."""
_ROUNDED_MS: Final = 1.0
_EXACT_MS: Final = 0.002


def of_run(entries: Sequence[HistoryEntry], rows: list[Row]) -> Iterator[str]:
    """Yield where the views of a run, or of its beginning, differ from the reference."""
    yield from _of_summary(entries, rows)
    yield from _of_state(STATE.to_json(run_state(entries)), rows)
    yield from _of_response(RESPONSE.to_json(run_response(entries)), rows)
    yield from _of_trace(TRACE.to_json(run_trace(entries)), rows)
    yield from _of_timeline(TIMELINE.to_json(run_timeline(entries)), rows)


def _of_summary(entries: Sequence[HistoryEntry], rows: list[Row]) -> Iterator[str]:
    yield from differ("summary", RUN.to_json(run_details(entries)), runs.summary_of(rows))


def _of_state(shown: Json, rows: list[Row]) -> Iterator[str]:
    expected = {
        "state": runs.state_of(rows),
        "is_final": runs.is_final(rows),
        "golden": runs.golden_of(rows),
        "has_plan": any(row["type"] == "plan-produced" for row in rows),
        "has_response": runs.has_response(rows),
        "stages": _tries(runs.stages_now(rows)),
        "calls": _tries(runs.calls_now(rows)),
    }
    yield from differ("state", shown, expected)
    may_resume = runs.end_of(rows) is not None and not expected["is_final"]
    resumes = {"resume allowed": "resume" in shown["allowed"]}
    yield from differ("state", resumes, {"resume allowed": may_resume})
    if expected["is_final"]:
        yield from differ("state", shown, {"allowed": []})


def _tries(now: Mapping[str, tuple[str, int]]) -> Json:
    return {name: {"status": status, "attempt": tried} for name, (status, tried) in now.items()}


def _of_response(shown: Json, rows: list[Row]) -> Iterator[str]:
    expected, summary = runs.response_of(rows), runs.summary_of(rows)
    error, meta = shown.get("error") or {}, shown["meta"]
    flat = {**meta, **shown, "error": error.get("code"), "message": error.get("message")}
    same = ("question", "state", "call_count", "failed_call_count", "requested_at", "version")
    yield from differ("response", flat, {name: summary[name] for name in same})
    if expected["answer"] is None:  # it failed: what to do next has to be said
        yield from differ("response", {"actions": bool(flat["next_actions"])}, {"actions": True})
    is_open = {name for name in ("answer", "next_actions") if expected[name] is None}
    told = {name: value for name, value in expected.items() if name not in is_open}
    yield from differ("response", flat, told)
    yield from differ(
        "response", {"duration_ms": meta["timing_ms"]}, _only(summary, "duration_ms")
    )


_NO_END: Final = {"duration_ms": None}
"""What has no end of its own has no duration."""
_CUT_OFF: Final = ("interrupted", "skipped")
_OF_TRACE: Final = ("state", "status", "route", "duration_ms", "error", "error_code", "version")


def _of_trace(shown: Json, rows: list[Row]) -> Iterator[str]:
    summary = runs.summary_of(rows)
    yield from differ("trace", shown, {name: summary[name] for name in _OF_TRACE})
    yield from of_parts("trace stage", shown["stages"], stages_of(rows))
    calls = [each | _NO_END if each["status"] in _CUT_OFF else each for each in calls_of(rows)]
    yield from of_parts("trace call", shown["execution_steps"], calls)


def of_parts(view: str, shown: Json, expected: Sequence[Json]) -> Iterator[str]:
    """Yield where parts of a view, such as calls, differ from those of the reference."""
    if len(shown) != len(expected):
        yield f"{view} count: shows {len(shown)}, should be {len(expected)}"
        return
    for part, reference in zip(shown, expected, strict=True):
        yield from differ(view, part, reference)


def _of_timeline(shown: Json, rows: list[Row]) -> Iterator[str]:
    worked, waited = times.worked_and_waited_ms(rows)
    expected = {
        "total_ms": worked + waited,
        "waited_ms": waited,
        "setbacks": [version for version, _ in times.setbacks_of(rows)],
        "went_back_ms": sum(by_ms for _, by_ms in times.setbacks_of(rows)),
        "notes": times.notes_after_an_end(rows),
    }
    told = {
        "total_ms": shown["total_ms"],
        "waited_ms": math.fsum(wait["duration_ms"] for wait in shown["waits"]),
        "setbacks": [setback["version"] for setback in shown["setbacks"]],
        "went_back_ms": math.fsum(setback["by_ms"] for setback in shown["setbacks"]),
        "notes": [note["version"] for note in shown["notes"]],
    }
    yield from differ("timeline", told, expected)
    lanes = [lane["bar"] for lane in shown["lanes"]]
    yield from _of_bars("timeline stage", lanes, stages_of(rows), rows)
    made = [bar for lane in shown["lanes"] for bar in lane["calls"] if bar["status"] != "reused"]
    yield from _of_bars("timeline call", made, calls_of(rows), rows)


def _of_bars(view: str, bars: list[Json], parts: list[Json], rows: list[Row]) -> Iterator[str]:
    expected = [
        {
            "status": part["status"],
            "attempt": part["attempt"],
            "start_ms": times.gone_by_ms(rows, part["started_version"]),
            "end_ms": times.gone_by_ms(rows, part["known_until"]),
        }
        for part in parts
    ]
    yield from of_parts(view, bars, expected)


def _only(known: Json, name: str) -> Json:
    return {name: known[name]}


def differ(view: str, shown: Json, expected: Json) -> Iterator[str]:
    """Yield the fields of the reference that the view does not show like this."""
    for name, value in expected.items():
        if name == _OWN:
            continue
        if name not in shown:
            yield f"{view} {name}: is not shown, should be {value!r}"
        elif not _equal(name, shown[name], value):
            yield f"{view} {name}: shows {shown[name]!r}, should be {value!r}"


def _equal(name: str, shown: Json, value: Json) -> bool:
    if name.endswith("_ms") and None not in {shown, value}:
        tolerance = _ROUNDED_MS if isinstance(shown, int) else _EXACT_MS
        return bool(abs(shown - value) <= tolerance)
    return bool(shown == value)
