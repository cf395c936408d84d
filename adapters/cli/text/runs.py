"""Runs as text: lists of them, the kinds of their errors, one in short, and its lineage."""

from typing import Final

from rich.text import Text
from rich.tree import Tree

from adapters.cli.screen import Screen, printable
from adapters.cli.text.answers import short_id
from adapters.cli.text.tables import ListText, fields_of
from domain.ports import ErrorGroup
from domain.response.blocks import Cell
from domain.run.summary import RunSummary, outcome_of
from domain.times import duration_text, to_the_second
from domain.views.lineage import Lineage, LineageNode, LineageNote
from domain.views.run import LostRun, RunDetails

_QUESTION_LENGTH = 60
_ABOUT: Final = {
    "resumed": "because: {}",
    "recovered": "lost worker: {}",
    "pinned": "golden run {!r}",
    "unpinned": "golden run {!r} no more",
}


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


def show_cancelled(screen: Screen, run: RunDetails) -> None:
    """Print that the run is cancelled."""
    screen.show(f"{run.run_id} is {run.state}")


def show_lineage(screen: Screen, lineage: Lineage) -> None:
    """Print the tree; the run that was asked for is marked."""
    tree = Tree(_line(lineage.root, lineage.asked_for), guide_style="dim")
    _grow(tree, lineage.root, lineage.asked_for)
    screen.show(tree)


def _grow(tree: Tree, node: LineageNode, asked_for: str) -> None:
    for note in node.notes:
        tree.add(_note(note))
    for child in node.children:
        _grow(tree.add(_line(child, asked_for)), child, asked_for)


def _line(node: LineageNode, asked_for: str) -> Text:
    summary = node.summary
    at = "" if node.parent_version is None else f" at {node.parent_version}"
    how = "" if summary.parent_run_id is None else f"{summary.origin}{at}: "
    why = f", because: {node.reason}" if node.reason else ""
    told = f"{how}{short_id(summary.run_id)} {outcome_of(summary)}, {summary.question}{why}"
    is_marked = summary.run_id == asked_for
    return Text(printable(f"{told} *" if is_marked else told), style="bold" if is_marked else "")


def _note(note: LineageNote) -> Text:
    about = _ABOUT[note.kind].format(note.about or "none")
    told = f"{note.kind} at {note.version}, {to_the_second(note.at)}, by {note.by}; {about}"
    return Text(printable(told), style="dim")


def _origin(summary: RunSummary) -> str:
    return f"{summary.origin} of {summary.parent_run_id}" if summary.parent_run_id else "new"


def _took(summary: RunSummary) -> str | None:
    return None if summary.duration_ms is None else duration_text(summary.duration_ms)


def _short_question(summary: RunSummary) -> str:
    question = summary.question
    if len(question) <= _QUESTION_LENGTH:
        return question
    return f"{question[: _QUESTION_LENGTH - 3]}..."


def _outcome(run: RunSummary) -> str:
    return f"{outcome_of(run)}, {run.flag}" if run.flag else outcome_of(run)


RUNS_TEXT: Final[ListText[RunSummary]] = ListText(
    {
        "run": lambda run: short_id(run.run_id),
        "requested at": lambda run: to_the_second(run.requested_at),
        "outcome": _outcome,
        "took": _took,
        "calls": lambda run: run.call_count,
        "question": _short_question,
    },
    id_of=lambda run: run.run_id,
    when_empty="No runs.",
)
ERRORS_TEXT: Final[ListText[ErrorGroup]] = ListText(
    {
        "kind": lambda group: group.fingerprint,
        "runs": lambda group: group.run_count,
        "first": lambda group: to_the_second(group.first_at),
        "last": lambda group: to_the_second(group.newest.requested_at),
        "newest run": lambda group: short_id(group.newest.run_id),
        "error": lambda group: f"{group.newest.error_code}: {group.newest.error}",
    },
    id_of=lambda group: group.newest.run_id,
    when_empty="No errors.",
)
LOST_RUNS_TEXT: Final[ListText[LostRun]] = ListText(
    {
        "run": lambda lost: lost.run,
        "state": lambda lost: lost.state,
        "question": lambda lost: lost.question,
        "why": lambda lost: lost.why,
    },
    id_of=lambda lost: lost.run,
    when_empty="No run is lost.",
)
