"""A rule over the windows of a history: the same judgement as on what a call brings."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.evaluation import Dated, Evaluation, History, evaluated, judge
from domain.rules.rule import Rule, WrongRule
from domain.rules.windows import SECOND, windows_of

READINGS = st.lists(
    st.tuples(st.integers(600, 1199), st.sampled_from(["a", "b"]), st.integers(0, 9)), max_size=25
).map(lambda readings: sorted(set(readings)))
CPU = {"metric_name": "cpu"}
Readings = list[tuple[int, str, int]]


def rule(trigger_type: str = "metric", condition: str = "true", **spec: Any) -> Rule:  # noqa: ANN401
    return Rule.model_validate(
        {"trigger_type": trigger_type, "condition": condition, "trigger_spec": spec}
    )


def points(readings: Readings) -> list[Dated]:
    return [
        Dated(second * SECOND, {"ci_code": code, "value": value})
        for second, code, value in readings
    ]


def over(tried: Rule, end: int = 600, start: int = 0, **history: Any) -> Evaluation:  # noqa: ANN401
    windows = windows_of(tried, start * SECOND, end * SECOND, usual=60 * SECOND)
    return evaluated(tried, windows, History(**history))


@settings(max_examples=40)
@given(READINGS, st.sampled_from(["max", "min", "sum", "count"]), st.integers(0, 20))
def test_windows_and_groups_are_those_that_a_loop_over_seconds_finds(
    readings: Readings, figure: str, threshold: int
) -> None:
    tried = rule(
        **CPU, op=">=", threshold=threshold, aggregation={"type": figure},
        window={"type": "sliding", "size_seconds": 60, "slide_seconds": 30},
    )  # fmt: skip
    found = over(tried, start=600, end=1200, records={"metric": points(readings)})
    expected = set()
    for start in range(570, 1200, 30):
        values = defaultdict(list)
        for second in range(start, start + 60):
            for at, code, value in readings:
                if at == second:
                    values[code].append(value)
        of = {"max": max, "min": min, "sum": sum, "count": len}[figure]
        expected |= {(start, code, of(each) >= threshold) for code, each in values.items()}  # type: ignore[operator]  # builtins
    verdicts = [(v.span[0] // SECOND, v.group, v.judgement.fires) for v in found.verdicts]
    assert set(verdicts) == expected
    assert len(verdicts) == len(expected)


@settings(max_examples=40)
@given(READINGS, st.sampled_from(["metric.value > 4", "history.count > 1 || metric.value < 3"]))
def test_each_verdict_is_what_the_rule_says_of_its_maps_alone(
    readings: Readings, condition: str
) -> None:
    tried = rule(
        condition=condition, **CPU, agg="max", anomaly={"baseline": 5},
        when={"not": {"field": "metric.value", "op": "==", "value": 7}},
    )  # fmt: skip
    both = {"metric": points(readings), "history": points(readings)}
    verdicts = over(tried, end=1200, records=both).verdicts
    for verdict in verdicts:
        assert judge(tried, verdict.maps) == verdict.judgement


def test_the_baseline_is_made_of_the_windows_before() -> None:
    tried = rule(**CPU, agg="max", anomaly={"method": "iqr", "baseline": 5})
    steady = points([(60 * number, "a", 10 + number) for number in range(10)] + [(600, "a", 50)])
    last = over(tried, start=480, end=660, records={"metric": steady}).verdicts[2:]
    assert [verdict.value for verdict in last] == [50]
    assert last[0].maps["metric"]["baseline"] == [15, 16, 17, 18, 19]  # type: ignore[index,call-overload]  # a map
    assert last[0].judgement.fires is True
    assert (last[0].judgement.anomaly or {})["baseline_count"] == 5


def test_with_few_windows_before_there_is_no_anomaly_and_a_reason() -> None:
    tried = rule(**CPU, anomaly={})
    (verdict,) = over(tried, end=60, records={"metric": points([(1, "a", 9)])}).verdicts
    assert verdict.judgement.fires is None
    assert verdict.judgement.reason == "fewer than 5 windows before it have a figure"


def test_a_baseline_that_never_varies_makes_any_change_an_anomaly() -> None:
    maps: Any = {"metric": {"value": 2, "baseline": [1] * 9}}
    judgement = judge(rule(**CPU, anomaly={}), maps)
    assert judgement.fires is True
    assert (judgement.anomaly or {})["score"] is None


def test_of_what_is_not_grouped_windows_without_records_count_too() -> None:
    tried = rule(**CPU, op="<", threshold=1, aggregation={"group_by": None})
    found = over(tried, end=180, records={"metric": points([(70, "a", 1), (71, "b", 1)])})
    assert [verdict.judgement.fires for verdict in found.verdicts] == [True, False, True]


def test_items_that_are_asked_for_are_looked_at_also_where_nothing_is_of_them() -> None:
    tried = rule(**CPU, op="<", threshold=1, aggregation={})
    found = over(tried, end=60, records={"metric": points([(7, "a", 1)])}, expected=("a", "b"))
    assert [(verdict.group, verdict.judgement.fires) for verdict in found.verdicts] == [
        ("a", False),
        ("b", True),
    ]


def test_no_sessions_are_found_where_nothing_is() -> None:
    tried = rule(**CPU, op="<", threshold=1, window={"type": "session", "gap_seconds": 5})
    assert over(tried, records={}, expected=("a",)).verdicts == []


def test_records_that_do_not_count_are_left_out_and_open_ones_are_told() -> None:
    records = [Dated(n * SECOND, {"ci_code": "a", "severity": each}) for n, each in
               enumerate([5, 1, None, "high", 4])]  # fmt: skip
    where = {"field": "severity", "op": ">=", "value": 4}
    found = over(rule("event", where=where, op=">=", threshold=2), records={"history": records})
    assert [verdict.value for verdict in found.verdicts] == [2]
    assert found.warnings == [
        "1 records left out: severity is nothing, which >= cannot compare with 4",
        "1 records left out: severity is text, which >= cannot compare with 4",
    ]


def test_values_that_are_no_numbers_are_skipped() -> None:
    records = [Dated(n, {"ci_code": "a", "minutes": each}) for n, each in
               enumerate([5, "many", None, True, 7.5])]  # fmt: skip
    tried = rule("event", aggregation={"type": "sum", "field": "minutes"}, op=">", threshold=12)
    (verdict,) = over(tried, records={"history": records}).verdicts
    assert (verdict.value, verdict.judgement.fires) == (12.5, True)


def test_of_very_many_groups_the_first_are_looked_at_and_the_others_told() -> None:
    records = [Dated(0, {"key": str(number)}) for number in range(3000)]
    tried = rule("event", aggregation={"group_by": "key"}, op=">", threshold=0)
    found = over(tried, end=60, records={"history": records})
    assert (len(found.verdicts), found.group_count) == (1000, 1000)
    assert found.warnings == ["2000 records left out: of key, the first 1,000 values count"]


def test_a_group_that_is_no_word_is_left_out_and_told() -> None:
    records = [Dated(0, {"key": {"a": 1}}), Dated(1, {})]
    tried = rule("event", aggregation={"group_by": "key"})
    assert over(tried, end=60, records={"history": records}).warnings == [
        "2 records left out: key is no text or number"
    ]


def test_windows_that_begin_before_what_was_read_are_not_judged() -> None:
    found = over(
        rule(**CPU, op=">", threshold=0), end=180,
        records={"metric": points([(65, "a", 1), (125, "a", 1)])}, complete_from=61 * SECOND,
    )  # fmt: skip
    assert [verdict.span[0] // SECOND for verdict in found.verdicts] == [120]


@pytest.mark.parametrize("limit", ["_MOST_JUDGED", "_MOST_READ"])
def test_too_many_windows_of_all_groups_are_refused(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = {"type": "sliding", "size_seconds": 100, "slide_seconds": 10}
    tried = rule(**CPU, op="<", threshold=1, window=spec)
    readings = points([(number, "a", 1) for number in range(600)])
    assert over(tried, records={"metric": readings}).verdicts
    monkeypatch.setattr(f"domain.rules.evaluation.{limit}", 50)
    with pytest.raises(WrongRule, match="ask for less time, or fewer items"):
        over(tried, records={"metric": readings})


def test_a_counter_s_increase_is_not_computed_for_windows() -> None:
    with pytest.raises(WrongRule, match=r"trigger_spec\.agg: increase"):
        over(rule(**CPU, agg="increase"), records={"metric": points([(1, "a", 1)])})


def test_a_false_part_decides_where_another_is_open() -> None:
    tried = rule(
        condition="metric.value > 5", **CPU, when={"field": "ci.x", "op": "==", "value": 1}
    )
    judgement = judge(tried, {"metric": {"value": 1}})
    assert (judgement.fires, judgement.reason) == (False, None)
    assert [(each.name, each.is_given) for each in judgement.variables] == [
        ("metric.value", True),
        ("ci.x", False),
    ]
    opened = judge(tried, {"metric": {"value": 9}})
    assert (opened.fires, opened.reason) == (None, "ci.x is not given")
