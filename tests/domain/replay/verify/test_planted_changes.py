"""Changes of the engine, planted one or two at a time: each is found, with its value in view."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pytest

from domain.replay.compare.ignore_rules import parse_ignore_rules
from domain.replay.verify.verify import verify
from domain.views.verdict import Divergence, DivergenceClass
from tests.domain.replay.verify import planted
from tests.domain.replay.verify.verifying import (
    EVERY_KIND,
    Kind,
    answered,
    clamped,
    degraded,
    failed,
    looked_up,
    partial,
    verdict,
)
from tests.domain.stages.running import finish

Plant = Callable[[pytest.MonkeyPatch], None]
DATA, PATH = DivergenceClass.DATA, DivergenceClass.PATH


class Found(NamedTuple):
    """A divergence as it must be found; `follow` is how many events follow from it."""

    kind: DivergenceClass
    type: str
    sentence: str
    follow: int = 0


CASES: Sequence[tuple[Plant, Kind, Found]] = (
    (
        planted.stricter_limit,
        clamped,
        Found(
            DATA,
            "plan-validated",
            "the validated plan: primary.limit 50 -> 40; decisions[0].effective 50 -> 40; "
            'decisions[0].why "primary.limit must be from 1 to 50" -> '
            '"primary.limit must be from 1 to 40"',
            1,
        ),
    ),
    (
        planted.other_default,
        looked_up,
        Found(
            PATH,
            "tool-call-started",
            "call primary (ci.resolve) asks otherwise: limit (none) -> 7",
            8,
        ),
    ),
    (
        planted.other_order_of_blocks,
        answered,
        Found(
            DATA,
            "response-composed",
            "the answer: blocks in another order: CI details, CI summary, srv-1, average cpu -> "
            "average cpu, srv-1, CI summary, CI details",
        ),
    ),
    (
        planted.other_mapping,
        answered,
        Found(
            PATH,
            "tool-call-started",
            'call metric (metric.aggregate) asks otherwise: ci_ids[0] "c1" -> ["c1"]',
            8,
        ),
    ),
    (
        planted.other_route,
        looked_up,
        Found(
            PATH,
            "route-chosen",
            'the route: route "lookup" -> "sections_loop"; route_config.description '
            '"Look up one configuration item" -> "Run each part of the plan"; '
            'route_config.execution_type "lookup" -> "sections"',
            1,
        ),
    ),
    (
        planted.other_quality,
        partial,
        Found(DATA, "stage-completed", "stage compose: confidence 0.75 -> 0.5", 1),
    ),
    (
        planted.other_label,
        looked_up,
        Found(
            PATH,
            "tool-call-started",
            'call primary (ci.resolve) asks otherwise: label "b9d730745c73e64e" -> '
            '"e46e37c547037d9b"',
            8,
        ),
    ),
    (
        planted.one_group_for_all,
        answered,
        Found(
            PATH,
            "tool-call-started",
            "call metric (metric.aggregate) asks otherwise: group 1 -> 0",
        ),
    ),
    (
        planted.no_fallback,
        degraded,
        Found(
            PATH,
            "tool-call-started",
            "call primary (ci.resolve), attempt 2: was made -> did not happen",
            7,
        ),
    ),
    (
        planted.other_wording,
        looked_up,
        Found(
            DATA,
            "stage-completed",
            'stage compose: answer "srv-1 (Server 1) is without a status." -> '
            '"ci.resolve: 1 row."',
            2,
        ),
    ),
    (
        planted.other_ranking,
        looked_up,
        Found(
            DATA,
            "tools-ranked",
            "the ranking of tools: candidates[0].score 0.627272727273 -> 0.854545454545; "
            "candidates[0].speed 0.227272727273 -> 0.454545454545",
        ),
    ),
    (
        planted.other_reason_to_skip,
        failed,
        Found(
            DATA,
            "tool-call-skipped",
            "call metric (metric.aggregate) is skipped otherwise: "
            'reason "Dependency \'primary\' failed" -> "primary gave nothing"',
        ),
    ),
    (
        planted.coarser_rounding,
        partial,
        Found(DATA, "stage-completed", "stage compose: confidence 0.75 -> 0.8", 1),
    ),
    (
        planted.other_next_action,
        answered,
        Found(
            DATA,
            "response-composed",
            'the answer: next_actions[5].label "cpu over the last 7 days" -> '
            '"cpu over the last 30 days"; next_actions[5].payload.patch.metric.time_range '
            '"last_7d" -> "last_30d"',
        ),
    ),
    (
        planted.no_references,
        answered,
        Found(
            DATA,
            "stage-completed",
            "stage compose: diagnostics.counts.references 1 -> 0; reference_count 1 -> 0",
            2,
        ),
    ),
    (
        planted.other_error_message,
        failed,
        Found(DATA, "stage-failed", 'stage execute: message "no answer" -> "it failed"', 1),
    ),
    (
        planted.other_status,
        partial,
        Found(DATA, "run-completed", 'the run: status "partial" -> "degraded"'),
    ),
    (
        planted.other_error_codes,
        partial,
        Found(
            DATA,
            "tool-call-failed",
            "call metric (metric.aggregate) fails otherwise: can_retry false -> true",
        ),
    ),
    (
        planted.one_more_warning,
        answered,
        Found(
            DATA,
            "stage-completed",
            'stage execute: diagnostics.status "ok" -> "warning"; diagnostics.warnings 0 -> 1 '
            'item, with "the estate is old"',
        ),
    ),
)


def found(divergences: Iterable[Divergence]) -> list[Found]:
    return [
        Found(each.kind, _type(each), each.sentence, len(each.consequences))
        for each in divergences
    ]


def _type(divergence: Divergence) -> str:
    event = divergence.expected or divergence.actual
    assert event is not None
    return event.type


@pytest.mark.parametrize(
    ("plant", "kind", "expected"), CASES, ids=[plant.__name__ for plant, _, _ in CASES]
)
def test_a_changed_engine_is_found_with_the_value_that_changed(
    monkeypatch: pytest.MonkeyPatch, plant: Plant, kind: Kind, expected: Found
) -> None:
    running, history = kind()
    assert verdict(running, history).is_same
    plant(monkeypatch)
    after = verdict(running, history)
    assert found(after.divergences) == [expected]
    assert after.divergence == after.divergences[0]


def _sentences(monkeypatch: pytest.MonkeyPatch, kind: Kind, *plants: Plant) -> list[str]:
    running, history = kind()
    for plant in plants:
        plant(monkeypatch)
    return [each.sentence for each in verdict(running, history).divergences]


def test_a_call_that_is_dropped_is_told_with_the_route_that_counted_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    route, dropped = _sentences(monkeypatch, answered, planted.dropped_call)
    assert route.startswith('the route: route "sections_loop" -> "lookup"; ')
    assert dropped == "call metric (metric.aggregate): was made -> did not happen"


def test_a_change_is_found_behind_another_one_that_stops_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plants = (planted.other_default, planted.other_quality, planted.other_status)
    assert _sentences(monkeypatch, partial, *plants) == [
        "call primary (ci.resolve) asks otherwise: limit (none) -> 7",
        "stage compose: confidence 0.75 -> 0.5",
        'the run: status "partial" -> "degraded"',
    ]


def test_calls_that_change_side_by_side_are_told_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plants = (planted.other_default, planted.other_mapping, planted.other_next_action)
    first, second, third = _sentences(monkeypatch, answered, *plants)
    assert first == "call primary (ci.resolve) asks otherwise: limit (none) -> 7"
    assert second.startswith("call metric (metric.aggregate) asks otherwise: ci_ids[0]")
    assert third.startswith("the answer: next_actions[5]")


def test_no_two_sides_of_any_message_look_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for plant, kind, _ in CASES:
        running, history = kind()
        with monkeypatch.context() as patch:
            plant(patch)
            for each in verdict(running, history).divergences:
                assert [(c.before, c.after) for c in each.changes if c.before == c.after] == []


def test_what_is_ignored_is_no_divergence(monkeypatch: pytest.MonkeyPatch) -> None:
    running, history = looked_up()
    planted.other_default(monkeypatch)
    ignore = parse_ignore_rules(["ci:/limit"])
    assert not finish(verify(history, running.registry)).is_same
    assert finish(verify(history, running.registry, ignore=ignore)).divergences == ()


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_an_engine_that_is_not_changed_is_never_accused(kind: Kind) -> None:
    running, history = kind()
    assert verdict(running, history).divergences == ()


def test_a_number_that_is_only_written_otherwise_is_no_divergence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planted.other_default(monkeypatch, 7.0)
    running, history = looked_up()
    assert '"limit":7.0' in history[10].envelope.data
    planted.other_default(monkeypatch, 7)
    assert verdict(running, history).divergences == ()
