"""The verdict of an answer by value, as the exam has it; figures may stand side by side, too."""

from bench.questions.judging import is_right
from bench.questions.judging import verdict as of_exam
from bench.questions.shown import Shown, is_figure
from bench.questions.spelling import is_near
from bench.questions.truth_kinds import Both, Number, Truth


def verdict(truth: Truth, shown: Shown) -> str:
    """Return `right`, `wrong`, `hint`, `refused` or `error`."""
    said = of_exam(truth, shown)
    return "right" if said == "wrong" and _stand_side_by_side(truth, shown) else said


def _stand_side_by_side(truth: Truth, shown: Shown) -> bool:
    if not isinstance(truth, Both):
        return False
    cells = [float(cell) for t in shown.tables for row in t["rows"] for cell in row if is_figure(cell)]
    figures = [*shown.figures, *cells]
    return all(
        any(is_near(each, part.value, part.tolerance) for each in figures)
        if isinstance(part, Number) else is_right(part, shown)
        for part in truth.parts
    )  # fmt: skip
