"""Nested conditions: what they say of a record, and which are refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.rules.condition import Condition, truth_of
from domain.rules.rule import Trigger

RECORD: Any = {"severity": 4, "title": "Disk full", "tags": ["a", 1], "x": {"y": [{"z": 7}]}}
FIELDS = {"severity": 4, "title": "Disk full", "x.y.0.z": 7, "missing": None}
NUMBER, TEXT = st.integers(0, 9), st.sampled_from(["a", "Disk full", "z"])
Leaf = tuple[str, str, Any]


def leaves() -> st.SearchStrategy[Any]:
    return st.tuples(
        st.sampled_from(list(FIELDS)), st.sampled_from([">", "<", ">=", "<=", "==", "!="]),
        NUMBER | TEXT,
    )  # fmt: skip


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda parts: {"all": parts}),
        several.map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    )


TREES = st.recursive(leaves(), nested, max_leaves=6)


def written(tree: Any) -> Any:  # noqa: ANN401 - a tree of JSON
    if isinstance(tree, tuple):
        return dict(zip(("field", "op", "value"), tree, strict=True))
    word, parts = next(iter(tree.items()))
    return {word: written(parts) if word == "not" else [written(part) for part in parts]}


def as_python(tree: Any, opened: bool) -> str:  # noqa: ANN401, FBT001 - a tree of JSON
    """Write the tree as Python, what cannot be evaluated being `opened`."""
    if isinstance(tree, tuple):
        field, op, value = tree
        found = FIELDS[field]
        return f"({found!r} {op} {value!r})" if type(found) is type(value) else str(opened)
    word, parts = next(iter(tree.items()))
    if word == "not":
        return f"(not {as_python(parts, not opened)})"
    joined = " and " if word == "all" else " or "
    return f"({joined.join(as_python(part, opened) for part in parts)})"


@given(TREES)
def test_a_tree_is_open_only_where_what_is_open_could_decide(tree: Any) -> None:  # noqa: ANN401
    best, worst = (eval(as_python(tree, opened)) for opened in (True, False))  # noqa: S307 - ours
    expected = best if best == worst else None
    reasons: list[str] = []
    assert truth_of(Condition.model_validate(written(tree)), RECORD, reasons) is expected
    assert expected is not None or reasons


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("tags", "contains", "a", True),
        ("tags", "contains", 2, False),
        ("title", "contains", "full", True),
        ("title", "contains", 4, None),
        ("severity", "in", [1, 4], True),
        ("severity", "in", ["4"], None),
        ("severity", "in", [], False),
        ("x", "==", 1, None),
        ("x.y.1.z", "==", 7, None),
        ("tags.1", "==", 1, True),
    ],
)
def test_values_are_never_compared_across_types(
    field: str, op: str, value: object, *, expected: bool | None
) -> None:
    condition = Condition.model_validate({"field": field, "op": op, "value": value})
    assert truth_of(condition, RECORD, []) is expected


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "a is not given"),
        ({"a": "high"}, "a is text, which > cannot compare with 3"),
        ({"a": None}, "a is nothing, which > cannot compare with 3"),
        ({"a": float("nan")}, "a is a part, which > cannot compare with 3"),
        ({"a": True}, "a is a truth, which > cannot compare with 3"),
    ],
)
def test_what_cannot_be_evaluated_says_why(record: Any, reason: str) -> None:  # noqa: ANN401
    reasons: list[str] = []
    condition = Condition.model_validate({"field": "a", "op": ">", "value": 3})
    assert truth_of(condition, record, reasons) is None
    assert reasons == [reason]


def test_a_condition_is_read_in_words() -> None:
    tree = {"any": [("a", ">", 3), {"not": {"all": [("b", "==", "x"), ("c", "<", 1)]}}]}
    words = "(a > 3 or not ((b == 'x' and c < 1)))"
    assert str(Condition.model_validate(written(tree))) == words


def deep(levels: int) -> Any:  # noqa: ANN401 - a tree of JSON
    tree: Any = written(("a", ">", 1))
    for _ in range(levels):
        tree = {"not": tree}
    return tree


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (deep(8), "nested 8 deep"),
        (deep(10_000), "nested 8 deep"),
        ({"all": [deep(0)] * 100}, "at most 100 conditions"),
        ({}, "one of all, any, not, and a field"),
        ({"all": []}, "at least 1 item"),
        ({"field": "a"}, "a field with its op and value"),
        ({**deep(0), "not": deep(0)}, "one of all, any, not"),
        ({"field": "a", "op": "regex", "value": "(a+)+$"}, "'in' or 'contains'"),
        ({"field": "a", "op": "in", "value": 3}, "in takes a list"),
        ({"field": "a", "op": ">", "value": [3]}, "others one value"),
        ({"field": "a", "op": ">", "value": True}, "numbers and texts"),
        ({"field": "a", "op": ">", "value": float("nan")}, "finite"),
        ({"field": "", "op": ">", "value": 1}, "at least 1 character"),
    ],
)
def test_what_is_no_condition_is_refused(where: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Trigger.model_validate({"where": where})


def test_the_deepest_and_the_widest_condition_are_taken() -> None:
    assert Trigger.model_validate({"where": deep(7)}).where is not None
    assert Trigger.model_validate({"where": {"all": [deep(0)] * 99}}).where is not None
