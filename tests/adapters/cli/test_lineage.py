"""`opstrail run lineage`."""

import pytest

from tests.adapters.cli.command import Command

HOW_MANY = "How many configuration items are there?"


@pytest.fixture
def rerun(opstrail: Command) -> Command:
    """A run, and a rerun of it."""
    opstrail("ask", HOW_MANY)
    assert opstrail("run", "rerun", "latest", "--reason", "to see").code == 0
    return opstrail


def test_the_family_is_drawn_as_a_tree_with_the_run_marked(rerun: Command) -> None:
    first, second = rerun("run", "lineage", "latest").lines
    assert first.endswith(f"success, {HOW_MANY}")
    assert second.startswith("└── rerun at ")
    assert second.endswith(f"success, {HOW_MANY}, because: to see *")


def test_the_family_is_the_same_from_whichever_run(rerun: Command) -> None:
    newest, oldest = rerun("run", "list", "-o", "ids").lines
    found = [rerun("run", "lineage", run, "-o", "json").json for run in (newest, oldest)]
    assert found[0]["root"] == found[1]["root"]
    assert [each["asked_for"] for each in found] == [newest, oldest]
    root = found[0]["root"]
    assert root["summary"]["run_id"] == oldest
    assert [child["summary"]["run_id"] for child in root["children"]] == [newest]


def test_a_run_alone_is_its_own_family(opstrail: Command) -> None:
    opstrail("ask", HOW_MANY)
    assert len(opstrail("run", "lineage", "latest").lines) == 1


def test_the_lineage_of_a_run_that_does_not_exist_ends_with_4(opstrail: Command) -> None:
    assert opstrail("run", "lineage", "run-none").code == 4
