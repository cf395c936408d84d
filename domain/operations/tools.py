"""The operations on tools: what they can do, and trying one."""

from collections.abc import Mapping
from typing import Final

from pydantic import Field, field_validator

from domain.json import JsonMap
from domain.operations.operation import Access, Caller, Nothing, Params, Scope, command, read
from domain.operations.question_params import ANCHOR, QuestionParams
from domain.operations.requests import plan_question
from domain.operations.services import Services
from domain.plan.intent import Intent
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planner import QuestionNotUnderstood
from domain.run.facts import Anchor, RunOptions
from domain.stages.live import RANKED_OVER, live_calls
from domain.stages.workshop import anchored
from domain.times import in_utc
from domain.tools.answers import checked
from domain.tools.capabilities import MODE_CAPABILITIES
from domain.tools.catalogue import effect_of
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolResult
from domain.tools.invoker import ToolInvoker
from domain.tools.registry import OperationInfo, ToolInfo, UnknownTool
from domain.values.effect import Effect
from domain.values.fields import Name, Question
from domain.views.source import SOURCES, SourceState
from domain.views.tool import (
    TOOL,
    TOOL_RANKING,
    TOOL_RESULT,
    TOOLS,
    ToolDescription,
    ToolRanking,
    tool_description,
)


class ToolParams(Params):
    """A tool."""

    name: Name = Field(description="A tool's name, or that of an operation, such as ci.search.")


class ToolCallParams(Params):
    """A call of a tool."""

    operation: Name = Field(description="A tool and its operation, such as ci.search.")
    params: JsonMap = Field(default_factory=dict, description="The parameters.")
    anchor: Anchor = ANCHOR


class RankParams(Params):
    """What tools are ranked for; without any of it every tool is a candidate."""

    intent: Intent | None = Field(default=None, description="What a question is after.")
    mode: str | None = Field(default=None, description="What the tools are to be made for.")
    question: Question | None = Field(
        default=None, description="Rank for the plan that this question becomes."
    )

    @field_validator("mode")
    @classmethod
    def _known(cls, mode: str | None) -> str | None:
        if mode is None or mode in MODE_CAPABILITIES:
            return mode
        message = f"{mode!r} is no mode; allowed: {', '.join(MODE_CAPABILITIES)}"
        raise ValueError(message)


async def list_tools(have: Services, caller: Caller, _: Nothing) -> list[ToolInfo]:
    """Return what each tool can do, of what the tenant may call; tell what cannot be used."""
    for refusal in have.tools.refusals:
        caller.tell(f"opstrail: {refusal}")
    callable_ = {*have.workshop.capabilities(caller.tenant_id).list_tools()}
    shown = list[ToolInfo]()
    for name, info in have.tools.get_all_tools_info().items():
        kept = {key: v for key, v in info["operations"].items() if f"{name}.{key}" in callable_}
        shown += [{**info, "operations": kept}] if kept else []
    return shown


async def describe_tool(have: Services, caller: Caller, params: ToolParams) -> ToolDescription:
    """Return what a tool can do, by which policies, and how its calls of the week went.

    The name of an operation, such as ci.search or a capability, gives that one alone.
    """
    registry, statistics = have.workshop.capabilities(caller.tenant_id), have.workshop.statistics
    named = registry.get_capabilities().get(params.name, params.name)
    name, _, operation = named.partition(".")
    info = have.tools.get_tool_info(name)
    if operation:
        info["operations"] = _only(name, operation, info["operations"])
    since = in_utc(have.clock.now()) - RANKED_OVER
    hours = statistics.hours(caller.tenant_id, since=since) if statistics else []
    return tool_description(info, registry, hours)


def _only(
    name: str, operation: str, operations: Mapping[str, OperationInfo]
) -> dict[str, OperationInfo]:
    if operation not in operations:
        wanted, known = f"{name}.{operation}", [f"{name}.{each}" for each in operations]
        raise UnknownTool(wanted, known=known, why="is not there", kind="operation")
    return {operation: operations[operation]}


async def rank_tools(have: Services, caller: Caller, params: RankParams) -> ToolRanking:
    """Return the tools that would serve, the best first, with every term of their scores."""
    intent, mode, width = params.intent, params.mode, None
    if params.question is not None:
        asked = QuestionParams(question=params.question)
        output = PlanOutput.model_validate(await plan_question(have, caller, asked))
        plan = output.plan or Plan()
        intent, mode, width = intent or plan.intent, mode or plan.mode_hint, plan.mode
    calls = live_calls(
        have.workshop,
        RunOptions(),
        have.workshop.policies(caller.tenant_id),
        context=ToolContext(caller.tenant_id, have.clock.now()),
        takes_cached=True,
    )
    return ToolRanking(*await calls.rank_for(intent, width, mode))


async def call_tool(have: Services, caller: Caller, params: ToolCallParams) -> ToolResult:
    """Call a tool directly and return what it answered; this is no run, nothing is recorded."""
    registry = have.workshop.capabilities(caller.tenant_id)
    called = registry.get_capabilities().get(params.operation, params.operation)
    name, dot, operation = called.rpartition(".")
    tool = have.tools.get_tool(name if dot else operation)
    why = registry.why_not(name, operation) if operation in tool.operations else None
    if why is None and effect_of(have.tools, tool.tool_name, operation) is not Effect.READ:
        why = f"{params.operation} changes something: only a run may, which records it"
    if why is not None:
        return ToolResult(success=False, error=why, error_code=ToolErrorCode.POLICY_DENY)
    now = anchored(
        params.anchor,
        tenant_id=caller.tenant_id,
        requested_at=have.clock.now(),
        estate=have.estate,
    )
    trace, now = caller.by.traceparent, now.astimezone(have.zone)
    context = ToolContext(caller.tenant_id, now, traceparent=trace)
    given = {**params.params, "operation": operation if dot else ""}
    invoker = ToolInvoker(have.tools, have.confidential)
    result, _ = checked(name, await invoker.invoke(tool.tool_name, context, given))
    return have.confidential.answer(result)


async def list_sources(have: Services, caller: Caller, _: Nothing) -> list[SourceState]:
    """Return the sources that the caller's tenant may use, each after one harmless try."""
    return await have.try_sources(caller.tenant_id)


LIST_TOOLS: Final = read("tool.list", Scope.RUNS_READ, Nothing, TOOLS, list_tools)
DESCRIBE_TOOL: Final = read(
    "tool.describe", Scope.RUNS_READ, ToolParams, TOOL, describe_tool, UnknownTool
)
RANK_TOOLS: Final = read(
    "tool.rank", Scope.RUNS_READ, RankParams, TOOL_RANKING, rank_tools, QuestionNotUnderstood
)
CALL_TOOL: Final = command(
    *("tool.call", Scope.RUNS_WRITE, ToolCallParams, TOOL_RESULT, call_tool, UnknownTool),
    access=Access.READ,
)
LIST_SOURCES: Final = command(
    *("tool.sources", Scope.RUNS_READ, Nothing, SOURCES, list_sources), access=Access.READ
)
