"""What a comparison shows in its tables and lines."""

from typing import TYPE_CHECKING

import pytest
from pydantic import JsonValue

from adapters.exporters.comparison_markdown import markdown_lines
from adapters.exporters.comparison_report import (
    block_lines,
    call_rows,
    decision_lines,
    delta_text,
    mark_text,
    operation_lines,
    stage_rows,
)
from domain.run.call_events import PayloadRef
from domain.run.events import PlanValidated, RunEvent, RunResumed
from domain.run.facts import PlanDecision
from domain.run.lifecycle import Stage
from domain.views.comparison import ComparedAnswers, ComparedBlock, Mark, delta
from tests.domain.replay.compare.comparing import call, compared, run_of
from tests.domain.run.samples import (
    ANSWERED,
    FAILED,
    VALIDATED,
    call_failed,
    call_started,
    failed,
    started,
)

if TYPE_CHECKING:
    from domain.json import JsonMap
from tests.domain.replay.compare.comparing import composed


@pytest.mark.parametrize(
    ("mark", "ascii_mark"),
    [("=", "="), ("≈", "~"), ("≠", "!"), ("+", "+"), ("-", "-")],
)
def test_every_mark_has_one_for_a_screen_without_unicode(mark: str, ascii_mark: str) -> None:
    assert mark_text(Mark(mark), is_unicode=True) == mark
    assert mark_text(Mark(mark), is_unicode=False) == ascii_mark


@pytest.mark.parametrize(
    ("a_ms", "b_ms", "text"),
    [
        (100, 150, "+50 ms (+50.0 %)"),
        (150, 100, "-50 ms (-33.3 %)"),
        (0, 5, "+5.0 ms"),
        (None, 5, None),
    ],
)
def test_a_difference_of_time_is_absolute_and_relative(
    a_ms: float | None, b_ms: float, text: str | None
) -> None:
    assert delta_text(delta(a_ms, b_ms)) == text


def test_an_operation_is_a_line() -> None:
    patch: list[JsonMap] = [
        {"op": "remove", "path": "/a"},
        {"op": "move", "from": "/b", "path": "/c"},
        {"op": "replace", "path": "", "value": {"é": 1}},
    ]
    assert list(operation_lines("plan", patch)) == [
        "plan: remove /a",
        "plan: move /c from /b",
        'plan: replace (all) {"é": 1}',
    ]


def test_a_long_value_is_cut() -> None:
    (line,) = operation_lines("plan", [{"op": "add", "path": "/a", "value": "x" * 200}])
    assert line == f'plan: add /a "{"x" * 79}...'


def test_many_operations_are_counted() -> None:
    patch: list[JsonMap] = [{"op": "remove", "path": f"/{n}"} for n in range(8)]
    lines = list(operation_lines("plan", patch))
    assert lines[5:] == ["plan: 3 more changes; `-o json` has them all"]


def test_a_decision_that_only_one_run_took_is_a_line() -> None:
    decision = PlanDecision(rule="limit", field="limit", requested=9, effective=5, why="at most 5")
    decided = PlanValidated(plan=VALIDATED.plan, decisions=[decision])
    with_decision = [decided if event == VALIDATED else event for event in ANSWERED]
    line = "limit: limit 9 became 5: at most 5"
    assert list(decision_lines(compared(ANSWERED, with_decision))) == [f"+ {line}"]
    assert list(decision_lines(compared(with_decision, ANSWERED))) == [f"- {line}"]


def test_blocks_that_are_not_the_same_are_lines() -> None:
    patch: list[JsonMap] = [{"op": "remove", "path": "/a"}]
    answers = ComparedAnswers(
        text=[],
        blocks=[
            ComparedBlock(mark=Mark.SAME, kind="text", title=None, patch=[]),
            ComparedBlock(mark=Mark.DIFFERENT, kind="table", title="Servers", patch=patch),
            ComparedBlock(mark=Mark.ADDED, kind="text", title=None, patch=[]),
        ],
        references_added=["ci:2"],
        references_removed=["ci:1"],
    )
    assert list(block_lines(answers, is_unicode=False)) == [
        "! table 'Servers'",
        "  table 'Servers': remove /a",
        "+ text",
        "- reference ci:1",
        "+ reference ci:2",
    ]


def outcomes(*events: RunEvent) -> list[JsonValue]:
    rows = call_rows(compared(run_of(events), run_of()).calls, is_unicode=True)
    return [row[4] for row in rows]


def test_a_call_shows_how_it_ended() -> None:
    retried: list[RunEvent] = [call_started(), call_failed(), *call(attempt=2)]
    erased = call(payload=PayloadRef(digest="a" * 64, size=5000, preview="["))
    assert outcomes(call_started(), call_failed()) == ["failed, TOOL_TIMEOUT: Timeout after 5 ms"]
    assert outcomes(*retried) == ["succeeded, attempt 2"]
    assert outcomes(*erased) == ["succeeded, erased"]


def test_a_stage_that_was_tried_again_shows_its_attempt() -> None:
    resumed: list[RunEvent] = [
        *ANSWERED[:10],
        failed(Stage.EXECUTE),
        FAILED,
        RunResumed(from_stage=Stage.EXECUTE, why="again"),
        started(Stage.EXECUTE, 2),
    ]
    rows = {row[0]: row for row in stage_rows(compared(ANSWERED, resumed))}
    assert rows["execute"][1:3] == ["ok", "running #2"]
    assert rows["compose"][1:3] == ["ok", None]


def test_a_report_of_runs_that_are_the_same_has_no_changes() -> None:
    headings = [line for line in markdown_lines(compared(ANSWERED, ANSWERED)) if line[:1] == "#"]
    assert headings == [
        "# Run run-1 beside run-1",
        "## Stages",
        "## Calls: 2 = same",
    ]


def test_a_report_marks_the_words_that_changed() -> None:
    lines = [*markdown_lines(compared(run_of(answer=composed()), run_of(answer=composed("Six."))))]
    assert lines[lines.index("## Answer") + 2] == "~~Two.~~ **Six.**"


def test_an_empty_cell_of_a_report_is_a_dash() -> None:
    lines = [*markdown_lines(compared(run_of(call("a")), run_of()))]
    assert "| - | a | - | ci.search | succeeded | - | - |" in [*lines]


def test_a_report_names_the_builds_of_both_runs() -> None:
    lines = [*markdown_lines(compared(ANSWERED, ANSWERED))]
    assert "- A was recorded by an unnamed build, B by an unnamed build" in lines
