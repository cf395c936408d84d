"""What was meant by a word that nothing is called: right or not at all."""

import pytest

from domain.estate.misspellings import is_slip, nearest, respelt

KNOWN = ("server", "database", "memory", "erp", "zone-a", "zone-b", "storage")


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("servr", "server"),
        ("sevrer", "server"),
        ("Serverr", "server"),
        ("datbase", "database"),
        ("databses", "database"),
        ("epr", "erp"),
    ],
)
def test_a_slip_is_put_right(misspelt: str, meant: str) -> None:
    assert nearest(misspelt, KNOWN) == [meant]


@pytest.mark.parametrize("other", ["serve it", "sap", "er", "memorandum", "storming", "xyz"])
def test_another_word_is_not_taken_for_one(other: str) -> None:
    assert nearest(other, KNOWN) == []


def test_of_several_that_are_as_near_all_are_told() -> None:
    assert nearest("zone-d", KNOWN) == ["zone-a", "zone-b"]


def test_each_word_of_a_phrase_is_put_right() -> None:
    assert respelt("servr in zone", lambda _: KNOWN) == ["server in zone"]


def test_a_phrase_without_slips_is_not_another_one() -> None:
    assert respelt("server memory", lambda _: KNOWN) == []


@pytest.mark.parametrize(
    ("word", "other"), [("srv-02", "srv-01"), ("zone-d", "zone-a"), ("10g", "11g")]
)
def test_a_thing_with_another_number_or_letter_is_another_thing(word: str, other: str) -> None:
    assert not is_slip(word, other)


def test_a_slip_in_the_words_of_a_code_is_one() -> None:
    assert is_slip("storge-mes-01", "storage-mes-01")
