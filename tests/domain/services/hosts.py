"""A tool that changes something, in runs whose workers may be lost while it does."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.json import JsonMap
from domain.ports import EventStore
from domain.replay.verify.verify import verify
from domain.run.aggregate import RUN
from domain.run.approval_events import RunWaiting
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry, RunEvent
from domain.run.fold import fold
from domain.services.approvals import Approvals, Decision
from domain.services.dispatcher import Dispatcher
from domain.services.leases import LEASE_SECONDS, NOBODY, LeaseHolder
from domain.services.reader import RunReader
from domain.services.recovery import Recovery
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.stages.workshop import Workshop
from domain.tools.contracts import BaseTool, Operation, ToolContext, ToolFailure, ToolResult
from domain.tools.policies.policy import Approval, Policies, PolicyDocument, ToolPolicy
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from domain.values.effect import Effect
from domain.views.run import LostRun
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.services.losing_workers import NoSearch
from tests.domain.stages.running import BY, TENANT, finish, plan_output
from tests.domain.stages.test_runs_interrupted import BreakingStore, FullDisk
from tests.fakes import NOON, AnyParams, CountingIds, FrozenClock, PlannedBeforehand, empty_estate

DAY = timedelta(days=1)


def call(call_id: str, operation: str = "restart", **more: Any) -> JsonMap:  # noqa: ANN401 - JSON
    """A call of the tool, as a plan has it."""
    return {"call_id": call_id, "tool": "host", "operation": operation, **more}


def policy(approval: Approval) -> Policies:
    """Policies by which whatever changes something needs an approval then."""
    return Policies(PolicyDocument(tools={"*": ToolPolicy(approval=approval)}))


REQUIRED, NEVER = policy(Approval.REQUIRED), policy(Approval.NEVER)


class Host(BaseTool):
    """Restarts and tags things, and counts what it did."""

    def __init__(self, name: str = "host") -> None:
        self._name = name
        self.done = list[tuple[str, str]]()
        """What was done, each with the idempotency key of the call."""
        self.failure: ToolFailure | None = None
        self.hangs: str | None = None
        """What it is asked with that never ends."""

    @property
    def tool_type(self) -> str:
        return "host"

    @property
    def tool_name(self) -> str:
        return self._name

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        effects = {"look": Effect.READ, "tag": Effect.IDEMPOTENT, "restart": Effect.EFFECT}
        return {
            name: Operation(name, f"Does {name}", AnyParams, self._do, (), effect)
            for name, effect in effects.items()
        }

    async def _do(self, context: ToolContext, params: AnyParams) -> ToolResult:
        self.done.append((context.idempotency_key or "", str(params.text)))
        await asyncio.sleep(60 if self.hangs and params.text == self.hangs else 0)
        if self.failure:
            raise self.failure
        data: JsonMap = {"rows": [{"name": "a"}, {"name": "b"}], "said": params.text}
        data["key"] = context.idempotency_key
        return ToolResult(success=True, data=data, metadata={"effect": {"changed": params.text}})


class Site:
    """A store, workers that come and go, and what they did outside."""

    def __init__(
        self,
        *calls: JsonMap,
        policies: Policies | None = None,
        **plan: Any,  # noqa: ANN401 - JSON
    ) -> None:
        self.memory, self.now, self.host = MemoryEventStore(), 0.0, Host()
        self.memory.leases.now = lambda: self.now
        self.registry, self._ids = ToolRegistry(), CountingIds()
        self.registry.register_dynamic(self.host)
        self.plan, self.clock = plan_output(calls=list(calls), **plan), FrozenClock()
        self.remarks = list[str]()
        self.workshop = Workshop(
            PlannedBeforehand(self.plan),
            self.registry,
            empty_estate(),
            ExecutionTracer(now=lambda: NOON),
            policies=lambda _: policies or Policies(),
        )

    @property
    def texts(self) -> list[str]:
        """What was done outside."""
        return [text for _, text in self.host.done]

    def service(self, worker: str = "one", store: EventStore | None = None) -> RunService:
        return RunService(
            store=store or self.memory,
            clock=self.clock,
            ids=self._ids,
            workshop=self.workshop,
            holder=LeaseHolder(self.memory.leases, worker),
        )

    def replays(self) -> Replays:
        return Replays(self.service(), workshop=self.workshop, clock=self.clock)

    def ask(self, store: EventStore | None = None) -> str:
        """Carry a run out until it ends or waits, or until its worker is lost."""
        service = self.service(store=store)
        run_id = service.request(RequestRun(question="Which?"), BY).run_id
        with contextlib.suppress(FullDisk):
            self.carry_out(run_id, service)
        return run_id

    def ask_and_lose(self, breaks_at: int) -> str:
        """Carry a run out whose worker is lost at this append."""
        return self.ask(BreakingStore(self.memory, breaks_at=breaks_at))

    def carry_out(self, run_id: str, service: RunService | None = None) -> None:
        finish((service or self.service()).carry_out(TENANT, run_id))

    def decide(
        self,
        run_id: str,
        *calls: str,
        approve: bool = True,
        why: str = "so",
        store: EventStore | None = None,
        is_for_imported: bool = False,
    ) -> None:
        """Decide on calls, all that wait if none is named, and carry the run on if it goes on."""
        decision = Decision(
            is_approval=approve, reason=why, calls=calls, is_for_imported=is_for_imported
        )
        if Approvals(self.service(), self.clock).decide(run_id, decision, BY):
            with contextlib.suppress(FullDisk):
                self.carry_out(run_id, self.service(store=store))

    def import_elsewhere(self, run_id: str) -> None:
        """Make of a run one that came from elsewhere: it has no lease."""
        for owner in (NOBODY, "one"):
            self.memory.leases.give_back(TENANT, run_id, owner)

    def recovery(self, worker: str = "other") -> Recovery:
        service, leases = self.service(worker), self.memory.leases
        return Recovery(
            service=service,
            dispatcher=Dispatcher(
                service, RunReader(self.memory, self.memory, NoSearch(), self.clock), leases
            ),
            views=self.memory,
            leases=leases,
            replays=self.replays(),
            clock=self.clock,
        )

    def recover(self, *run_ids: str) -> list[LostRun]:
        """Let all leases run out, and recover what is lost then."""
        self.now += 2 * LEASE_SECONDS
        remarks = self.remarks.append
        return finish(self.recovery().recover(TENANT, run_ids, tell=remarks, doubt=remarks))

    def pass_time(self, time: timedelta) -> None:
        self.clock, self.now = FrozenClock(NOON + time), self.now + time.total_seconds()

    def history(self, run_id: str) -> list[HistoryEntry]:
        return [RUN.read(each) for each in self.memory.read(TENANT, run_id)]

    def events(self, run_id: str) -> list[RunEvent]:
        return [entry.event for entry in self.history(run_id)]

    def state(self, run_id: str) -> str:
        return fold(run_id, self.events(run_id)).state.value

    def waits(self, run_id: str) -> dict[str, str]:
        """Why each call waits, by id, by the last that was recorded of that."""
        found = [event for event in self.events(run_id) if isinstance(event, RunWaiting)]
        return {each.call_id: each.why for each in found[-1].calls} if found else {}


def same(site: Site, run_id: str) -> bool:
    """Whether the run verifies, as it was at every one of its versions."""
    history = site.history(run_id)
    verdicts = [
        finish(verify(history[:at], site.registry)).verdict for at in range(1, len(history) + 1)
    ]
    return verdicts == ["same"] * len(history)
