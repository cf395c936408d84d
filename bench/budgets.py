"""The budgets: what each figure must be at least or at most, what it is to become, and what it is.

They are read off the tables, so each is as good as its table, and as old.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bench.checkouts import REFERENCE
from bench.harness import Table

_Side = Literal["at least", "at most"]

TITLE: Final = "Budgets"
_HEAD: Final = ("what", "must", "aim", "is", "")
_NUMBER: Final = re.compile(r"[\d,]+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Budget:
    """A figure and its bounds.

    `rows` is a pattern that fits the rows of the table that it is about, `unit` theirs; of several
    the worst counts. `side` says if the bound is the least or the most that is allowed.
    """

    what: str
    table: str
    rows: str
    side: _Side
    must: float
    aim: float
    unit: str

    def worst(self, figures: Sequence[float]) -> float:
        """Return the figure that is the farthest from the aim."""
        return min(figures) if self.side == _LEAST else max(figures)

    def verdict(self, figure: float) -> str:
        """Return what to say of a figure."""
        for bound, said in ((self.aim, "aim met"), (self.must, "must met")):
            if self.worst([figure, bound]) == bound:
                return said
        return "**missed**"


_RUNS, _APPENDS = "Whole runs", "Appends"
_LOG, _READING = "The whole log", "Reading"
_RATE: Final = "times the events/s"
_CPU: Final = "events per CPU second"
_LEAST: Final = "at least"
_MOST: Final = "at most"


_ONE, _EIGHT, _ON_POSTGRES = "SQLite, 1 at once", "SQLite, 8 at once", "PostgreSQL, 8 at once"
_WHOLE_RUNS: Final = (
    (REFERENCE, _ONE, 1.65, 1.9),
    (REFERENCE, _EIGHT, 1.85, 2.1),
    ("floor", _ONE, 0.32, 0.4),
    ("LangGraph", _ONE, 2.8, 4.0),
    ("DBOS", _ONE, 4.0, 5.0),
    ("LangGraph", _EIGHT, 4.4, 5.0),
    ("DBOS", _EIGHT, 6.5, 7.0),
    ("LangGraph", _ON_POSTGRES, 3.5, 4.0),
    ("DBOS", _ON_POSTGRES, 4.2, 5.0),
)
_ONE_CALL: Final = f"opstrail, run of one call, {{}} / {REFERENCE}, run of one call, {{}}"
_ESTATES: Final = "Estates"
_LARGE: Final = "100,000 items on .*QL(?:ite)?"
_QUESTIONS: Final = "(?:count|impact at depth 3|path|top 5) of"
_ROWS: Final = "rows per CPU second"
_LOOP: Final = "hand-written loop"

BUDGETS: Final = (
    *(
        Budget(
            f"whole runs, against {other} on {where}",
            _RUNS,
            f"opstrail on {where} / {other} on {where}",
            _LEAST,
            must,
            aim,
            "times",
        )
        for other, where, must, aim in _WHOLE_RUNS
    ),
    Budget(
        f"run of one call that does nothing, against {REFERENCE}",
        "Overhead",
        _ONE_CALL.format("p50", "p50"),
        _MOST,
        0.6,
        0.5,
        "times",
    ),
    Budget(
        f"lone append, against a {_LOOP}: 1.2 or 1.1 times its time",
        _APPENDS,
        f"a writer alone / {_LOOP} alone",
        _LEAST,
        1 / 1.2,
        1 / 1.1,
        _RATE,
    ),
    Budget(
        f"64 tasks, against a {_LOOP} with 64 a commit",
        _APPENDS,
        f"64 tasks on SQLite / {_LOOP}, 64 appends a commit",
        _LEAST,
        0.8,
        0.9,
        _RATE,
    ),
    Budget("verifying the log", _LOG, "verify on SQLite", _LEAST, 180_000, 220_000, _CPU),
    Budget("rebuilding", _LOG, "rebuild of .* on SQLite", _LEAST, 90_000, 120_000, _CPU),
    Budget("folding", _READING, "fold from stored JSON", _LEAST, 150_000, 200_000, _CPU),
    Budget("bulk verify", "Bulk verification", "verified on SQLite", _LEAST, 600, 1000, "runs/s"),
    Budget("importing an estate", _ESTATES, f"import of {_LARGE}", _LEAST, 40_000, 50_000, _ROWS),
    Budget("memory of an import", _ESTATES, f"import of {_LARGE}, memory", _MOST, 400, 200, "MB"),
    Budget("a question to it, cold", _ESTATES, f"{_QUESTIONS} {_LARGE}", _MOST, 1.5, 1.0, "CPU s"),
    Budget(
        "memory of a question", _ESTATES, f"{_QUESTIONS} {_LARGE}, memory", _MOST, 300, 150, "MB"
    ),
    Budget("planning", _ESTATES, f"planning for {_LARGE}", _MOST, 50, 25, "CPU ms"),
    Budget("page of 5,000 events", _READING, "run page, all of it", _MOST, 120, 90, "CPU ms"),
)


def budgets(sections: Mapping[str, str]) -> Table:
    """Return the budgets beside what the sections of the results, by title, say."""
    note = "Medians of the tables below, each made by its own command; of several rows the worst."
    figures = ([*_figures(budget, sections.get(budget.table, ""))] for budget in BUDGETS)
    return Table(TITLE, [note], _HEAD, [*map(_row, BUDGETS, figures)])


def _row(budget: Budget, figures: Sequence[float]) -> tuple[str, ...]:
    found, verdict = "", "not measured"
    if figures:
        worst = budget.worst(figures)
        found, verdict = _written(worst), budget.verdict(worst)
    bounds = map(_written, (budget.must, budget.aim))
    return (f"{budget.what}, {budget.side}, {budget.unit}", *bounds, found, verdict)


def _written(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 50 else f"{figure:.2f}"


def _figures(budget: Budget, section: str) -> Iterator[float]:
    """Yield the medians of the rows that the budget is about."""
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) < 3 or cells[2] != budget.unit or not re.fullmatch(budget.rows, cells[0]):
            continue
        if number := _NUMBER.match(cells[1]):
            yield float(number.group().replace(",", ""))
