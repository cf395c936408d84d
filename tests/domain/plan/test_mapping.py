import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from domain.plan.mapping import (
    Literal,
    MappingError,
    MissingValue,
    UnknownCall,
    WrongMapping,
    parse_mapping,
    resolve_mapping,
)
from tests.domain.run.random_events import JSON, TEXT

ROWS: JsonValue = [
    {"ci_id": "c1", "load": 0.5, "tags": ["a", "b"]},
    {"ci_id": "c2", "load": None, "tags": []},
    {"ci_id": "c3", "tags": ["c"]},
]
RESULTS: dict[str, JsonValue] = {
    "primary": {"rows": ROWS, "total": 3, "data": "inner"},
    "step1:metric": {"value": 7, "length": 2, "unit-of": "ms", "none": None},
    "plain": "text",
    "page": [{"rows": [{"n": 1}, {"n": 2}]}, None, {"rows": []}, {"rows": [{"n": 3}]}],
}
KNOWN = [*RESULTS, "silent"]


def value_of(expression: str) -> JsonValue:
    return resolve_mapping(parse_mapping(expression, known=KNOWN), RESULTS)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{primary.total}", 3),
        ("{primary.rows[0].ci_id}", "c1"),
        ("{primary.rows[1]}", {"ci_id": "c2", "load": None, "tags": []}),
        ("{primary.rows[*].ci_id}", ["c1", "c2", "c3"]),
        ("{primary.rows.*.ci_id}", ["c1", "c2", "c3"]),
        ("{primary.rows[*].load}", [0.5]),
        ("{primary.rows[*].tags[*]}", [["a", "b"], [], ["c"]]),
        ("{primary.rows[*].tags[0]}", ["a", "c"]),
        ("{primary.rows[*].tags.length}", [2, 0, 1]),
        ("{page[*].rows[*].n}", [1, 2, 3]),
        ("{page[*].rows.length}", [2, 0, 1]),
        ("{primary.rows.length}", 3),
        ("{primary.data.rows[0].ci_id}", "c1"),
        ("{primary.data.total}", 3),
        ("{primary.data.data}", "inner"),
        ("{step1:metric.value}", 7),
        ("{step1:metric.length}", 2),
        ("{step1:metric.unit-of}", "ms"),
        ("{plain}", "text"),
        ("{ primary.total }", 3),
        (" {primary.total} ", 3),
        ("primary.data.rows.*.ci_id", ["c1", "c2", "c3"]),
        ("primary.total", 3),
    ],
)
def test_a_path_gives_the_value_at_its_end(expression: str, value: JsonValue) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    "text",
    ["cpu", "primary", "other.rows[0]", "last_24h", "1.5", "", "{open", "a b.c", "srv-1.local"],
)
def test_any_other_text_stands_for_itself(text: str) -> None:
    assert value_of(text) == text


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{primary.nothing ?? 0}", 0),
        ('{primary.nothing ?? "none"}', "none"),
        ("{primary.nothing ?? []}", []),
        ('{primary.nothing??{"a": [1]}}', {"a": [1]}),
        ("{primary.rows[1].load ?? 0.5}", 0.5),
        ("{primary.nothing ?? null}", None),
        ("{silent.rows[0] ?? false}", False),
        ("{primary.total ?? 9}", 3),
    ],
)
def test_a_default_stands_in_for_what_is_missing_or_null(
    expression: str, value: JsonValue
) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "{primary.nothing}",
        "{primary.rows[3].ci_id}",
        "{primary.rows[0].ci_id.deeper}",
        "{primary.total[0]}",
        "{primary.total[*]}",
        "{primary.rows.ci_id}",
        "{primary.total.length}",
        "{step1:metric.none}",
        "{silent}",
    ],
)
def test_what_is_missing_without_a_default_is_told(expression: str) -> None:
    with pytest.raises(MissingValue) as raised:
        value_of(expression)
    assert str(raised.value).startswith(f"{expression!r} has no value in the result")


@pytest.mark.parametrize(
    "expression",
    [
        "{}",
        "{.rows}",
        "{1.rows}",
        "{primary.}",
        "{primary..rows}",
        "{primary.rows[}",
        "{primary.rows[-1]}",
        "{primary.rows[a]}",
        "{primary.rows[0}",
        "{primary rows}",
        "{primary.rows ?? none}",
        "{primary.rows[*]ci_id}",
        "primary.rows[",
        "primary.rows[0",
    ],
)
def test_what_is_not_in_the_grammar_is_told(expression: str) -> None:
    with pytest.raises(WrongMapping, match=r"is not a mapping; expected a form like \{call"):
        parse_mapping(expression, known=KNOWN)


def test_an_unknown_call_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownCall) as raised:
        parse_mapping("{other.rows}", known=["b", "a"])
    assert str(raised.value) == (
        "'{other.rows}' reads from 'other', which is no call of the plan; calls: a, b"
    )


STEPS = st.sampled_from(
    [".rows", ".ci_id", ".length", ".data", "[0]", "[9]", "[*]", ".*", ".tags", "[", ".", "?? 0"]
)
EXPRESSIONS = st.builds(
    "".join, st.lists(st.sampled_from(["{", "}", "primary", " "]) | STEPS | TEXT, max_size=8)
) | st.builds(lambda steps: f"{{primary{''.join(steps)}}}", st.lists(STEPS, max_size=5))


@given(EXPRESSIONS, JSON)
def test_every_expression_resolves_or_is_refused(expression: str, data: JsonValue) -> None:
    with contextlib.suppress(MappingError):
        mapping = parse_mapping(expression, known=["primary"])
        value = resolve_mapping(mapping, {"primary": data})
        assert not isinstance(mapping, Literal) or value == expression


@given(EXPRESSIONS)
def test_a_default_always_answers(path: str) -> None:
    with contextlib.suppress(WrongMapping, UnknownCall):
        mapping = parse_mapping(f"{{primary.nothing{path} ?? 5}}", known=["primary"])
        assert resolve_mapping(mapping, {"primary": {}}) == 5
