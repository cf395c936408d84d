"""Changes of the engine, planted one or two at a time: each is found, with its value in view."""

from collections.abc import Iterable

import pytest

from domain.replay.compare.ignore_rules import parse_ignore_rules
from domain.replay.verify.verify import verify
from domain.views.verdict import Divergence
from tests.domain.replay.verify import planted
from tests.domain.replay.verify.planted_cases import CASES, Found, Plant
from tests.domain.replay.verify.verifying import (
    EVERY_KIND,
    Kind,
    answered,
    looked_up,
    partial,
    verdict,
)
from tests.domain.stages.running import finish


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


def _told(monkeypatch: pytest.MonkeyPatch, kind: Kind, *plants: Plant) -> list[str]:
    running, history = kind()
    for plant in plants:
        plant(monkeypatch)
    return [each.told for each in verdict(running, history).divergences]


def test_a_call_that_is_dropped_is_told_with_the_route_that_counted_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    route, dropped = _told(monkeypatch, answered, planted.dropped_call)
    assert route.startswith('the route: route "sections_loop" -> "lookup"; ')
    assert dropped.startswith("call metric (metric.aggregate): was made -> did not happen; and 5")


def test_a_change_is_found_behind_another_one_that_stops_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plants = (planted.other_default, planted.other_quality, planted.other_status)
    assert _told(monkeypatch, partial, *plants) == [
        "call primary (ci.resolve) asks otherwise: limit (none) -> 7; "
        "and 7 events that follow from it",
        "stage compose: confidence 0.75 -> 0.5",
        'the run: status "partial" -> "degraded"',
    ]


def test_calls_that_change_side_by_side_are_told_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plants = (planted.other_default, planted.other_mapping, planted.other_next_action)
    first, second, third = _told(monkeypatch, answered, *plants)
    assert first.startswith("call primary (ci.resolve) asks otherwise: limit (none) -> 7; and ")
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
