"""Runs as text: their list, the kinds of their errors, and one in short."""

from typing import Final

from adapters.cli.screen import Screen
from adapters.cli.text.answers import short_id
from adapters.cli.text.tables import ListText, fields_of
from domain.ports import ErrorGroup
from domain.response.blocks import Cell
from domain.run.summary import RunSummary, outcome_of
from domain.times import duration_text, to_the_second
from domain.views.run import RunDetails

_QUESTION_LENGTH = 60


def show_details(screen: Screen, summary: RunDetails) -> None:
    """Print everything that is known of a run in short, and the hash of its whole history."""
    values: list[tuple[str, Cell]] = [
        ("run", summary.run_id),
        ("question", summary.question),
        ("outcome", outcome_of(summary)),
        ("asked by", f"{summary.actor_kind} {summary.actor_id}"),
        ("tenant", summary.tenant_id),
        ("requested at", summary.requested_at),
        ("ended at", summary.ended_at),
        ("took", _took(summary)),
        ("origin", _origin(summary)),
        ("golden run", summary.golden),
        ("flagged as", summary.flag),
        ("worker", summary.worker),
        ("planner", summary.planner),
        ("route", summary.route),
        ("tool calls", f"{summary.call_count}, of which {summary.failed_call_count} failed"),
        ("events", summary.version),
        ("head hash", summary.head_hash),
    ]
    if summary.error:
        values.append(("error", f"{summary.error_code}: {summary.error}"))
        values.append(("kind of error", summary.fingerprint))
    screen.show(fields_of(values))


def _row(summary: RunSummary) -> list[Cell]:
    question = summary.question
    if len(question) > _QUESTION_LENGTH:
        question = f"{question[: _QUESTION_LENGTH - 3]}..."
    return [
        short_id(summary.run_id),
        to_the_second(summary.requested_at),
        f"{outcome_of(summary)}, {summary.flag}" if summary.flag else outcome_of(summary),
        _took(summary),
        summary.call_count,
        question,
    ]


def _error_row(group: ErrorGroup) -> list[Cell]:
    newest = group.newest
    return [
        group.fingerprint,
        group.run_count,
        to_the_second(group.first_at),
        to_the_second(newest.requested_at),
        short_id(newest.run_id),
        f"{newest.error_code}: {newest.error}",
    ]


RUNS_TEXT: Final[ListText[RunSummary]] = ListText(
    columns=("run", "requested at", "outcome", "took", "calls", "question"),
    row=_row,
    id_of=lambda summary: summary.run_id,
    when_empty="No runs.",
)
ERRORS_TEXT: Final[ListText[ErrorGroup]] = ListText(
    columns=("kind", "runs", "first", "last", "newest run", "error"),
    row=_error_row,
    id_of=lambda group: group.newest.run_id,
    when_empty="No errors.",
)


def _origin(summary: RunSummary) -> str:
    return f"{summary.origin} of {summary.parent_run_id}" if summary.parent_run_id else "new"


def _took(summary: RunSummary) -> str | None:
    return None if summary.duration_ms is None else duration_text(summary.duration_ms)
