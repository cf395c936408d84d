"""The form of phrases, and what keys and relations of classes are."""

import pytest

from domain.estate.named import (
    Key,
    Related,
    attribute_phrases,
    keys_of,
    phrase_of,
    relations_of,
    unit_of,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("databases", "database"),
        ("Zone-A", "zone a"),
        ("cpu_cores", "CPU cores"),
        ("batteries", "battery"),
        ("switches", "switch"),
        ("Köln", "koln"),
    ],
)
def test_two_ways_to_say_it_are_one_phrase(one: str, other: str) -> None:
    assert phrase_of(one) == phrase_of(other)


@pytest.mark.parametrize("word", ["os", "status", "analysis", "access", "10s"])
def test_a_word_that_only_ends_like_a_plural_stays_as_it_is(word: str) -> None:
    assert phrase_of(word) == word


def test_korean_words_stay_whole() -> None:
    assert phrase_of("서버") == "서버"


def test_a_key_is_called_with_and_without_its_unit() -> None:
    assert attribute_phrases("memory_gb") == {"memory gb", "memory"}
    assert (unit_of("memory_gb"), unit_of("memory"), unit_of("gb")) == ("gb", "", "")


def key(source: str, type_: str, count: int) -> Key:
    fields = {"source": source, "type": type_, "unit": "", "example": "1", "count": count}
    return Key(**fields)  # type: ignore[arg-type]  # of each the right one


def test_the_keys_of_several_classes_are_each_told_once() -> None:
    keys = {"server": [key("a", "number", 2)], "db": [key("a", "text", 1), key("b", "text", 9)]}
    found = [(each.source, each.type, each.count) for each in keys_of(keys, ["server", "db"])]
    assert found == [("b", "text", 9), ("a", None, 3)]
    assert [each.source for each in keys_of(keys, ["server"])] == ["a"]
    assert [each.source for each in keys_of(keys, [])] == ["b", "a"]


def test_the_relations_of_a_class_are_those_at_either_end() -> None:
    runs = Related(rel_type="RUNS_ON", source="app", target="server", count=1)
    uses = Related(rel_type="USES", source="app", target="db", count=1)
    assert relations_of([runs, uses], ["server"]) == [runs]
    assert relations_of([runs, uses], []) == [runs, uses]
