"""Where two JSON values differ is told by JSON pointers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.replay.compare.json_difference import differing_pointers, value_at

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(JSON)
def test_a_value_does_not_differ_from_itself(value: object) -> None:
    assert differing_pointers(value, value) == []


@given(JSON, JSON)
def test_values_without_a_differing_place_are_equal(one: object, other: object) -> None:
    assert bool(differing_pointers(one, other)) == (_text(one) != _text(other))


@given(JSON, JSON)
def test_what_stands_at_a_differing_place_differs(one: object, other: object) -> None:
    for pointer in differing_pointers(one, other):
        sides = value_at(one, pointer), value_at(other, pointer)
        # What is only on one side may be null, which is also what stands where nothing is.
        assert sides == (None, None) or _text(sides[0]) != _text(sides[1])


@pytest.mark.parametrize(
    ("one", "other", "pointers"),
    [
        ({"a": 1}, {"a": 2}, ["/a"]),
        ({"a": 1}, {}, ["/a"]),
        ({}, {"a/b": 1, "~": 2}, ["/a~1b", "/~0"]),
        ([1, 2], [1, 3, 4], ["/1", "/2"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["/a/0/b"]),
        (1, True, [""]),
        ([], {}, [""]),
        (1, 1.0, []),
    ],
)
def test_a_differing_place_is_named(one: object, other: object, pointers: list[str]) -> None:
    assert differing_pointers(one, other) == pointers


@pytest.mark.parametrize("pointer", ["/x", "/a/5", "/a/-1", "/a/b", "/s/0"])
def test_where_there_is_nothing_stands_none(pointer: str) -> None:
    assert value_at({"a": [1], "s": "text"}, pointer) is None


def test_the_empty_pointer_is_the_whole() -> None:
    assert value_at([1], "") == [1]


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
