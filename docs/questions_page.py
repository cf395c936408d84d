"""The page of questions: what is understood, and how many of each kind are answered right."""

import json
from typing import Any, Final

from bench.generated_questions import COVERAGE
from docs import question_kinds
from docs.pages import table

_HEAD: Final = ("kind", "such as", "asked", "right", "refused", "wrong")
_CHANGED: Final = "changed by one word"


def questions_page() -> str:
    """Return the page, with the coverage where it has been stored."""
    told = question_kinds.questions_page()
    if not COVERAGE.exists():
        return told
    return f"{told}\n{_coverage(json.loads(COVERAGE.read_text('utf-8')))}\n"


def _coverage(stored: dict[str, Any]) -> str:
    rows = [_row(kind, counts) for kind, counts in stored["kinds"].items()]
    changed = _row(_CHANGED, {"example": "", **stored["changed"]})
    return "\n\n".join([
        "## How many are answered",
        "Questions that a grammar of its own made for three estates, judged by value against"
        f" plain SQL, as `{stored['command']}` counted them. Half of them were asked again"
        " changed by one word; where that word means nothing, a refusal is right.",
        table(_HEAD, [*rows, changed]),
    ])  # fmt: skip


def _row(kind: str, counts: dict[str, Any]) -> tuple[str, ...]:
    example = counts["example"]
    right, wrong = counts.get("right", 0), counts.get("wrong", 0) + counts.get("error", 0)
    refused = counts.get("refused", 0) + counts.get("hint", 0)
    figures = (right + refused + wrong, right, refused, wrong)
    return kind, example and f"`{example}`", *map(str, figures)
