"""JSON from outside: what cannot be kept or read back is refused, with its place."""

import json
import sqlite3
import tracemalloc
from typing import cast

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, TypeAdapter

from domain.values.json_text import BadJson, JsonLimits, bounded_json, check_json, is_deeper
from domain.values.limits import JSON_DEPTH, RECORDED_DEPTH

SMALL = JsonLimits(size=6000, members=100, depth=5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":1', "no JSON: Expecting ',' delimiter at line 1 column 7"),
        ("", "no JSON: Expecting value at line 1 column 1"),
        ('{"a":{"b":[1,{"c":1,"c":2}]}}', "the key 'c' is there twice, at '/a/b/1'"),
        ('{"a":[NaN]}', "NaN and Infinity are no numbers.*at '/a/0'"),
        ("[1e999]", "NaN and Infinity are no numbers.*at '/0'"),
        ("[9223372036854775808]", "9223372036854775808 is beyond 64 bits.*at '/0'"),
        ("9" * 5000, "a number of more than 4,300 digits"),
        (r'{"a":"x\ud83d"}', r"it holds U\+D83D \(half a character\) at character 2.*at '/a'"),
        (r'{"a":{"\u0000":1}}', r"a key cannot be taken: it holds U\+0000.*at '/a'"),
        (r'{"a/b~":"\u202e"}', r"U\+202E \(right-to-left override\).*at '/a~1b~0'"),
        (b'{"a":\n"\xff"}', "not UTF-8 at byte 8, in line 2"),
        ("[" * 6 + "]" * 6, "nested deeper than 5 levels"),
        ("[" * 100_000, "longer than 6,000 bytes"),
        ("[" + "1," * 100 + "1]", "more than 100 values"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_place(text: str | bytes, said: str) -> None:
    with pytest.raises(BadJson, match=f"^the plan p.json: .*{said}"):
        bounded_json(text, where="the plan p.json", within=SMALL)


@pytest.mark.parametrize(
    "text", ['{"a":[1,2.5,null,true,"日本\\n"]}', "[[[[[1]]]]]", '"' + "," * 500 + '"']
)
def test_all_else_is_taken(text: str) -> None:
    assert bounded_json(text, where="it", within=SMALL) == json.loads(text)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert bounded_json(b"\xef\xbb\xbf{}", where="it") == {}


def test_a_hundred_thousand_brackets_are_refused_like_a_few() -> None:
    with pytest.raises(BadJson, match="nested deeper than 64 levels"):
        bounded_json("[" * 100_000 + "]" * 100_000, where="it")


def test_millions_of_members_are_refused_before_they_take_memory() -> None:
    text = "[" + "[]," * 2_000_000 + "1]"
    tracemalloc.start()
    with pytest.raises(BadJson, match="more than 1,000,000 values"):
        bounded_json(text, where="it")
    _, used = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 50 << 20


def test_a_key_that_is_there_twice_among_many_is_found_at_once() -> None:
    keys = ",".join(f'"k{number}":0' for number in range(100_000))
    with pytest.raises(BadJson, match="the key 'k0' is there twice"):
        bounded_json(f'{{{keys},"k0":0}}', where="it")


@pytest.mark.parametrize("levels", [0, 1, 5, 6])
def test_depth_counts_objects_and_arrays(levels: int) -> None:
    value = 1
    for _ in range(levels):
        value = cast("int", [value])
    assert is_deeper(value, 5) == (levels > 5)


@given(
    st.recursive(
        st.none() | st.integers(-(2**63), 2**63 - 1) | st.booleans(), st.lists, max_leaves=20
    )
)
def test_what_is_taken_is_what_was_written(value: JsonValue) -> None:
    assert bounded_json(json.dumps(value), where="it") == value


@pytest.mark.parametrize("levels", [JSON_DEPTH, RECORDED_DEPTH + 30])
def test_what_is_as_deep_as_allowed_can_be_read_and_written_by_everybody(levels: int) -> None:
    text = "[" * levels + "]" * levels
    value, any_json = json.loads(text), TypeAdapter[JsonValue](JsonValue)
    assert any_json.validate_json(text) == any_json.validate_python(value) == value
    assert any_json.dump_json(value) == orjson.dumps(value) == msgspec.json.encode(value)
    assert orjson.loads(text) == msgspec.json.decode(text) == value
    assert sqlite3.connect(":memory:").execute("SELECT json(?)", [text]).fetchone() == (text,)


def test_a_value_that_was_not_read_from_text_is_checked_alike() -> None:
    with pytest.raises(BadJson, match=r"the result: NaN.*at '/rows/0'"):
        check_json({"rows": [float("nan")]}, where="the result")
