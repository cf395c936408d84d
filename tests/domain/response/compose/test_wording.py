import pytest

from domain.query.periods import period
from domain.response.compose.wording import (
    Noun,
    ci_noun,
    duration,
    in_words,
    instant,
    listed,
    measure_in_words,
    percent,
    sentence_of,
)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("last_24h", " in the last 24 h"),
        ("last_1d", " in the last 1 day"),
        ("LAST_2W", " in the last 2 weeks"),
        ("today", " today"),
        ("yesterday", " yesterday"),
        ("2025-12-24", " on 2025-12-24"),
        ("2025-12", " in 2025-12"),
        ("2025-12-01..2025-12-31", " from 2025-12-01 to 2025-12-31"),
        ("all_time", ""),
        ("", ""),
    ],
)
def test_a_time_range_is_said_in_words(label: str, words: str) -> None:
    assert period(label, "in") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "no value"),
        (3, "3"),
        (3.0, "3"),
        (56.14, "56.1"),
        (0.00423, "0.00423"),
        (-12.34, "-12.3"),
        (999.96, "1000.0"),
        (1234567.89, "1234568"),
    ],
)
def test_a_number_is_rounded_for_reading(value: float | None, words: str) -> None:
    assert in_words(value) == words


def test_a_number_carries_its_unit() -> None:
    assert in_words(3.5, "GB") == "3.5 GB"


@pytest.mark.parametrize(("share", "words"), [(0.761, "76.1 %"), (1, "100 %"), (None, "no value")])
def test_a_share_is_a_percentage(share: float | None, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(("count", "words"), [(0, "No hosts"), (1, "1 host"), (2, "2 hosts")])
def test_a_noun_agrees_with_its_count(count: int, words: str) -> None:
    assert Noun("host", "hosts").counted(count) == words


@pytest.mark.parametrize(
    ("subtype", "words"),
    [
        ("server", "servers"),
        ("process", "processes"),
        ("os", "configuration items with ci_subtype = os"),
    ],
)
def test_items_are_named_by_their_subtype_where_it_is_a_word(subtype: str, words: str) -> None:
    assert ci_noun([{"field": "ci_subtype", "value": subtype}]).of_all() == words


def test_only_items_that_are_of_a_subtype_are_named_by_it() -> None:
    noun = ci_noun([{"field": "ci_subtype", "op": "!=", "value": "server"}])
    assert noun.of_all() == "configuration items with ci_subtype != server"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a"], "a"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
    ],
)
def test_a_long_list_says_how_many_more_there_are(words: list[str], said: str) -> None:
    assert listed(words) == said


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("count", "count"),
        ("avg(duration_min)", "average duration_min"),
        ("count_distinct(ci_name)", "different ci_name"),
        ("share(result=success)", "share with result = success"),
        ("median(x)", "median(x)"),
    ],
)
def test_a_measure_is_said_in_words(column: str, words: str) -> None:
    assert measure_in_words(column) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30, "30 s"), (90, "90 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_a_duration_is_said_in_its_largest_unit(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_an_instant_is_said_in_utc_and_to_the_minute() -> None:
    assert instant("2025-12-31T09:30:59+02:00") == "2025-12-31 07:30 UTC"


def test_a_text_that_is_no_instant_stays() -> None:
    assert instant("soon") == "soon"


@pytest.mark.parametrize(
    ("text", "said"), [("done", "done."), ("done.", "done."), ("done?", "done?"), ("", "")]
)
def test_a_sentence_ends_with_a_stop(text: str, said: str) -> None:
    assert sentence_of(text) == said
