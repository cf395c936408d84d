"""Runs that wanted another plan: some got one, to some it was refused."""

from typing import Any

from msgspec import UNSET

from domain.json import JsonMap
from domain.run.facts import RunOptions
from domain.run.replanning import TRIGGER_TYPES, ControlLoopPolicy, ReplanDecided
from domain.tools.contracts import BaseTool, ToolContext, ToolErrorCode, ToolFailure, ToolResult
from tests.domain.replay.verify import verifying
from tests.domain.stages.running import LOOKUP, METRIC, Ran, Running, ci, metric, plan_output
from tests.fakes import AnyParams, ScriptedTool, answering, failing

POLICY = ControlLoopPolicy(
    allowed_triggers=[*TRIGGER_TYPES],
    min_interval_seconds=0.0001,
    cooling_period_seconds=0.0001,
)
RECORDS: JsonMap = {"rows": [{"entry_id": "e1", "title": "Disk full"}], "total": 1}
NOTHING: JsonMap = {"rows": [], "total": 0}
EVENTS: dict[str, Any] = {**LOOKUP, "history": {"enabled": True, "source": "event_log"}}
IN_VIEW_OF_METRIC = {**METRIC, "cep": {"rule_id": "rule-1"}}
THREE_STEPS: dict[str, Any] = {
    "enable_multistep": True,
    "budget": {"max_steps": 2},
    "steps": [
        {"step_id": name, "name": name, "intent": "LOOKUP", "primary": {"keywords": [name]}}
        for name in ("one", "two", "three")
    ],
}
DOWN = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no route to host")


def history_tool(**answers: Any) -> ScriptedTool:  # noqa: ANN401 - JSON or a failing script
    """Answers by the time range that is asked; any other is too long."""

    async def answer(_: ToolContext, params: AnyParams) -> ToolResult:
        if params.time_range not in answers:
            raise ToolFailure(ToolErrorCode.TOOL_TIMEOUT, "Timeout after 30000 ms")
        return ToolResult(success=True, data=answers[str(params.time_range)])

    return ScriptedTool("history", event_log=answer)


def cep() -> ScriptedTool:
    return ScriptedTool("cep", simulate=answering({"rule_id": "rule-1", "triggered": False}))


def replanned(
    plan: dict[str, Any], *tools: BaseTool, policy: ControlLoopPolicy = POLICY
) -> tuple[Running, verifying.History]:
    """A run of this plan that may change it."""
    running = Running(*tools, planned=plan_output(**plan))
    return verifying.ran(running, options=RunOptions(replanning=policy, call_timeout_ms=50))


def narrower() -> tuple[Running, verifying.History]:
    return replanned(EVENTS, ci(), history_tool(last_84h=RECORDS))


def wider() -> tuple[Running, verifying.History]:
    found = history_tool(last_7d=NOTHING, last_30d=NOTHING, last_365d=RECORDS)
    return replanned(EVENTS, ci(), found)


def without_metric() -> tuple[Running, verifying.History]:
    return replanned(IN_VIEW_OF_METRIC, ci(), metric(DOWN), cep())


def within_its_time() -> tuple[Running, verifying.History]:
    plan = {**METRIC, "intent": "LOOKUP", "budget": {"timeout_seconds": 0.05}}
    return replanned(plan, ci(), metric(verifying.hang))


def fewer_steps() -> tuple[Running, verifying.History]:
    return replanned(THREE_STEPS, ci())


def twice() -> tuple[Running, verifying.History]:
    """First it is narrowed, in vain, then it is left out."""
    plan = {**EVENTS, "cep": {"rule_id": "rule-1"}}
    return replanned(plan, ci(), history_tool(), cep())


def to_no_avail() -> tuple[Running, verifying.History]:
    """The narrower plan fails too."""
    return replanned(EVENTS, ci(), history_tool())


def refused() -> tuple[Running, verifying.History]:
    """Nothing can do without the item."""
    return replanned(METRIC, ci(DOWN), metric())


REPLANNED = (narrower, wider, without_metric, within_its_time, fewer_steps, twice, to_no_avail)
EVERY_REPLAN = (*REPLANNED, refused)


def ran_by(plan: dict[str, Any], *tools: BaseTool, policy: ControlLoopPolicy = POLICY) -> Ran:
    running = Running(*tools, planned=plan_output(**plan))
    run_id = running.request(options=RunOptions(replanning=policy, call_timeout_ms=100))
    running.carry_out(run_id)
    return Ran(running, run_id)


def of(kind: verifying.Kind) -> Ran:
    running, history = kind()
    return Ran(running, history[0].envelope.stream_id)


def changes(run: Ran) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What changed in the plan, before and after."""
    patches = [event.patch for event in run.all(ReplanDecided) if event.is_approved]
    return [(patch.before, patch.after) for patch in patches if patch is not UNSET]


def refusal(run: Ran) -> str:
    decided = run.all(ReplanDecided)[-1]
    assert (decided.is_approved, decided.patch) == (False, UNSET)
    return decided.why
