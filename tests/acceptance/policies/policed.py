"""An opstrail on a real database, with tools of a test and policies that it writes down."""

import asyncio
import copy
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from adapters.bootstrap import Opstrail
from domain.aggregate.envelope import Actor
from domain.assets.asset import PublishAsset
from domain.assets.names import POLICY
from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.replay.verify.verify import verify
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry, RunEvent
from domain.run.facts import RunOptions
from domain.run.run_event import OnTimeline
from domain.tools.contracts import BaseTool, ToolContext, ToolErrorCode, ToolFailure, ToolResult
from domain.tools.policies.policy import PhaseTimeouts, PolicyDocument, ToolPolicy
from domain.tools.registry import ToolRegistry
from domain.writer import Authorship
from tests.fakes import AnyParams, Script, ScriptedTool, answering, failing

E = TypeVar("E", bound=RunEvent)
TENANT = "acme"
BY = Authorship(TENANT, Actor("person", "ada"))


_OPENED = list[Opstrail]()


def close_all() -> None:
    """Close what sites have opened."""
    while _OPENED:
        _OPENED.pop().close()


def publish(opstrail: Opstrail, key: str, content: JsonMap, by: Authorship) -> None:
    """Publish an asset as people do."""
    desk, why = opstrail.asset_desk, "a test"
    before = opstrail.assets.read(by.tenant_id, key).asset.published
    draft = desk.drafted(key, content, why)
    desk.do(key, PublishAsset(why=why, expected=before, draft=draft), by)


class Site:
    """Asks the tool `slow` by plans of calls, and reads from the record what came of it."""

    def __init__(self, url: str, *tools: BaseTool, **timeouts: int) -> None:
        registry = ToolRegistry()
        for tool in tools:
            registry.register_dynamic(tool)
        self.opstrail = Opstrail(url)
        _OPENED.append(self.opstrail)
        self.policies: dict[str, ToolPolicy] = {}
        self.timeouts = PhaseTimeouts(**timeouts)
        self.by = BY
        vars(self.opstrail)["tools"] = vars(self.opstrail)["known_tools"] = registry

    def run(self, *calls: JsonMap, **options: Any) -> "Ran":  # noqa: ANN401 - run options
        return self.carry_out(self.request(*calls, **options))

    def request(self, *calls: JsonMap, **options: Any) -> str:  # noqa: ANN401 - run options
        plan = {"kind": "plan", "plan": {"calls": list(calls)}}
        asked = RequestRun(
            question="Slow?",
            plan_output=PlanOutput.model_validate(plan).model_dump(
                mode="json", exclude_unset=True
            ),
            options=RunOptions(**options),
        )
        self._publish()
        return self.opstrail.runs.request(asked, self.by).run_id

    def of_tenant(self, tenant_id: str) -> "Site":
        """Return this very site as another tenant has it."""
        other = copy.copy(self)
        other.by = Authorship(tenant_id, Actor("person", "eve"))
        return other

    def _publish(self) -> None:
        """Let the policies be those of the tenant, unless they are already."""
        document = PolicyDocument(tools=self.policies, timeouts=self.timeouts)
        content = document.model_dump(mode="json", exclude_unset=True)
        published = self.opstrail.assets.find(self.by.tenant_id, POLICY)
        if (published.content if published else {"tools": {}, "timeouts": {}}) != content:
            publish(self.opstrail, POLICY, content, self.by)

    def carry_out(self, *run_ids: str) -> "Ran":
        async def all_of_them() -> None:
            runs = self.opstrail.runs
            await asyncio.gather(*(runs.carry_out(self.by.tenant_id, each) for each in run_ids))

        asyncio.run(all_of_them())
        return self.ran(run_ids[-1])

    def resume(self, ran: "Ran") -> "Ran":
        self.opstrail.runs.resume(ran.run_id, Resumption(reason="it is up again"), self.by)
        return self.carry_out(ran.run_id)

    def rerun(self, ran: "Ran") -> "Ran":
        rerun = self.opstrail.replays.rerun(ran.run_id, Rerun(reason="once more"), self.by)
        return self.carry_out(rerun.run_id)

    def fork(self, ran: "Ran", **changes: Any) -> "Ran":  # noqa: ANN401 - of a fork
        fork = Fork(reason="what if", **changes)
        return self.carry_out(self.opstrail.replays.fork(ran.run_id, fork, self.by).run_id)

    def ran(self, run_id: str) -> "Ran":
        stored = self.opstrail.store.read(self.by.tenant_id, run_id)
        return Ran(self, run_id, [RUN.read(recorded) for recorded in stored])


class Ran:
    """What is on record of a run; nothing else is looked at."""

    def __init__(self, site: Site, run_id: str, history: Sequence[HistoryEntry]) -> None:
        self.site, self.run_id, self.history = site, run_id, history

    def all(self, kind: type[E]) -> list[E]:
        return [each.event for each in self.history if isinstance(each.event, kind)]

    def one(self, kind: type[E], call_id: str) -> E:
        """The last of these events of a call."""
        return [each for each in self.all(kind) if getattr(each, "call_id", None) == call_id][-1]

    def is_same(self) -> bool:
        """Whether the run verifies, without any tool."""
        return asyncio.run(verify(self.history, self.site.opstrail.tools)).is_same

    def spans(self) -> list[tuple[float, float]]:
        """When a tool worked on each call, in milliseconds, as the ends of the calls tell."""
        ends = [e for e in self.history if e.event.on_timeline is OnTimeline.ENDS_CALL]
        spans = list[tuple[float, float]]()
        for entry in ends:
            end = datetime.fromisoformat(entry.envelope.recorded_at).timestamp() * 1000
            spans.append((end - getattr(entry.event, "duration_ms", 0.0), end))
        return spans


def most_at_once(spans: Sequence[tuple[float, float]]) -> int:
    """Return how many of the spans lie over each other, at most; they touch within 10 µs."""
    steps = [(start + 0.01, 1) for start, _ in spans] + [(end, -1) for _, end in spans]
    running = most = 0
    for _, step in sorted(steps):
        running += step
        most = max(most, running)
    return most


def call(number: int, **params: Any) -> JsonMap:  # noqa: ANN401 - JSON
    """Return a call of the slow tool, as plans name it."""
    given = {"text": str(number), **params}
    return {"call_id": f"c{number}", "tool": "slow", "operation": "get", "params": given}


DOWN = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)
GIVEN = answering({"rows": [{"a": 1}, {"a": 2}, {"a": 3}]})
SOON = ToolPolicy(retry_backoff_ms=1, max_retries=2)


async def slowly(*_: object) -> ToolResult:
    await asyncio.sleep(0.02)
    return ToolResult(success=True, data={"rows": []})


def down_for(times: int, then: Script = GIVEN) -> Script:
    """Return a script that fails so many times before it answers."""
    made = count()

    async def script(context: ToolContext, params: AnyParams) -> ToolResult:
        if next(made) < times:
            raise ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no answer")
        answer = then(context, params)
        return answer if isinstance(answer, ToolResult) else await answer

    return script


def slow(script: Script) -> ScriptedTool:
    return ScriptedTool("slow", get=script)
