"""What to do next: only commands that can work on the run as it is."""

import shlex

from domain.json import as_map, as_text
from domain.replay.diagnosis.case import Case, command
from domain.views.response import run_response

_WHY = "--reason '...'"


def look(case: Case, view: str) -> str:
    """Return the command that shows more of the run."""
    return case.command(view)


def again(case: Case) -> str:
    """Return the command that asks again what did not succeed; else all of it."""
    return case.command("resume" if case.can_be_resumed else "rerun", _WHY)


def from_the_start(case: Case) -> str:
    """Return the command that asks everything again."""
    return case.command("rerun", _WHY)


def fork_of_parent(case: Case) -> str:
    """Return the command that forks the run which this one comes from, without its changes."""
    parent = case.request.origin.parent_run_id
    return look(case, "trace") if parent is None else command("fork", parent, _WHY)


def change(case: Case, *paths: str) -> str | None:
    """Return the command that changes the plan as the first action of the answer with such paths.

    None when the answer offers no such action.
    """
    for number, action in enumerate(run_response(case.entries)["next_actions"], start=1):
        patch = as_map(as_map(action.get("payload")).get("patch"))
        if any(key.endswith(path) for key in patch for path in paths):
            why = shlex.quote(as_text(action.get("label")))
            return case.command("fork", f"--action {number} --reason {why}")
    return None
