from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from adapters.estates.demo.dataset import demo_estate, demo_with_truth
from adapters.estates.demo.effects import Effect, with_effects
from adapters.estates.demo.planted import planted_incidents
from adapters.estates.demo.planted_kinds import PlantedIncident, PlantedKind
from domain.estate.records import MetricPoint

ANCHOR = datetime(2026, 1, 1, 9, tzinfo=UTC)


def planted(seed: int = 42, *, count: int = 12) -> list[PlantedIncident]:
    return planted_incidents(anchor=ANCHOR, seed=seed, days=31, count=count)


def test_of_six_incidents_there_is_one_of_each_kind() -> None:
    assert Counter(each.kind for each in planted()) == dict.fromkeys(PlantedKind, 2)


def test_the_same_seed_plants_the_same_and_another_one_something_else() -> None:
    assert planted() == planted()
    assert planted() != planted(43)


def test_they_are_over_before_the_anchor_and_have_a_past() -> None:
    begin = ANCHOR - timedelta(days=23)
    assert all(begin <= each.started_at < each.ended_at < ANCHOR for each in planted(count=60))


def test_each_has_symptoms_elsewhere_and_records_or_effects() -> None:
    for each in planted(count=60):
        assert each.cause not in each.symptoms
        assert each.symptoms
        assert each.entries
        assert each.effects


def test_the_truth_is_about_items_and_records_of_the_estate() -> None:
    estate, truth = demo_with_truth(anchor=ANCHOR, days=10, incidents=6)
    codes = {item.ci_code for item in estate.cis}
    entries = {entry.entry_id for entry in estate.event_log}
    assert codes.issuperset(code for each in truth for code in [each.cause, *each.symptoms])
    assert entries.issuperset(entry.entry_id for each in truth for entry in each.entries)


def test_without_incidents_nothing_else_is_in_the_estate() -> None:
    bare, more = (demo_estate(anchor=ANCHOR, days=3, incidents=n) for n in (0, 3))
    known = [each.entry_id for each in bare.event_log]
    assert [e.entry_id for e in more.event_log if e.entry_id in set(known)] == known
    assert len([*more.event_log]) > len(known)


@pytest.mark.parametrize(
    ("kind", "amount", "values"),
    [
        ("load", 90.0, [10, 92.5, 92.5, 10]),
        ("ramp", 90.0, [10, 10, 50, 10]),
        ("slowed", 0.5, [10, 10, 10, 10]),
        ("silent", 0.0, [10, 10]),
    ],
)
def test_an_effect_is_on_the_points_of_its_time(
    kind: str, amount: float, values: list[float]
) -> None:
    points = [
        MetricPoint(
            ci_id="a",
            metric_name="cpu_usage",
            measured_at=ANCHOR + timedelta(hours=hour),
            value=10,
        )
        for hour in range(4)
    ]
    begin, end = points[1].measured_at, points[3].measured_at
    effect = Effect("a", "cpu_usage", kind, begin, end, amount)  # type: ignore[arg-type]  # a literal
    assert [each.value for each in with_effects(points, [effect])] == values


def test_what_a_counter_is_slowed_by_stays_missing() -> None:
    points = [
        MetricPoint(
            ci_id="a",
            metric_name="disk_io",
            measured_at=ANCHOR + timedelta(hours=hour),
            value=10 * hour,
        )
        for hour in range(4)
    ]
    effect = Effect("a", "disk_io", "slowed", points[1].measured_at, points[3].measured_at, 0.2)
    assert [each.value for each in with_effects(points, [effect])] == [0, 2, 4, 14]
