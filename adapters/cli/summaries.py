"""Summaries of runs: the run list, and one run."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import get_args

import typer

from adapters.cli.answers import short_id
from adapters.cli.durations import duration_text
from adapters.cli.options import ListFormat
from adapters.cli.screen import Screen
from adapters.cli.tables import fields_of, table_of
from domain.ports import FoundRuns, RunFilter, RunSummary
from domain.response.blocks import Cell
from domain.run.events import RunCompleted
from domain.run.lifecycle import RunState

_COLUMNS = ("run", "requested at", "outcome", "took", "calls", "question")
_QUESTION_LENGTH = 60
_TO_SECONDS = 19


def run_filter(*, state: str | None, status: str | None) -> RunFilter:
    """Return which runs to list. Raises `typer.BadParameter` for a word that does not exist."""
    _require(state, list(RunState), option="--state")
    _require(status, get_args(RunCompleted.model_fields["status"].annotation), option="--status")
    return RunFilter(state=state, status=status)


def show_summaries(screen: Screen, summaries: Sequence[RunSummary], output: ListFormat) -> None:
    """Print the run list."""
    match output:
        case ListFormat.JSON:
            screen.show_json([dataclasses.asdict(summary) for summary in summaries])
        case ListFormat.IDS:
            for summary in summaries:
                screen.show(summary.run_id)
        case ListFormat.TABLE if summaries:
            screen.show(table_of(_COLUMNS, [_row(summary) for summary in summaries]))
        case ListFormat.TABLE:
            screen.tell("No runs.")


def show_found(screen: Screen, found: FoundRuns, output: ListFormat) -> None:
    """Print what a search found, and tell what it left out."""
    show_summaries(screen, found.summaries, output)
    if found.unread_count:
        screen.tell(f"The newest {found.unread_count} events were not searched; search again.")


def show_summary(screen: Screen, summary: RunSummary, *, head_hash: str) -> None:
    """Print everything that is known of a run in short, and the hash of its whole history."""
    values: list[tuple[str, Cell]] = [
        ("run", summary.run_id),
        ("question", summary.question),
        ("outcome", _outcome(summary)),
        ("asked by", f"{summary.actor_kind} {summary.actor_id}"),
        ("tenant", summary.tenant_id),
        ("requested at", summary.requested_at),
        ("ended at", summary.ended_at),
        ("took", _took(summary)),
        ("planner", summary.planner),
        ("route", summary.route),
        ("tool calls", f"{summary.call_count}, of which {summary.failed_call_count} failed"),
        ("events", summary.version),
        ("head hash", head_hash),
    ]
    if summary.error:
        values.append(("error", f"{summary.error_code}: {summary.error}"))
    screen.show(fields_of(values))


def _row(summary: RunSummary) -> list[Cell]:
    question = summary.question
    if len(question) > _QUESTION_LENGTH:
        question = f"{question[: _QUESTION_LENGTH - 3]}..."
    return [
        short_id(summary.run_id),
        f"{summary.requested_at[:_TO_SECONDS]}Z",
        _outcome(summary),
        _took(summary),
        summary.call_count,
        question,
    ]


def _outcome(summary: RunSummary) -> str:
    return summary.status or summary.error_code or summary.state


def _took(summary: RunSummary) -> str | None:
    return None if summary.duration_ms is None else duration_text(summary.duration_ms)


def _require(value: str | None, allowed: Iterable[str], *, option: str) -> None:
    words = [str(word) for word in allowed]
    if value is not None and value not in words:
        message = f"{value!r} does not exist; allowed: {', '.join(words)}"
        raise typer.BadParameter(message, param_hint=option)
