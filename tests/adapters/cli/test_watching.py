"""Looking on: `opstrail run watch` and `opstrail run list --watch`."""

import signal
from io import StringIO

from rich.console import Console

from adapters.bootstrap import open_service
from adapters.cli.screen import Screen
from adapters.cli.text.runs import show_runs_live
from domain.aggregate.envelope import Actor
from domain.run.commands import RequestRun
from domain.writer import Authorship
from tests.acceptance.cli import COMMAND, start
from tests.adapters.cli.command import Command

QUESTION = "How many configuration items are there?"


def test_of_a_run_that_has_ended_all_events_are_shown_and_its_answer(opstrail: Command) -> None:
    opstrail("ask", QUESTION)
    watched = opstrail("run", "watch", "latest")
    kinds = [line.split()[2] for line in watched.lines if line.startswith(" ")]
    assert (watched.code, kinds[0], kinds[-1]) == (0, "run-requested", "run-completed")
    assert watched.lines[-1].startswith("run-")
    assert watched.lines[-2] == opstrail("run", "response", "latest").lines[0]


def test_of_a_run_that_failed_the_command_fails_as_asking_did(opstrail: Command) -> None:
    asked = opstrail("ask", "What is srv-99?")
    assert opstrail("run", "watch", "latest").code == asked.code != 0


def test_an_unknown_run_is_not_watched(opstrail: Command) -> None:
    assert opstrail("run", "watch", "run-99").code == 4


def test_a_list_that_goes_on_has_no_other_form(opstrail: Command) -> None:
    refused = opstrail("run", "list", "--watch", "-o", "json")
    assert (refused.code, "Invalid value for --watch" in refused.err) == (2, True)
    assert opstrail("run", "list", "--watch", "--columns", "run_id").code == 2


def test_a_list_that_goes_on_tells_each_change_until_ctrl_c(opstrail: Command) -> None:
    by = Authorship("acme", Actor("person", "ada"))
    options = ("--database", str(opstrail.database), "--tenant", "acme")
    with open_service(f"sqlite:///{opstrail.database}") as service:
        first = service.runs.request(RequestRun(question=QUESTION), by).run_id
        process = start(*COMMAND, *options, "run", "list", "--watch")
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        service.runs.cancel(first, why="enough", by=by)
        lines.append(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == ("", "")
    assert [line.split()[1:3] for line in lines] == [[first, "requested"], [first, "cancelled"]]
    assert process.returncode == 130


def test_on_a_terminal_the_list_is_drawn_anew(opstrail: Command) -> None:
    opstrail("ask", QUESTION)
    with open_service(f"sqlite:///{opstrail.database}") as service:
        (run,) = service.reader.summaries("acme", service.reader.where(None), limit=9).summaries
    drawn, screen = StringIO(), Screen(has_color=False)
    screen.__dict__["out"] = Console(file=drawn, force_terminal=True, width=100)
    show_runs_live(screen, [[], [run]])
    before, _, after = drawn.getvalue().partition(run.run_id[-8:])
    assert ("requested at" in before, after.startswith("  ")) == (True, True)
