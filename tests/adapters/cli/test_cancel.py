"""`opstrail run cancel`."""

import pytest

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.run.commands import RequestRun
from domain.writer import Authorship
from tests.adapters.cli.command import Command

QUESTION = "How many configuration items are there?"


@pytest.fixture
def waiting(opstrail: Command) -> str:
    """A run that was requested and nobody began."""
    with open_service(f"sqlite:///{opstrail.database}") as service:
        by = Authorship("acme", Actor("person", "ada"))
        return service.runs.request(RequestRun(question=QUESTION), by).run_id


def test_a_run_that_waits_can_be_cancelled(opstrail: Command, waiting: str) -> None:
    ended = opstrail("run", "cancel", waiting, "--reason", "by mistake")
    assert (ended.code, ended.out) == (0, f"{waiting} is cancelled\n")


def test_an_ended_run_cannot_be_cancelled(opstrail: Command) -> None:
    opstrail("ask", QUESTION)
    ended = opstrail("run", "cancel", "latest", "--reason", "by mistake")
    assert (ended.code, "is completed: cannot cancel" in ended.err) == (2, True)


def test_to_cancel_a_cancelled_run_changes_nothing_and_says_so(
    opstrail: Command, waiting: str
) -> None:
    opstrail("run", "cancel", waiting, "--reason", "by mistake")
    again = opstrail("run", "cancel", waiting, "--reason", "once more")
    assert (again.code, again.out) == (0, f"{waiting} is cancelled\n")
    assert again.err.startswith(f"{waiting} was cancelled before;")
    assert "once more" not in opstrail("run", "events", waiting).out


def test_to_cancel_needs_a_reason(opstrail: Command, waiting: str) -> None:
    assert "--reason" in opstrail("run", "cancel", waiting).err
