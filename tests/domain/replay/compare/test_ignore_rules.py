"""What a comparison is told to leave out."""

import pytest

from domain.replay.compare.ignore_rules import InvalidPattern, parse_ignore_rules

VALUE = {
    "rows": [{"id": 1, "time": 5, "deep": {"time": 6}}, {"id": 2, "time": 7}],
    "a/b": 1,
    "time": 8,
    "time_from": 9,
}


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("/time", {**VALUE, "time": None}),
        ("/a~1b", {**VALUE, "a/b": None}),
        ("/t*", {"rows": VALUE["rows"], "a/b": 1}),
        ("/rows/*/time", {**VALUE, "rows": [{"id": 1, "deep": {"time": 6}}, {"id": 2}]}),
        ("/**/time", {**VALUE, "rows": [{"id": 1, "deep": {}}, {"id": 2}], "time": None}),
        ("/rows/**", {**VALUE, "rows": []}),
        ("/rows/1", {**VALUE, "rows": VALUE["rows"][:1]}),  # type: ignore[index]  # it is a list
        ("/nothing/here", VALUE),
    ],
)
def test_what_fits_the_pattern_is_left_out(pattern: str, kept: dict[str, object]) -> None:
    expected = {key: value for key, value in kept.items() if value is not None}
    assert parse_ignore_rules([pattern]).kept(VALUE) == expected


def test_several_patterns_are_all_left_out() -> None:
    assert parse_ignore_rules(["/a", "/b"]).kept({"a": 1, "b": 2, "c": 3}) == {"c": 3}


def test_a_pattern_of_one_tool_leaves_others_alone() -> None:
    rules = parse_ignore_rules(["metric:/a"])
    kept = [rules.kept({"a": 1}, tool=tool) for tool in ("metric", "ci", None)]
    assert kept == [{}, {"a": 1}, {"a": 1}]


def test_a_pattern_of_no_tool_holds_for_every_tool() -> None:
    assert parse_ignore_rules(["/a"]).kept({"a": 1}, tool="ci") == {}


@pytest.mark.parametrize("pattern", ["", "rows", "/", "metric", "metric/rows", ":/rows"])
def test_what_is_no_pattern_is_refused_with_an_example(pattern: str) -> None:
    with pytest.raises(InvalidPattern, match="such as /window or /rows/"):
        parse_ignore_rules([pattern])
