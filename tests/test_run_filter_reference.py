"""The page about the filter says what the code does."""

import re
from pathlib import Path

import pytest

from domain.run_filter.fields import CALL_FIELDS, OUTSIDE, RUN_FIELDS, Field, Kind
from domain.run_filter.filter import RunFilter
from domain.run_filter.parser import parse_filter
from tests.fakes import NOON

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "run-filter.md").read_text()
FORMS = {Kind.TEXT: "text", Kind.NUMBER: "number", Kind.DURATION: "duration", Kind.INSTANT: "time"}
NAMES = {name: outside for outside, name in OUTSIDE.items()}


def value_of(field: Field) -> str:
    words = ", ".join(f"`{word}`" for word in field.words)
    return (words or FORMS[field.kind]) + (" or `none`" if field.is_optional else "")


@pytest.mark.parametrize("field", RUN_FIELDS.values(), ids=lambda field: field.name)
def test_the_page_has_a_line_for_each_field_of_a_run(field: Field) -> None:
    synonym = " (also `requested`)" if field.name == "started" else ""
    assert f"| `{field.name}`{synonym} | {value_of(field)} | {field.about} |" in PAGE


@pytest.mark.parametrize("field", CALL_FIELDS.values(), ids=lambda field: field.name)
def test_the_page_has_a_line_for_each_field_of_a_call(field: Field) -> None:
    line = f"| `{NAMES[field.name]}` | `{field.name}` | {value_of(field)} | {field.about} |"
    assert line in PAGE


def test_the_examples_of_the_page_can_be_read() -> None:
    (examples,) = re.findall(r"^```\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[:1]
    read = [parse_filter(line, now=NOON) for line in examples.splitlines()]
    assert len(read) == 4
    assert all(isinstance(each, RunFilter) for each in read)
