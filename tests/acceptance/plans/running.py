"""Plans from files, run by the command in this process on a database with the demo estate."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import open_service
from domain.errors import NotFound
from domain.run.events import RunEvent
from domain.stages import live
from domain.stages.recorder import RunStopped
from domain.stages.sources import Answer, CallRequest
from domain.tools.contracts import ToolErrorCode, ToolResult
from tests.acceptance.demo import DEMO
from tests.adapters.cli.command import Command, Ended

WHY = ("--reason", "to see")
PLANS = Path(__file__).parent / "files"
_CALL = live.LiveCalls.call


class WorkerLost(NotFound):
    """Stands for a kill: nothing more of the run is recorded. A command says it, and ends."""

    def __init__(self) -> None:
        super().__init__("whose worker was lost")


@dataclass
class Tools:
    """What the tools do beside answering: each call is told, one may fail, or kill the worker."""

    asked: list[str] = field(default_factory=list)
    failing: dict[str, ToolErrorCode] = field(default_factory=dict)
    kills_at: str | None = None

    async def call(self, calls: live.LiveCalls, request: CallRequest) -> Answer:
        """Answer a call as the tools of the service do, unless it is to be otherwise."""
        if request.call_id == self.kills_at:
            raise RunStopped(WorkerLost())
        self.asked.append(request.call_id)
        if request.call_id in self.failing:
            code = self.failing[request.call_id]
            return Answer(ToolResult(success=False, error="no answer", error_code=code), 1.0)
        return await _CALL(calls, request)


@dataclass(frozen=True)
class Done:
    """A run as its record has it."""

    ended: Ended
    run_id: str
    events: tuple[RunEvent, ...]

    def all(self, stored_as: str) -> list[Any]:
        """Return its events of this stored type."""
        return [event for event in self.events if event.stored_as == stored_as]

    def one(self, stored_as: str) -> Any:  # noqa: ANN401 - tests look into it
        """Return its only event of this stored type."""
        (event,) = self.all(stored_as)
        return event

    @property
    def started(self) -> list[str]:
        """The ids of its calls in the order in which they began, once for each attempt."""
        return [event.call_id for event in self.all("tool-call-started")]

    @property
    def skipped(self) -> dict[str, str]:
        """Why calls were skipped, by their ids."""
        return {event.call_id: event.reason for event in self.all("tool-call-skipped")}

    @property
    def data(self) -> dict[str, Any]:
        """What calls answered, by their ids."""
        return {event.call_id: event.data for event in self.all("tool-call-succeeded")}

    @property
    def status(self) -> str | None:
        """How it completed; None when it did not."""
        completed = self.all("run-completed")
        return completed[-1].status if completed else None

    @property
    def answer(self) -> str:
        """What it answered."""
        composed = self.all("response-composed")
        return str(composed[-1].answer) if composed else ""


@dataclass(frozen=True)
class Plans:
    """`opstrail` on a copy of the demo database, and plans that it carries out."""

    opstrail: Command
    folder: Path
    tools: Tools

    def run(self, plan: Mapping[str, Any] | str, *options: str) -> Done:
        """Run a plan, given as it is or as the name of a file in `files`."""
        file = PLANS / f"{plan}.json"
        if not isinstance(plan, str):
            file = self.folder / "plan.json"
            file.write_text(json.dumps(plan), encoding="utf-8")
        return self.done(self.opstrail("run", "start", "--plan", str(file), *_ANCHOR, *options))

    def done(self, ended: Ended, run: str = "latest") -> Done:
        """Return the run that a command was about, by default the newest."""
        shown = self.opstrail("run", "show", run, "-o", "json")
        if shown.code == 4:  # there is none: it was refused before it was requested
            return Done(ended, "", ())
        run_id = str(shown.json["run_id"])
        with open_service(f"sqlite:///{self.opstrail.database}") as service:
            history = service.reader.history(DEMO, run_id)
        return Done(ended, run_id, tuple(entry.event for entry in history))

    def refused(self, plan: Mapping[str, Any] | str) -> str:
        """Return why a plan is refused."""
        done = self.run(plan)
        assert done.ended.code != 0, done.ended.out
        failed = done.all("run-failed")
        return str(failed[-1].error.message) if failed else done.ended.err

    def verdict(self, done: Done) -> str:
        """Return the verdict on a run: same or diverged."""
        return str(self.opstrail("run", "verify", done.run_id, "-o", "json").json["verdict"])

    def killed(self, plan: Mapping[str, Any] | str, at_call: str) -> Done:
        """Run a plan by a worker that is lost when this call is about to be asked."""
        self.tools.kills_at = at_call
        left = self.run(plan)
        assert left.events, left.ended.err
        assert left.all("run-completed") == []
        self.tools.kills_at = None
        self.tools.asked.clear()
        return left

    def recovered(self, left: Done) -> Done:
        """Let another worker take over a run whose worker was lost, and carry it to its end."""
        with closing(sqlite3.connect(self.opstrail.database)) as connection, connection:
            connection.execute("UPDATE run_leases SET expires_at = '2026-01-01 00:00:00.000'")
        return self.done(self.opstrail("run", "recover", left.run_id), left.run_id)

    def forked(self, done: Done, *changes: str) -> Done:
        """Fork a run with these changes."""
        return self.done(self.opstrail("run", "fork", done.run_id, *WHY, *changes))

    def resumed(self, done: Done, *changes: str) -> Done:
        """Resume a run with these changes."""
        return self.done(self.opstrail("run", "resume", done.run_id, *WHY, *changes), done.run_id)


_ANCHOR = ("--anchor", "data")


def listen(patch: pytest.MonkeyPatch) -> Tools:
    """Return the tools through which all calls of this process now go."""
    tools = Tools()

    async def call(calls: live.LiveCalls, request: CallRequest) -> Answer:
        return await tools.call(calls, request)

    patch.setattr(live.LiveCalls, "call", call)
    return tools
