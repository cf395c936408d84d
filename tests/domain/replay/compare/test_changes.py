"""What changed in an event is shown so that the difference is in view."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.replay.compare.changes import SHOWN_CHARACTERS, changes_of, shortened
from domain.replay.compare.json_difference import differing_pointers
from tests.domain.replay.compare.test_json_difference import JSON

LONG = "The service is fine. " * 20
FORTY, MORE = f"{LONG}It is 40.", f"{LONG}It is 41."
ROWS = [{"ci_code": "srv-01"}, {"ci_code": "srv-02"}]
NFC, NFD = (unicodedata.normalize(form, "Gerät") for form in ("NFC", "NFD"))


def shown(before: object, after: object) -> list[str]:
    pointers = differing_pointers({"data": before}, {"data": after})
    return [str(each) for each in changes_of({"data": before}, {"data": after}, pointers)]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"limit": 5}, {"limit": 10}, ["limit 5 -> 10"]),
        ({}, {"limit": 7}, ["limit (none) -> 7"]),
        ({"limit": None}, {}, ["limit null -> (none)"]),
        ({"limit": None}, {"limit": 0}, ["limit null -> 0"]),
        ({"a": 1, "b": {"c": "x"}}, {"a": 2, "b": {"c": "y"}}, ["a 1 -> 2", 'b.c "x" -> "y"']),
        ({"rows": [{"n": 1}]}, {"rows": [{"n": 2}]}, ["rows[0].n 1 -> 2"]),
        ({"x": 1}, {"x": True}, ["x 1 -> true"]),
        ({"x": 1}, {"x": "1"}, ['x 1 -> "1"']),
        (
            {"rows": ROWS},
            {"rows": ROWS[::-1]},
            ["rows in another order: srv-01, srv-02 -> srv-02, srv-01"],
        ),
        ({"rows": ROWS}, {"rows": ROWS[1:]}, ["rows 2 -> 1 item, without srv-01"]),
        ({"rows": ROWS[:1]}, {"rows": ROWS}, ["rows 1 -> 2 items, with srv-02"]),
        ({"rows": [{"n": 1}]}, {"rows": []}, ['rows 1 -> 0 items, without {"n": 1}']),
        (
            {"rows": [{"id": "a", "n": 1}]},
            {"rows": [{"id": "a", "n": 2}, {"id": "b"}]},
            [
                'rows 1 -> 2 items, without {"id": "a", "n": 1}, '
                'with {"id": "a", "n": 2}, {"id": "b"}'
            ],
        ),
        ({"of": [3]}, {"of": [4, 5]}, ["of 1 -> 2 items, without 3, with 4, 5"]),
        ({"name": NFC}, {"name": NFD}, ['name "Ger\\u00e4t" -> "Gera\\u0308t"']),
        ({"a/b": {"c.d": 1}}, {"a/b": {"c.d": 2}}, ["a/b.c.d 1 -> 2"]),
        ([1, 2], [1, 3], ["data[1] 2 -> 3"]),
        ("one", "two", ['data "one" -> "two"']),
    ],
)
def test_a_change_has_the_field_and_both_values(
    before: object, after: object, said: list[str]
) -> None:
    assert shown(before, after) == said


def test_a_long_text_is_cut_around_the_place_where_it_differs() -> None:
    (change,) = changes_of(
        {"answer": LONG + "It is 40."}, {"answer": LONG + "It is 41."}, ["/answer"]
    )
    assert change.before.startswith("...")
    assert change.before.endswith('It is 40."')
    assert change.after.endswith('It is 41."')
    assert len(change.before) <= SHOWN_CHARACTERS + 6


def test_a_long_text_has_a_unified_diff_of_its_lines() -> None:
    (change,) = changes_of(
        {"answer": LONG + "It is 40."}, {"answer": LONG + "It is 41."}, ["/answer"]
    )
    removed, added = (
        [line for line in change.diff if line.startswith(sign)] for sign in ("-", "+")
    )
    assert len(removed) == len(added) == 1
    assert "It is 40." in removed[0]
    assert "It is 41." in added[0]


def test_a_long_value_has_a_unified_diff_too() -> None:
    before, after = ({"rows": {str(n): n for n in range(40)} | {"39": last}} for last in (39, 1))
    (change,) = changes_of({"x": before}, {"x": 5}, ["/x"])
    assert change.diff[-1] == "+5"
    assert shown(before, after) == ["rows[39] 39 -> 1"]


def test_a_short_value_has_no_diff() -> None:
    (change,) = changes_of({"n": 1}, {"n": 2}, ["/n"])
    assert change.diff == ()


@given(st.text(max_size=200), st.text(max_size=200))
def test_texts_that_differ_still_differ_when_they_are_cut(one: str, other: str) -> None:
    before, after = shortened(one, other)
    assert (before == after) == (one == other)
    assert len(before) <= SHOWN_CHARACTERS + 6


@given(JSON, JSON)
def test_the_two_sides_of_a_change_never_look_the_same(one: object, other: object) -> None:
    before, after = {"data": one}, {"data": other}
    for change in changes_of(before, after, differing_pointers(before, after)):
        assert change.before != change.after
