"""The lineage of a run as text: a tree of forks and reruns."""

from typing import Final

from rich.text import Text
from rich.tree import Tree

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import short_id
from domain.run.summary import outcome_of
from domain.times import to_the_second
from domain.views.lineage import Lineage, LineageNode, LineageNote

_ABOUT: Final = {
    "resumed": "because: {}",
    "recovered": "lost worker: {}",
    "pinned": "golden run {!r}",
    "pinned as wrong": "golden run {!r}, to be answered otherwise",
    "unpinned": "golden run {!r} no more",
    "broke": "golden run {!r} broke",
}


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
    changed = f" ({node.changes})" if node.changes else ""
    told = (
        f"{how}{short_id(summary.run_id)} {outcome_of(summary)}, {summary.question}{why}{changed}"
    )
    is_marked = summary.run_id == asked_for
    return Text(printable(f"{told} *" if is_marked else told), style="bold" if is_marked else "")


def _note(note: LineageNote) -> Text:
    about = _ABOUT[note.kind].format(note.about or "none")
    told = f"{note.kind} at {note.version}, {to_the_second(note.at)}, by {note.by}; {about}"
    return Text(printable(told), style="dim")
