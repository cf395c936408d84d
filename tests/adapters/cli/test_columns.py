"""Lists with chosen columns, as CSV and as JSON lines."""

import csv
import json
from io import StringIO

import pytest

from adapters.cli.text.rows import write_csv
from domain.views.bulk_replay import REPLAYS
from domain.views.columns import columns_of
from domain.views.run_list import RUNS
from tests.adapters.cli.command import Command

LISTS = (
    ("run", "list"),
    ("run", "search", "items"),
    ("run", "failures"),
    ("run", "events", "latest"),
    ("replay", "list"),
    ("golden", "list"),
    ("tool", "list"),
    ("projection", "list"),
)


@pytest.fixture
def asked(opstrail: Command) -> Command:
    opstrail("ask", "How many configuration items are there?")
    return opstrail


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_csv_and_json_lines_have_what_json_has(asked: Command, command: tuple[str, ...]) -> None:
    rows = asked(*command, "-o", "json").json
    lines = asked(*command, "-o", "jsonl").lines
    assert [json.loads(line) for line in lines] == rows
    head, *cells = csv.reader(StringIO(asked(*command, "-o", "csv").out))
    assert [list(row) for row in rows] == [head] * len(cells)
    for row, written in zip(rows, cells, strict=True):
        assert [_read(cell, of=row[name]) for name, cell in zip(head, written, strict=True)] == [
            *row.values()
        ]


def _read(cell: str, *, of: object) -> object:
    """The value that a cell was written of, by its kind."""
    if isinstance(of, str):
        return cell
    return None if of is None and cell == "" else json.loads(cell)


@pytest.mark.parametrize("output", ["table", "csv", "json", "jsonl"])
def test_only_the_chosen_columns_are_shown_in_their_order(asked: Command, output: str) -> None:
    chosen = asked("run", "list", "--columns", "call_count, question", "-o", output).out
    question = "How many configuration items are there?"
    assert (
        chosen.splitlines()
        == {
            "table": ["call_count  question", "-" * 51, f"         1  {question}"],
            "csv": ["call_count,question", f"1,{question}"],
            "jsonl": [json.dumps({"call_count": 1, "question": question})],
            "json": json.dumps([{"call_count": 1, "question": question}], indent=2).splitlines(),
        }[output]
    )


def test_an_unknown_column_is_refused_with_those_that_there_are(asked: Command) -> None:
    ended = asked("run", "list", "--columns", "run_id,took")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no 'took'; there are tenant_id, run_id, version, state" in ended.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--columns", "state,state"), "one is named twice"),
        (("--columns", ""), "there is no ''"),
        (("--columns", "state", "-o", "ids"), "ids have no columns"),
    ],
)
def test_columns_that_cannot_be_are_refused(
    asked: Command, options: tuple[str, ...], told: str
) -> None:
    ended = asked("run", "list", *options)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_an_empty_list_has_its_head_as_csv_only(opstrail: Command) -> None:
    head = opstrail("run", "list", "-o", "csv")
    assert (head.lines, head.err) == ([",".join(c for c in columns_of(RUNS) if "." not in c)], "")
    assert opstrail("run", "list", "-o", "jsonl").out == ""
    assert opstrail("run", "list", "--columns", "state").err == "No runs.\n"
    assert opstrail("run", "list", "--columns", "sta").code == 2


def test_a_field_inside_of_a_field_is_a_column_too() -> None:
    assert {"started", "started.mode", "requested_by.kind"} <= {*columns_of(REPLAYS)}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_of_csv_is_a_formula(start: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_csv([f"{start}head"], [[f"{start}HYPERLINK(1)"], [-5], ["a=b"]])
    cells = [row for [row] in csv.reader(StringIO(capsys.readouterr().out, newline=""))]
    assert cells == [f"'{start}head", f"'{start}HYPERLINK(1)", "-5", "a=b"]


def test_no_cell_of_csv_drives_a_terminal_or_ends_a_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_csv(["a", "b"], [["\x1b[2J\r=1+1", "two\nlines"]])
    assert capsys.readouterr().out == 'a,b\n\ufffd[2J\ufffd=1+1,"two\nlines"\n'


def test_the_tables_of_an_answer_are_csv(opstrail: Command) -> None:
    opstrail("ask", "What is affected if srv-01 fails?")
    blocks = opstrail("run", "response", "latest", "-o", "json").json["blocks"]
    tables = [block for block in blocks if block["type"] == "table"]
    written = opstrail("run", "response", "latest", "-o", "csv").out.split("\n\n")
    assert len(written) == len(tables) > 1
    for table, text in zip(tables, written, strict=True):
        head, *rows = csv.reader(StringIO(text))
        assert (head, len(rows)) == (table["columns"], len(table["rows"]))


def test_an_answer_without_a_table_has_no_csv(opstrail: Command) -> None:
    opstrail("ask", "What is srv-99?")
    ended = opstrail("run", "response", "latest", "-o", "csv")
    assert (ended.out, ended.err) == ("", "The answer has no table.\n")
