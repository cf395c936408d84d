"""Runs that are judged by a golden one."""

from collections.abc import Sequence
from typing import Any

from domain.json import JsonMap
from domain.replay.golden.judgement import judge
from domain.replay.golden.pinned import thresholds_of
from domain.replay.golden.trial import Trial
from domain.run.events import ResponseComposed, RunEvent
from domain.views.golden import Judgement, Mode
from tests.domain.replay.compare.comparing import call, compared, run_of

CALLS = [call("a", data=[1]), call("b", tool="metric", operation="aggregate", data=[2])]


def answering(
    *blocks: JsonMap, answer: str = "Two servers.", references: Sequence[JsonMap] = ()
) -> list[RunEvent]:
    """Return a run that makes two calls and gives this answer."""
    composed = ResponseComposed(answer=answer, blocks=list(blocks), references=list(references))
    return run_of(*CALLS, answer=composed)


def table(*rows: Sequence[Any], title: str = "Servers") -> JsonMap:
    """Return a table of two columns."""
    return {
        "type": "table",
        "title": title,
        "columns": ["code", "cpu"],
        "rows": [list(row) for row in rows],
    }


def judged(
    golden: Sequence[RunEvent],
    candidate: Sequence[RunEvent],
    *,
    mode: Mode = Mode.RERUN,
    stopped: str | None = None,
    why_not_driven: str | None = None,
    **thresholds: object,
) -> Judgement:
    """Return the judgement of a run by a golden one."""
    comparison = compared(golden, candidate)
    trial = Trial(
        comparison=comparison,
        divergences=comparison.divergences,
        mode=mode,
        thresholds=thresholds_of(thresholds),
        stopped=stopped,
        why_not_driven=why_not_driven,
    )
    return judge(trial)


def rules(judgement: Judgement) -> list[str]:
    """Return the names of the rules that found something."""
    return [f"{reason.grade} {reason.rule}" for reason in judgement.reasons]


def replaced(events: Sequence[RunEvent], old: RunEvent, new: RunEvent) -> list[RunEvent]:
    """Return the events with one of them replaced."""
    assert old in events
    return [new if event == old else event for event in events]
