"""Which values of a result are told as others than before."""

import pytest

from domain.json import JsonMap
from domain.replay.diagnosis.changed_values import changed_values

SRV_01: JsonMap = {"ci_code": "srv-01", "status": "active"}
SRV_02: JsonMap = {"ci_code": "srv-02", "status": "active"}
DOWN: JsonMap = {**SRV_01, "status": "down"}


def test_a_row_is_found_by_what_it_is_known_by_wherever_it_stands() -> None:
    told = changed_values({"rows": [SRV_01, SRV_02]}, {"rows": [SRV_02, DOWN]}, is_moving=False)
    assert told == ["srv-01 status active -> down"]


def test_rows_that_came_and_went_are_told_by_their_names() -> None:
    told = changed_values({"rows": [SRV_01]}, {"rows": [SRV_02]}, is_moving=False)
    assert told == ["without srv-01", "with srv-02"]


def test_cells_of_a_listed_row_have_the_names_of_their_columns() -> None:
    before: JsonMap = {"columns": ["ci_code", "avg_cpu"], "rows": [["srv-01", 40.0]]}
    now: JsonMap = {"columns": ["ci_code", "avg_cpu"], "rows": [["srv-01", 80.123456789]]}
    assert changed_values(before, now, is_moving=False) == ["srv-01 avg_cpu 40 -> 80.1235"]


def test_what_stands_beside_what_was_found_is_not_told() -> None:
    before: JsonMap = {"value": 1, "window": {"start": "a"}, "updated_at": "a"}
    now: JsonMap = {"value": 1, "window": {"start": "b"}, "updated_at": "b"}
    assert changed_values(before, now, is_moving=False) == []


@pytest.mark.parametrize(("now", "told"), [(109, []), (112, ["value 100 -> 112"])])
def test_where_a_window_has_moved_on_a_tenth_is_no_difference(now: int, told: list[str]) -> None:
    assert changed_values({"value": 100}, {"value": now}, is_moving=True) == told


def test_where_a_window_has_moved_on_rows_come_and_go() -> None:
    assert changed_values({"rows": [SRV_01]}, {"rows": [SRV_02]}, is_moving=True) == []
    assert changed_values({"rows": [SRV_01]}, {"rows": [DOWN]}, is_moving=True) == []


def test_any_difference_counts_where_the_window_is_the_same() -> None:
    assert changed_values({"value": 100}, {"value": 101}, is_moving=False) == ["value 100 -> 101"]


def test_a_result_that_is_no_object_is_compared_too() -> None:
    assert changed_values([1, 2], [2], is_moving=False) == ["without 1"]
    assert changed_values("a", "b", is_moving=False) == ["a -> b"]
