"""A database in which causes are planted, by what an operator has at hand."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from adapters.bootstrap import Opstrail, open_service
from adapters.cli.app import main
from adapters.tools.builtin import builtin_tools
from domain.aggregate.envelope import Actor
from domain.json import JsonMap
from domain.operations.operation import Caller
from domain.operations.replays import RESUME_RUN
from domain.run.commands import RequestRun
from domain.run.facts import RunOptions
from domain.stages.given_plan import plan_output_of
from domain.tools.contracts import BaseTool, Operation, ToolContext, ToolResult
from domain.tools.policies.policy import EVERY_TOOL, Policies, PolicyDocument, ToolPolicy
from domain.tools.registry import ToolRegistry
from domain.writer import Authorship
from infrastructure.clock import SystemClock
from tests.bound import bind

TENANT = "acme"
BY = Authorship(TENANT, Actor("person", "ada"), None)
WHY = ("--reason", "to see")
START = SystemClock().now().replace(microsecond=0)
# What is planted happens once, and is not mended by asking again.
_PLANTED = Policies(
    PolicyDocument(tools={EVERY_TOOL: ToolPolicy(max_retries=0, breaker_enabled=False)})
)
Row = Mapping[str, object]


def ago(**span: float) -> str:
    """Return the instant so long before now, as estate files have it."""
    return (START - timedelta(**span)).isoformat()


def newest(days: float) -> str:
    """Return the date of the newest point of a day of points that ends so many days ago."""
    return ago(days=days, minutes=1)[:10]


class SteadyClock:
    """Moves on by a millisecond whenever it is read: a busy machine would be a cause, too."""

    def __init__(self) -> None:
        self._next = START

    def now(self, _: object = None) -> datetime:
        self._next += timedelta(milliseconds=1)
        return self._next


@dataclass
class Source(BaseTool):
    """A tool whose source takes its time, fails with the errors given in turn, then answers."""

    inner: BaseTool
    errors: list[Exception] = field(default_factory=list)
    seconds: float = 0

    @property
    def tool_type(self) -> str:
        return self.inner.tool_type

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        return self.inner.operations

    async def execute(self, context: ToolContext, params: Mapping[str, Any]) -> ToolResult:
        await asyncio.sleep(self.seconds)
        if self.errors:
            raise self.errors.pop(0)
        return await self.inner.execute(context, params)


class Place:
    """A database of one tenant."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database = folder, folder / "opstrail.db"

    def estate(self, **files: Sequence[Row]) -> None:
        """Import rows of these kinds."""
        paths = [self._file(f"{name}.json", rows) for name, rows in files.items()]
        self.run("estate", "import", *paths)

    def ask(self, question: str, *options: str) -> None:
        self.run("ask", question, *options)

    def start(self, *options: str, **plan: object) -> None:
        """Carry out a plan from a file."""
        self.run("run", "start", "--plan", self._file("plan.json", plan), *options)

    def run(self, *arguments: str) -> str:
        """Run the command and return what it printed; an exit code says nothing here."""
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            main(["--database", str(self.database), "--tenant", TENANT, *arguments])
        return out.getvalue() + err.getvalue()

    @contextmanager
    def with_source(self, tool: str, **behaviour: Any) -> Iterator[Opstrail]:  # noqa: ANN401 - fields
        """Give the service while the source of this tool behaves like this."""
        with open_service(f"sqlite:///{self.database}") as service:
            registry = ToolRegistry()
            for each in builtin_tools(service.estate):
                is_it = each.tool_type == tool
                registry.register_dynamic(Source(each, **behaviour) if is_it else each)
            vars(service)["tools"] = registry
            bind(service, _PLANTED)
            yield service

    def ask_with(
        self,
        tool: str,
        question: str,
        *,
        call_timeout_ms: int = 30_000,
        **behaviour: Any,  # noqa: ANN401 - fields
    ) -> None:
        """Ask while the source of this tool behaves like this."""
        options = RunOptions(call_timeout_ms=call_timeout_ms)
        self._carry_out(tool, RequestRun(question=question, options=options), **behaviour)

    def start_with(self, tool: str, plan: JsonMap, **behaviour: Any) -> None:  # noqa: ANN401 - fields
        """Carry out a plan while the source of this tool behaves like this."""
        output = plan_output_of(plan)
        self._carry_out(tool, RequestRun(question="A plan", plan_output=output), **behaviour)

    def resume_with(self, tool: str, run: str, **behaviour: Any) -> None:  # noqa: ANN401 - fields
        """Resume a run while the source of this tool behaves like this."""
        with self.with_source(tool, **behaviour) as service:
            again = RESUME_RUN.params(run=run, reason="to see")
            asyncio.run(RESUME_RUN.do(service, Caller(BY), again))

    def request(self, question: str) -> None:
        """Request a run that nobody carries out."""
        with open_service(f"sqlite:///{self.database}") as service:
            service.runs.request(RequestRun(question=question), BY)

    def execute(self, statement: str) -> None:
        """Change the database behind the service's back."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement)

    def diagnosis(self) -> str:
        """Return the first finding about the latest run, or `nothing` when it is healthy."""
        found = json.loads(self.run("run", "diagnose", "latest", "-o", "json"))["hypotheses"]
        return str(found[0]["sentence"]) if found else "nothing"

    def _carry_out(self, tool: str, request: RequestRun, **behaviour: Any) -> None:  # noqa: ANN401 - fields
        with self.with_source(tool, **behaviour) as service:
            asyncio.run(service.dispatcher.ask(request, BY, _nobody))

    def _file(self, name: str, content: object) -> str:
        path = self.folder / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)


def _nobody(_: str) -> None:
    """Nobody listens."""
