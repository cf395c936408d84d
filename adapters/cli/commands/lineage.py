"""`opstrail run lineage`: what a run comes from, and what comes from it."""

from typing import TYPE_CHECKING, Final

import typer

from adapters.cli.options import Output, RunText, TextFormat, example
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from adapters.cli.screen import Screen
    from domain.views.lineage import LineageNode, LineageNote

LINEAGE_EXAMPLE: Final = example("opstrail run lineage latest")
_TO_SECONDS: Final = 19
_ABOUT: Final = {
    "resumed": "because: {}",
    "recovered": "lost worker: {}",
    "pinned": "golden run {!r}",
    "unpinned": "golden run {!r} no more",
}


def lineage(context: typer.Context, run: RunText, output: Output = TextFormat.TEXT) -> None:
    """Draw the tree of forks and reruns that a run belongs to, with resumptions and goldens."""
    from domain.views.lineage import Lineage

    session = session_of(context)
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        root = opstrail.reader.lineage(session.tenant_id, run_id)
    if output is TextFormat.JSON:
        session.screen.show_json(Lineage(asked_for=run_id, root=root))
    else:
        show_lineage(session.screen, root, asked_for=run_id)


def show_lineage(screen: "Screen", root: "LineageNode", *, asked_for: str) -> None:
    """Print the tree; the run that was asked for is marked."""
    from rich.tree import Tree

    tree = Tree(_line(root, asked_for), guide_style="dim")
    _grow(tree, root, asked_for)
    screen.show(tree)


def _grow(tree: "Tree", node: "LineageNode", asked_for: str) -> None:
    for note in node.notes:
        tree.add(_note(note))
    for child in node.children:
        _grow(tree.add(_line(child, asked_for)), child, asked_for)


def _line(node: "LineageNode", asked_for: str) -> "Text":
    from rich.text import Text

    from adapters.cli.screen import printable
    from adapters.cli.text.answers import short_id
    from domain.views.summary import outcome_of

    summary = node.summary
    at = "" if node.parent_version is None else f" at {node.parent_version}"
    how = "" if summary.parent_run_id is None else f"{summary.origin}{at}: "
    why = f", because: {node.reason}" if node.reason else ""
    told = f"{how}{short_id(summary.run_id)} {outcome_of(summary)}, {summary.question}{why}"
    is_marked = summary.run_id == asked_for
    return Text(printable(f"{told} *" if is_marked else told), style="bold" if is_marked else "")


def _note(note: "LineageNote") -> "Text":
    from rich.text import Text

    from adapters.cli.screen import printable

    about = _ABOUT[note.kind].format(note.about or "none")
    told = f"{note.kind} at {note.version}, {note.at[:_TO_SECONDS]}Z, by {note.by}; {about}"
    return Text(printable(told), style="dim")
