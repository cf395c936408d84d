"""Tables on narrow and wide screens, and in a pipe."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.cli.screen import Screen
from adapters.cli.text.layout import cut, distinct_ends
from adapters.cli.text.tables import size_text, table_of
from domain.json import Cell
from tests.adapters.cli.command import Command

RUN = "run-01a22b09-3469-708d-9c05-98e833b80c47"
OTHER = "run-01a22b09-2f7a-7326-be71-0be3fbb039c6"
TEXTS = st.text(st.sampled_from("ab 早😀é\u0301\n"), max_size=60)
CELLS = st.one_of(st.none(), st.booleans(), st.integers(), TEXTS)
ROWS = st.integers(1, 6).flatmap(
    lambda count: st.lists(st.lists(CELLS, min_size=count, max_size=count), max_size=5)
)


def on_screen(table: object, *, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(table, crop=False)
    return [line.rstrip() for line in captured.get().splitlines()]


@given(rows=ROWS, width=st.integers(10, 200))
def test_no_row_is_wider_than_the_screen_or_takes_two_lines(
    rows: list[list[Cell]], width: int
) -> None:
    titles = [f"title {number}" for number in range(len(rows[0]) if rows else 2)]
    head, rule, *others = on_screen(table_of(titles, rows), width=width)
    assert max(map(cell_len, (head, rule, *others))) <= width
    assert len(others) - len(rows) <= 3  # what is hidden, told in at most so many lines


def test_ids_are_shortened_on_narrow_screens_only() -> None:
    table = table_of(["run", "question"], [[RUN, "What?"], [OTHER, "Why?"]], ids=("run",))
    assert on_screen(table, width=80)[2:] == [f"{RUN}  What?", f"{OTHER}  Why?"]
    assert on_screen(table, width=40)[2:] == ["33b80c47  What?", "fbb039c6  Why?"]


@given(st.lists(st.text("ab", min_size=12, max_size=14), max_size=6))
def test_shortened_ids_tell_apart_what_differs(ids: list[str]) -> None:
    ends = distinct_ends(ids)
    assert len({*ends}) == len({*ids})
    assert all(each.endswith(end) for each, end in zip(ids, ends, strict=True))


def test_columns_are_left_out_in_their_order_and_that_is_told() -> None:
    row: list[Cell] = ["one", "a" * 20, "b" * 20, "What is it that is asked?"]
    table = table_of(["id", "a", "b", "question"], [row], leave_out=("b", "a"))
    assert "hidden" not in " ".join(on_screen(table, width=80))
    head, _, _, told = on_screen(table, width=50)
    assert (head.split(), told) == (["id", "a", "question"], "1 column hidden: -o json")
    head, _, _, told = on_screen(table, width=30)
    assert (head.split(), told) == (["id", "question"], "2 columns hidden: -o json")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("How many servers are there?", 27, "How many servers are there?"),
        ("How many servers are there?", 26, "How many servers are…"),
        ("How many servers are there?", 17, "How many servers…"),
        ("app-analytics-integration-05", 12, "app-analyti…"),
        ("早上好早上好", 6, "早上…"),
        ("a", 0, ""),
    ],
)
def test_a_text_is_cut_at_a_word(text: str, width: int, expected: str) -> None:
    assert cut(text, width) == expected


def test_a_terminal_shows_so_many_rows_and_tells_how_many_more() -> None:
    table = table_of(["n"], [[number] for number in range(10_900)])
    lines = on_screen(table, width=80)
    assert len(lines) == 1003
    assert lines[-1] == "and 9,900 more rows: -o json"


def test_in_a_pipe_nothing_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    long: list[list[Cell]] = [["word " * 50_000], ["word"]]
    Screen(has_color=True).show(table_of(["text"], long))
    assert [len(line) for line in capsys.readouterr().out.splitlines()[2:]] == [249_999, 4]
    Screen(has_color=True).show(table_of(["text"], [["word"]] * 2000))
    assert len(capsys.readouterr().out.splitlines()) == 2002


def test_a_long_text_is_cut_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Screen(has_color=True).show("a" * 9_000_000)
    assert len(capsys.readouterr().out) == 9_000_001
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    Screen(has_color=True).show("a" * 9_000_000)
    out = capsys.readouterr().out
    assert out.endswith("\n... and 8,800,000 more characters: -o json\n")
    assert len(out) < 210_000


@pytest.mark.parametrize(
    ("columns", "width"), [("60", 60), ("", 80), ("0", 80), ("wide", 80), ("²", 80)]
)
def test_forced_colour_without_a_terminal_is_as_wide_as_columns_says(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", columns)
    assert Screen(has_color=True).out.width == width
    monkeypatch.setenv("TERM", "dumb")
    assert Screen(has_color=True).out.width == width


def test_no_progress_is_drawn_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Screen(has_color=True).progress("Looking") as tell:
        tell("2 of 3")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [("NO_COLOR", "1", ()), ("TERM", "dumb", ()), ("LANG", "C.UTF-8", ("--no-color",))],
)
def test_colour_is_switched_off(
    opstrail: Command,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    option: tuple[str, ...],
) -> None:
    opstrail("ask", "What is srv-99?")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[31m" in opstrail("run", "timeline", "latest").out
    monkeypatch.setenv(name, value)
    assert "\x1b[31m" not in opstrail("run", "timeline", "latest", *option).out


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9_000_000, "9.0 MB")]
)
def test_a_size_reads_in_its_unit(count: int, text: str) -> None:
    assert size_text(count) == text


@pytest.mark.parametrize("width", [20, 30, 60])
def test_ids_are_never_cut_at_their_ends(width: int) -> None:
    titles, row = ["status", "run_id", "question"], ["success", RUN, "q" * 200]
    table = table_of(titles, [row, ["success", OTHER, "q" * 200]], leave_out=(), ids=("run_id",))
    shown = on_screen(table, width=width)[2:4]
    assert ("33b80c47" in shown[0], "fbb039c6" in shown[1]) == (True, True)


def test_chosen_columns_with_ids_tell_the_runs_apart(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [opstrail("ask", f"What is srv-{n}?", "-o", "json").json["run_id"] for n in (97, 98)]
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    lines = opstrail("run", "list", "--columns", "run_id,requested_at,question,status").lines
    assert [line.split()[0] for line in lines[2:4]] == [each[-8:] for each in reversed(ids)]
