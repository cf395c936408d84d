"""One way to print a view: as JSON, as ids, as a table, as text."""

import json
from dataclasses import dataclass

import pytest

from adapters.cli.screen import Screen
from adapters.cli.text.tables import ListText
from domain.views.json_form import View


@dataclass(frozen=True)
class Thing:
    name: str
    sizes: tuple[int, ...] = ()


THINGS: View[list[Thing]] = View("things", list[Thing])
AS_TEXT: ListText[Thing] = ListText(
    {"name": lambda thing: thing.name, "sizes": lambda thing: len(thing.sizes)},
    id_of=lambda thing: thing.name,
    when_empty="No things.",
)
TWO = [Thing("a", (1, 2)), Thing("b")]


@pytest.mark.parametrize("output", ["text", "json"])
def test_one_view_is_text_or_json(capsys: pytest.CaptureFixture[str], output: str) -> None:
    Screen(has_color=False).show_view(
        View("thing", Thing), TWO[0], output, as_text=lambda screen, thing: screen.show(thing.name)
    )
    out = capsys.readouterr().out
    assert (out if output == "text" else json.loads(out)) == (
        "a\n" if output == "text" else {"name": "a", "sizes": [1, 2]}
    )


def printed(things: list[Thing], output: str, capsys: pytest.CaptureFixture[str]) -> str:
    as_text = AS_TEXT.shown_as(output)
    Screen(has_color=False).show_view(THINGS, things, output, as_text=as_text)
    return capsys.readouterr().out


def test_a_list_as_json_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert THINGS.from_json(json.loads(printed(TWO, "json", capsys))) == TWO
    assert json.loads(printed([], "json", capsys)) == []


def test_a_list_as_ids_has_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(TWO, "ids", capsys) == "a\nb\n"


def test_a_list_as_a_table_has_a_row_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    head, _, *rows = printed(TWO, "table", capsys).splitlines()
    assert [line.split() for line in (head, *rows)] == [["name", "sizes"], ["a", "2"], ["b", "0"]]


def test_that_a_table_would_be_empty_is_told_beside_the_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    AS_TEXT.shown_as("table")(Screen(has_color=False), [])
    assert capsys.readouterr() == ("", "No things.\n")
