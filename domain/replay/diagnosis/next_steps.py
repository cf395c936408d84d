"""What to do next: only commands that can work on the run as it is."""

import json
import shlex
from collections.abc import Iterator
from typing import Final

from domain.errors import OpstrailError
from domain.json import as_map, as_number, as_text
from domain.replay.compare.run_calls import RunCall
from domain.replay.diagnosis.case import Case, command
from domain.replay.record.terms import terms_of
from domain.replay.resume.resumption import Resumption, resume_command
from domain.run.call_events import ToolCallStarted
from domain.run.facts import Patches, StoredJson
from domain.tools.catalogue import ToolCatalogue
from domain.views.response import run_response

_WHY: Final = "--reason '...'"
_TIMES: Final = 10
_LONGEST_CALL_MS: Final = 3_600_000
_NO_CHANGE: Final = Resumption(reason="-")


def look(case: Case, view: str) -> str:
    """Return the command that shows more of the run."""
    return case.command(view)


def again(case: Case, options: str = "") -> str:
    """Return the command that asks again what did not succeed; if it cannot be, all of it.

    In a blocked run nothing can be asked again: there it is the one that lifts the block.
    """
    if case.request.origin.is_blocked:
        return unblocked(case)
    if not _can_be_resumed(case):
        return from_the_start(case)
    return case.command("resume", f"{options} {_WHY}".strip())


def with_longer_calls(case: Case, call: RunCall) -> str:
    """Return the command that asks again and gives a call ten times as long."""
    started = [event for _, event in case.all(ToolCallStarted) if event.call_id == call.call_id]
    longer = min(_TIMES * started[-1].timeout_ms, _LONGEST_CALL_MS)
    return again(case, f"--timeout-ms {longer}")


def with_more_time(case: Case, seconds: StoredJson) -> str:
    """Return the command that asks again with ten times the budget of the plan."""
    more = as_number(seconds)
    return again(case, f"--patch budget.timeout_seconds={_TIMES * more:g}" if more else "")


def from_the_start(case: Case) -> str:
    """Return the command that asks everything again."""
    return case.command("rerun", _WHY)


def fork_of_parent(case: Case) -> str:
    """Return the command that forks the run which this one comes from, without its changes."""
    parent = case.request.origin.parent_run_id
    return look(case, "trace") if parent is None else command("fork", parent, _WHY)


def unblocked(case: Case) -> str:
    """Return the command that forks the parent again with the same changes, and lets it call."""
    origin, patches = case.request.origin, terms_of(case.entries).origin.patches
    has_data = any(result.kind == "data" for result in patches.results.values())
    if origin.parent_run_id is None or has_data:  # data are no part of a command
        return look(case, "trace")
    at = [] if origin.parent_version is None else [f"--at {origin.parent_version}"]
    retrying = ["--retry-failed"] if origin.is_retrying is True else []
    options = [*at, *retrying, *_as_options(patches), _WHY]
    return command("fork", origin.parent_run_id, " ".join(options))


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


def _as_options(patches: Patches) -> Iterator[str]:
    """Yield the options that stand for patches, without those that are data."""
    changes = dict(patches.plan)
    for call_id, params in patches.params.items():
        changes |= {f"params.{call_id}.{name}": value for name, value in params.items()}
    changes |= {f"assets.{key}": asset for key, asset in patches.assets.items()}
    for path, value in changes.items():
        yield f"--patch {shlex.quote(f'{path}={json.dumps(value, ensure_ascii=False)}')}"
    for call_id, result in patches.results.items():
        code = f":{result.error_code}" if result.error_code else ""
        yield f"--result {shlex.quote(f'{call_id}={result.kind}{code}')}"


def _can_be_resumed(case: Case) -> bool:
    try:
        resume_command(case.entries, _NO_CHANGE, ToolCatalogue(()))
    except OpstrailError:
        return False
    return True
