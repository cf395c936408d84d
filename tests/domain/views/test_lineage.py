"""The family of a run as a tree."""

import dataclasses

import pytest

from domain.run.events import RunEvent, RunRecovered, RunRequested, RunResumed
from domain.run.facts import Origin
from domain.run.lifecycle import Stage
from domain.views.lineage import LineageNode, LineageNote, Member, lineage
from tests.contracts.event_samples import summary
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import ANNOTATED, BROKE, PINNED, UNPINNED

AT = "2026-03-01T12:00:00.010000Z"


def member(run: str, *events: RunEvent, parent: str | None = None, second: int = 0) -> Member:
    """Return a run with its history; one with a parent is a fork at version 3."""
    origin = Origin()
    if parent is not None:
        origin = Origin(kind="fork", parent_run_id=parent, parent_version=3, reason="why not")
    about = summary(run, requested_at=f"2026-03-01T12:00:0{second}.000000Z")
    request = RunRequested(question="?", origin=origin)
    return dataclasses.replace(about, parent_run_id=parent), entries([request, *events])


def ids(node: LineageNode) -> list[object]:
    return [node.summary.run_id, *(ids(child) for child in node.children)]


def test_children_stand_below_their_parents_the_oldest_first() -> None:
    family = [
        member("run-3", parent="run-1", second=3),
        member("run-1"),
        member("run-4", parent="run-2", second=4),
        member("run-2", parent="run-1", second=2),
    ]
    assert ids(lineage("run-1", family)) == ["run-1", ["run-2", ["run-4"]], ["run-3"]]


def test_a_child_says_from_where_on_and_why() -> None:
    root = lineage("run-1", [member("run-1"), member("run-2", parent="run-1")])
    assert (root.parent_version, root.reason) == (None, None)
    (child,) = root.children
    assert (child.parent_version, child.reason) == (3, "why not")


@pytest.mark.parametrize(
    ("event", "kind", "about"),
    [
        (RunResumed(from_stage=Stage.EXECUTE, why="it is up"), "resumed", "it is up"),
        (RunRecovered(from_stage=Stage.EXECUTE, lost_worker="w1"), "recovered", "w1"),
        (PINNED, "pinned", "daily"),
        (UNPINNED, "unpinned", "daily"),
        (BROKE, "broke", "daily"),
    ],
)
def test_a_node_says_what_happened_beside_the_stages(
    event: RunEvent, kind: str, about: str
) -> None:
    root = lineage("run-1", [member("run-1", event, ANNOTATED)])
    assert root.notes == (LineageNote(2, AT, "ada", kind, about),)
