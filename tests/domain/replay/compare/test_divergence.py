"""Where two histories part, and in what way."""

import pytest
from msgspec.structs import replace

from domain.run.events import RunEvent
from domain.run.lifecycle import Stage
from domain.views.verdict import DivergenceClass
from tests.domain.replay.compare.diverging import (
    DATA,
    PATH,
    VERSION,
    WHERE_CALLS_START,
    divergence,
    divergences,
    sides,
    with_change,
    without,
)
from tests.domain.run.samples import (
    ANSWERED,
    COMPLETED,
    COMPOSED,
    FAILED,
    PLANNED,
    REQUESTED,
    ROUTED,
    VALIDATED,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    failed,
    started,
)
from tests.domain.views.histories import EVERY_END


@pytest.mark.parametrize("end", EVERY_END)
def test_a_history_does_not_diverge_from_itself(end: str) -> None:
    assert divergences(EVERY_END[end], EVERY_END[end], of_two_runs=True) == []


@pytest.mark.parametrize(
    ("old", "change", "kind"),
    [
        (REQUESTED, {"question": "?"}, DATA),
        (ROUTED, {"route": "direct"}, PATH),
        (ROUTED, {"plan_analysis": {"tools": 2}}, DATA),
        (VALIDATED, {"plan": {"intent": "LIST"}}, DATA),
        (started(Stage.EXECUTE), {"attempt": 2}, PATH),
        (call_started("a"), {"label": "x"}, PATH),
        (call_started("a"), {"depends_on": ["b"]}, PATH),
        (call_started("a"), {"group": 1}, PATH),
        (call_started("a"), {"params": {"limit": 6}}, DATA),
        (call_succeeded("b"), {"data": {"rows": [1]}}, DATA),
        (call_succeeded("b"), {"source_revision": "r2"}, VERSION),
        (PLANNED, {"planner_version": "2"}, VERSION),
        (COMPOSED, {"answer": "Three."}, DATA),
        (COMPLETED, {"status": "partial"}, DATA),
    ],
)
def test_a_changed_fact_is_reported_at_its_event_with_its_class(
    old: RunEvent, change: dict[str, object], kind: DivergenceClass
) -> None:
    found = divergence(ANSWERED, with_change(ANSWERED, old, **change))
    assert (found.version, found.kind) == (ANSWERED.index(old) + 1, kind)


def test_a_divergence_shows_both_events_and_where_they_differ() -> None:
    changed = with_change(ANSWERED, call_started("a"), params={"limit": 6})
    found = divergence(ANSWERED, changed)
    assert found.pointers == ("/params/limit",)
    expected, actual = sides(found)
    assert (expected.type, expected.version) == (
        "tool-call-started",
        WHERE_CALLS_START,
    )
    assert expected.data["params"] == {"limit": 5}
    assert actual.data["params"] == {"limit": 6}
    assert found.sentence == "call a (ci.search) asks otherwise: limit 5 -> 6"


def test_a_sentence_has_three_fields_and_counts_the_others() -> None:
    other = replace(
        COMPOSED, answer="No.", confidence=0.5, confidence_reasons=["old"], next_actions=[{}]
    )
    assert divergence([COMPOSED], [other]).sentence == (
        'the answer: answer "Two." -> "No."; next_actions 0 -> 1 item, with {}; '
        "confidence 1.0 -> 0.5; and 1 more field"
    )


def test_the_first_of_several_is_the_one_that_was_recorded_first() -> None:
    changed = with_change(ANSWERED, COMPOSED, answer="Three.")
    changed = with_change(changed, call_succeeded("b"), data={"rows": [1]})
    found = divergence(ANSWERED, changed)
    assert found.version == ANSWERED.index(call_succeeded("b")) + 1


def test_another_event_in_its_place_is_another_path() -> None:
    changed = [call_failed("a") if e == call_succeeded("a") else e for e in ANSWERED]
    found = divergence(ANSWERED, changed)
    assert (found.kind, sides(found)[1].type, found.pointers) == (PATH, "tool-call-failed", ())
    assert found.sentence == (
        "call a (ci.search): answered -> failed: TOOL_TIMEOUT: Timeout after 5 ms"
    )


def test_a_call_that_is_missing_is_reported_where_it_started() -> None:
    found = divergence(ANSWERED, without(ANSWERED, call_started("b"), call_succeeded("b")))
    assert (found.kind, found.version, found.actual) == (PATH, WHERE_CALLS_START + 1, None)
    assert found.sentence == "call b (ci.search): was made -> did not happen"


def test_a_call_too_many_is_reported_after_the_event_that_it_follows() -> None:
    place = ANSWERED.index(call_succeeded("a"))
    found = divergence(ANSWERED, [*ANSWERED[:place], call_skipped("z"), *ANSWERED[place:]])
    assert (found.kind, found.version, found.expected) == (PATH, place, None)
    assert found.sentence == "call z (ci.search): did not happen -> was skipped: not needed"


def test_what_follows_from_another_path_is_not_the_first() -> None:
    routed = replace(ROUTED, route="error")
    found = divergence(ANSWERED, [*ANSWERED[:3], routed, failed(Stage.ROUTE_PLAN), FAILED])
    assert found.pointers == ("/route",)


def test_a_changed_fact_before_an_event_too_many_comes_first() -> None:
    changed = with_change(ANSWERED, COMPOSED, answer="Three.")
    found = divergence(ANSWERED, [*changed, COMPLETED])
    assert found.pointers == ("/answer",)
