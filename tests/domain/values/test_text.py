"""The one text policy: what a text from outside may hold, and how it is shown."""

import json
import unicodedata

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from domain.values.text import (
    NAME,
    QUESTION,
    code_key,
    escaped,
    forbidden,
    replaced,
    shown,
    without_passwords,
)

LAYOUT = [
    *("\0", "\x1b", "\x7f", "\x85", "\x9b", "\r", "\v"),
    *("\ud83d", "\ufffe", "\ufdd0", "\U0001ffff", "\U0010fffe"),
    *("\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u2029"),
    *("\u200b", "\u2060", "\ufeff", "\u00ad", "\u3164", "\U000e0041"),
]
PLAIN = [
    *("srv-1", "日本", "Straße", "é", "a b\u00a0c"),
    *("a\U0001f468\u200d\U0001f469", "\u0646\u0647\u200c\u0647"),  # joiners
]


@pytest.mark.parametrize("letter", LAYOUT)
def test_what_is_unseen_or_changes_the_layout_is_refused_with_its_place(letter: str) -> None:
    with pytest.raises(ValueError, match=rf"^it holds U\+{ord(letter):04X} .* 3"):
        QUESTION.taken(f"ab{letter}c")


@pytest.mark.parametrize("text", [*PLAIN, "two\nlines\tand\r\nmore"])
def test_letters_of_every_script_and_lines_are_taken_as_they_are(text: str) -> None:
    assert QUESTION.taken(text) == text


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_text_says_something(text: str) -> None:
    with pytest.raises(ValueError, match="it may not be empty"):
        QUESTION.taken(text)


def test_a_text_that_is_too_long_is_told_the_limit() -> None:
    with pytest.raises(ValueError, match="it has 4001 characters, and at most 4000 are taken"):
        QUESTION.taken("x" * 4001)


@pytest.mark.parametrize(
    "letter", [*"\n\t\u200d\u034f\ufe0f\U000e0100\u2800", *"\U0001d173\U0001bca3\U00013438"]
)
def test_a_name_is_one_line_of_letters_that_are_seen(letter: str) -> None:
    with pytest.raises(ValueError, match="it holds U"):
        NAME.taken(f"a{letter}b")


def test_a_name_with_blanks_around_it_is_told_what_was_meant() -> None:
    with pytest.raises(ValueError, match="blanks around it, got 'demo '; was 'demo' meant"):
        NAME.taken("demo ")


def test_a_name_is_kept_in_the_composed_form() -> None:
    assert NAME.taken("cafe\u0301") == "caf\u00e9"


@pytest.mark.parametrize("other", ["SRV-1", " srv-1", "srv-1 ", "\uff33RV-1"])
def test_codes_that_look_the_same_are_the_same(other: str) -> None:
    assert code_key(other) == code_key("srv-1")


def test_codes_that_differ_by_the_blanks_inside_are_the_same_but_not_without_any() -> None:
    assert code_key("a  b") == code_key("A\u00a0b") != code_key("ab")


@given(st.text(alphabet=st.characters()))
def test_the_key_of_a_code_is_its_own_key(code: str) -> None:
    assert code_key(code_key(code)) == code_key(code)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_is_replaced_or_escaped_holds_nothing_that_is_forbidden(text: str) -> None:
    assert forbidden(replaced(text)) is None
    assert forbidden(escaped(json.dumps(text, ensure_ascii=False))) is None
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_a_control_format_or_half_character_is_never_taken_but_those_that_writing_needs(
    text: str,
) -> None:
    found = {each for each in text if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"}}
    assert forbidden(text) is not None or found <= {"\n", "\t", "\r"}


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_messages_show_is_one_short_line(text: str) -> None:
    assert forbidden(shown(text), in_name=True) is None
    assert len(shown(text)) < 700


@given(st.text() | st.sampled_from(["\u3164", "\ud83d\u3164", "a\ufdd0"]))
def test_what_is_shown_holds_nothing_that_no_text_may_hold(text: str) -> None:
    assert forbidden(shown(text)) is None


def test_other_values_are_shown_short_too() -> None:
    assert len(shown({"a": ["x" * 1000] * 1000})) < 400
    assert shown(10**5000) == "a very large number"


@given(st.text("u:/?#@&=.%", min_size=1, max_size=8), st.text("x:/?#&=@", max_size=6))
def test_what_sqlalchemy_takes_for_a_password_is_left_out(before: str, after: str) -> None:
    url = f"postgresql://{before}hunter2{after}"
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        return
    if "hunter2" in (parsed.password or ""):
        assert "hunter2" not in without_passwords(url)


@pytest.mark.parametrize(
    "text", [f"postgresql://u:hunter2{'x' * 90}@h/d", "p://h/?%70assword=hunter2"]
)
def test_no_password_is_shown(text: str) -> None:
    assert "hunter2" not in shown(text)
