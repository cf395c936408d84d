from domain.json import JsonMap
from domain.plan.plan import Plan
from domain.response.blocks import TableBlock
from domain.response.compose.composition import Composition, compose
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered
from tests.domain.response.compose.outcomes import call_result

CHANGE: JsonMap = {
    "at": "2026-03-20T12:00:00+00:00",
    "ci_code": "db-01",
    "distance": 1,
    "kind": "upgrade",
    "what": "Version 15",
    "result": "failed",
    "record": "work_history:w-1",
}
RISE: JsonMap = {
    "metric": "cpu_usage",
    "unit": "%",
    "kind": "rise",
    "value": 95.0,
    "usual": 40.0,
    "from": "2026-03-20T12:15:00+00:00",
    "to": "2026-03-20T13:00:00+00:00",
}
CANDIDATE: JsonMap = {
    "ci_code": "db-01",
    "score": 6.5,
    "distance": 1,
    "since": "2026-03-20T12:15:00+00:00",
    "series": [RISE],
    "alarms": {"count": 2, "past_count": 5},
    "changes": [CHANGE],
}


def why(*rows: JsonMap, changes: tuple[JsonMap, ...] = ()) -> Composition:
    data = {"items": ["app-01"], "item_count": 4, "measured_count": 3, "rows": [*rows]}
    more = {"changes": [*changes], "change_count": len(changes), "time_range": "last_24h"}
    return compose(Plan(), [call_result("causes.why", data={**data, **more})])


def test_an_answer_begins_with_the_likeliest_cause_its_evidence_and_the_change_before() -> None:
    assert why(CANDIDATE).answer == (
        "The likeliest cause of what is unusual of app-01 and 3 items around in the last 24 h is "
        "db-01, since 2026-03-20 12:15 UTC: cpu_usage rose to 95 % (usually 40 %); "
        "2 alarms, 5 in the two weeks before. "
        "Shortly before: upgrade of db-01 at 2026-03-20 12:00 UTC (Version 15), failed."
    )


def test_silent_series_are_told_together() -> None:
    silent = [{**RISE, "kind": "silent", "metric": name} for name in ("cpu", "disk", "memory")]
    assert (
        "no cpu, disk and 1 more from 2026-03-20 12:15 UTC to 2026-03-20 13:00 UTC"
        in why({**CANDIDATE, "series": [*silent]}).answer
    )


def test_candidates_and_changes_are_tables() -> None:
    candidates, near = why(CANDIDATE, changes=(CHANGE,)).blocks
    assert isinstance(candidates, TableBlock)
    assert candidates.rows[0][:2] == ["db-01", 6.5]
    assert near.title == "Changes near"


def test_without_candidates_nothing_is_found_and_no_cause_is_named() -> None:
    assert why(changes=(CHANGE,)).answer == (
        "Nothing found of app-01 and 3 items around in the last 24 h: no alarms, and no series of "
        "3 measured items, are unusual against the two weeks before."
    )


def test_changes_are_counted_and_the_nearest_is_told(invoker: ToolInvoker) -> None:
    call = {"call_id": "c", "tool": "causes", "operation": "changes"}
    asked = answered(invoker, calls=[{**call, "params": {"items": ["srv-01"], "depth": 1}}])
    assert asked.answer.startswith("3 changes of srv-01 and 2 items around in the last 24 h.")


def test_no_change_is_said(invoker: ToolInvoker) -> None:
    call = {"call_id": "c", "tool": "causes", "operation": "changes"}
    asked = answered(invoker, calls=[{**call, "params": {"items": ["lone-01"]}}])
    assert asked.answer == "No changes are on record of lone-01 in the last 24 h."
