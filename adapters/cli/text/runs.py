"""Summaries of runs: the run list, and one run."""

from collections.abc import Sequence

from adapters.cli.options import ListFormat
from adapters.cli.screen import Screen
from adapters.cli.text.answers import short_id
from adapters.cli.text.tables import fields_of, table_of
from domain.ports import FoundRuns, RunSummary
from domain.response.blocks import Cell
from domain.times import duration_text
from domain.views.run import RunDetails

_COLUMNS = ("run", "requested at", "outcome", "took", "calls", "question")
_QUESTION_LENGTH = 60
_TO_SECONDS = 19


def show_summaries(screen: Screen, summaries: Sequence[RunSummary], output: ListFormat) -> None:
    """Print the run list."""
    match output:
        case ListFormat.JSON:
            screen.show_json(summaries)
        case ListFormat.IDS:
            for summary in summaries:
                screen.show(summary.run_id)
        case ListFormat.TABLE if summaries:
            screen.show(table_of(_COLUMNS, [_row(summary) for summary in summaries]))
        case ListFormat.TABLE:
            screen.tell("No runs.")


def show_found(screen: Screen, found: FoundRuns, output: ListFormat) -> None:
    """Print what was found, and tell what was left out."""
    show_summaries(screen, found.summaries, output)
    tell_unread(screen, found.unread_count)


def tell_unread(screen: Screen, unread_count: int) -> None:
    """Tell that events were left out, if some were."""
    if unread_count:
        screen.tell(f"The newest {unread_count} events were not searched; search again.")


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
        f"{summary.requested_at[:_TO_SECONDS]}Z",
        outcome_of(summary),
        _took(summary),
        summary.call_count,
        question,
    ]


def outcome_of(summary: RunSummary) -> str:
    """Return how the run ended, or the state it is in."""
    return summary.status or summary.error_code or summary.state


def _origin(summary: RunSummary) -> str:
    return f"{summary.origin} of {summary.parent_run_id}" if summary.parent_run_id else "new"


def _took(summary: RunSummary) -> str | None:
    return None if summary.duration_ms is None else duration_text(summary.duration_ms)
