"""How many cells of two blocks differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.json import JsonMap
from domain.replay.compare.cells import Cells, compared_cells

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)
BLOCKS = st.dictionaries(st.sampled_from(["rows", "value", "meta"]), JSON)


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
