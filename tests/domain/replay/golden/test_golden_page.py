"""The reference page of golden runs says what the code does."""

from collections.abc import Iterator
from pathlib import Path

from domain.replay.golden.judgement import NOT_DRIVEN, REST, RULES
from domain.views.golden import Thresholds

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "golden.md").read_text("utf-8")


def table_under(heading: str) -> list[str]:
    """Return the rows of the first table under a heading of the page."""
    lines = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0].splitlines()
    return [line for line in lines if line.startswith("| `")]


def rules() -> Iterator[str]:
    """Yield a row for each rule."""
    for rule in (*RULES, REST, NOT_DRIVEN):
        yield f"| `{rule.name}` | {rule.grade} | {rule.about} |"


def thresholds() -> Iterator[str]:
    """Yield a row for each threshold."""
    for name, field in Thresholds.model_fields.items():
        default = "none" if field.default is None else field.default
        yield f"| `{name}` | {default} | {field.description} |"


def test_the_page_has_every_rule_in_order() -> None:
    assert table_under("Rules") == list(rules())


def test_the_page_has_every_threshold() -> None:
    assert table_under("Thresholds") == list(thresholds())
