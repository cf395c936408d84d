"""What benchmarks tell is held against the budgets."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bench import appends, overhead, runs
from bench.__main__ import TABLES
from bench.budgets import BUDGETS, Budget, budgets
from bench.harness import NotMeasured, Table, Workload, measured, ratios
from bench.results import Making, section, sections_of, write

LEAST = Budget("speed", "Log", "verify on .*", "at least", 90, 1200, "events/s")
MOST = Budget("time", "Log", "verify on .*", "at most", 120, 90, "ms")


@pytest.mark.parametrize(
    ("budget", "figures", "verdict"),
    [
        (LEAST, [1200], "aim met"),
        (LEAST, [5000, 90], "must met"),
        (LEAST, [5000, 89], "**missed**"),
        (MOST, [90, 1], "aim met"),
        (MOST, [91, 1], "must met"),
        (MOST, [1, 121], "**missed**"),
    ],
)
def test_a_figure_is_judged_by_its_bounds(
    budget: Budget, figures: list[float], verdict: str
) -> None:
    assert budget.verdict(budget.worst(figures)) == verdict


def told(rows: Sequence[tuple[str, str, str]], title: str = "Log") -> dict[str, str]:
    table = Table(title, [], ("what", "median", "unit"), rows)
    return {title: section(table, Making("scripts/bench", []))}


def verdicts(sections: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Return figure and verdict of what was measured."""
    rows = budgets(sections).rows
    return {row[0]: (row[3], row[4]) for row in rows if row[4] != "not measured"}


def test_figures_are_read_off_the_tables() -> None:
    unit = "events per CPU second"
    sections = told(
        [
            ("rebuild of one on SQLite", "120,500 (1 - 200,000)", unit),
            ("rebuild of other on SQLite", "89,999 (1 - 2)", unit),
            ("rebuild of one on PostgreSQL", "1 (1 - 2)", unit),
            ("verify on SQLite", "200,000 (1 - 2)", "events/s"),
        ],
        "The whole log",
    )
    row = "rebuilding, at least, events per CPU second"
    assert verdicts(sections) == {row: ("89,999", "**missed**")}


def test_what_could_not_be_measured_is_no_figure() -> None:
    unmeasured = told([("verified on SQLite", "not measured: 0 runs", "runs/s")])
    assert verdicts({"Bulk verification": unmeasured["Log"]}) == verdicts({}) == {}


def test_every_budget_is_about_rows_of_a_table_that_is_made() -> None:
    titles = {title for _, title in TABLES.values()}
    assert {budget.table for budget in BUDGETS} <= titles
    pairs = [*runs.compared(), *appends.COMPARED, *overhead.compared()]
    made = {" / ".join(pair) for pair in pairs}
    ratios_of = {budget.rows for budget in BUDGETS if " / " in budget.rows}
    assert len(ratios_of) == 12
    assert ratios_of <= made


def test_pairs_are_compared_round_by_round() -> None:
    figures = {"one": [10.0, 40.0], "other": [5.0, 10.0], "third": []}
    (row,) = ratios(figures, [("one", "other"), ("one", "third")], unit="times")
    assert row == ("one / other", "3.00 (2.00 - 4.00)", "times")


def counting(*figures: float) -> Callable[[], float]:
    left = iter(figures)
    return lambda: next(left)


def refusing() -> float:
    reason = "it is not installed"
    raise NotMeasured(reason)


def test_who_cannot_be_measured_is_compared_with_nobody() -> None:
    workloads = [
        Workload("one", "runs/s", counting(1, 2)),
        Workload("other", "runs/s", counting(4, 4)),
        Workload("third", "runs/s", refusing),
    ]
    rows = measured(workloads, rounds=2, compared=[("one", "other"), ("one", "third")])
    assert rows[2:] == [
        ("third", "not measured: it is not installed", "runs/s"),
        ("one / other", "0.38 (0.25 - 0.50)", "times"),
    ]


def test_two_workloads_of_one_name_are_refused() -> None:
    twice = [Workload("one", unit, counting(1)) for unit in ("runs/s", "ms")]
    with pytest.raises(ValueError, match="two workloads have one name"):
        measured(twice, rounds=1)


def test_a_table_takes_its_place_on_the_page_that_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    write(page, told([("a", "1", "s")], "Second"), ["First", "Second"])
    write(page, told([("b", "2", "s")], "First"), ["First", "Second"])
    assert [*sections_of(page)] == ["First", "Second"]
    assert sections_of(tmp_path / "none.md") == {}
