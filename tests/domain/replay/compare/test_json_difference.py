"""Where two JSON values differ is told by JSON pointers, and counted in cells."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import Exactness
from domain.json import JsonMap
from domain.replay.compare.json_difference import (
    compared_cells,
    differing_pointers,
    is_filled_in,
    value_at,
)
from domain.views.comparison import Cells

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
BLOCKS = st.dictionaries(st.sampled_from(["rows", "value", "meta"]), JSON)


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


@pytest.mark.parametrize(
    ("a", "b", "cells"),
    [
        ({"value": 1}, {"value": 2}, Cells(1, 1)),
        ({"value": 1}, {"value": 1.0}, Cells(1, 0)),
        ({"value": 1}, {"value": True}, Cells(1, 1)),
        ({"value": 1}, {"value": None}, Cells(1, 1)),
        ({"value": 1}, {}, Cells(1, 1)),
        ({}, {"value": 1}, Cells(1, 1)),
        ({"value": {"a": 1, "b": 2}}, {"value": 3}, Cells(2, 2)),
        ({"columns": ["a", "b"]}, {"columns": ["b", "a"]}, Cells(2, 2)),
        ({"rows": [["a", 1], ["b", 2]]}, {"rows": [["b", 2], ["a", 1]]}, Cells(4, 0)),
        ({"rows": [["a", 1], ["b", 2]]}, {"rows": [["a", 1], ["b", 3]]}, Cells(4, 1)),
        ({"rows": [["a", 1]]}, {"rows": [["new", 0], ["a", 1]]}, Cells(4, 2)),
        ({"rows": [["a", 1], ["a", 1]]}, {"rows": [["a", 1]]}, Cells(4, 2)),
        ({"rows": [{"x": 1}]}, {"rows": [{"x": 1, "y": 2}]}, Cells(2, 1)),
        ({"rows": []}, {"rows": []}, Cells(0, 0)),
    ],
)
def test_cells_are_counted_with_those_that_changed(a: JsonMap, b: JsonMap, cells: Cells) -> None:
    assert compared_cells(a, b) == cells


def test_names_and_references_of_a_block_are_no_cells() -> None:
    a: JsonMap = {"type": "text", "title": "A", "id": "1", "reference_ids": ["r"], "text": "x"}
    assert compared_cells(a, {"text": "x"}) == Cells(1, 0)


@given(BLOCKS)
def test_nothing_changed_in_a_block_that_is_the_same(block: JsonMap) -> None:
    assert compared_cells(block, block).changed_count == 0


@given(BLOCKS, BLOCKS)
def test_as_many_cells_changed_one_way_as_the_other(a: JsonMap, b: JsonMap) -> None:
    assert compared_cells(a, b) == compared_cells(b, a)


@given(BLOCKS, BLOCKS)
def test_no_more_cells_changed_than_there_are(a: JsonMap, b: JsonMap) -> None:
    cells = compared_cells(a, b)
    assert 0 <= cells.changed_count <= cells.count


@pytest.mark.parametrize(
    ("pointer", "stored", "is_filled"),
    [
        ("/a", {}, True),
        ("/a/b", {}, True),
        ("/list/0/a", {"list": [{}]}, True),
        ("/a/b", {"a": {}}, True),
        ("/a", {"a": None}, False),
        ("/a/b", {"a": None}, False),
        ("/new", {}, False),
        ("/list/1", {"list": [{}]}, False),
        ("", {}, False),
    ],
)
def test_a_place_is_filled_in_where_what_was_stored_lacks_a_field(
    pointer: str, stored: object, is_filled: object
) -> None:
    value = {"a": {"b": 1}, "list": [{"a": 1}, {"a": 2}]}
    assert is_filled_in(pointer, value, stored=stored) is is_filled


@pytest.mark.parametrize(
    ("one", "other", "tolerance", "pointers"),
    [
        ([1.0], [1.0 + 1e-12], 1e-9, []),
        ([1.0], [1.0 + 1e-12], 0.0, ["/0"]),
        ([1], [True], 1e-3, ["/0"]),
        ([10**12], [10**12 + 1], 1e-3, ["/0"]),
        ([1.0], ["1.0"], 1e-3, ["/0"]),
    ],
)
def test_floats_differ_by_more_than_the_tolerance(
    one: object, other: object, tolerance: float, pointers: list[str]
) -> None:
    assert differing_pointers(one, other, Exactness(tolerance)) == pointers
