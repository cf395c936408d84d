"""What must hold of every run that has ended, looked for in its record."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from adapters.bootstrap import Opstrail
from adapters.tools.builtin import declared_tools
from domain.plan.flow import places_of
from domain.plan.patch import WrongPatch, patched_plan
from domain.plan.plan import Plan, PlanOutput
from domain.response.blocks import parse_blocks
from domain.run.approval_events import RunWaiting
from domain.run.call_events import ToolCallFailed, ToolCallStarted
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    PlanValidated,
    RunCompleted,
    RunFailed,
    RunRequested,
)
from domain.run.replanning import ReplanDecided
from domain.stages.faults import FaultCode, StageFault
from domain.stages.validation import validate_plan
from domain.views.response import RunResponse, run_response
from tests import figures
from tests.acceptance.demo import ANCHOR, DEMO

_SLACK_SECONDS: Final = 3.0
"""So much later than its budget says may a machine with other work end a run."""
_MOST_CALLS: Final = 100
_TURN: Final = re.compile(r"@(\d+)")


def faults(opstrail: Opstrail, history: Sequence[HistoryEntry]) -> list[str]:
    """Return what does not hold of a run that has ended; empty when everything does."""
    run_id = history[0].envelope.stream_id
    verdict = asyncio.run(opstrail.replays.verify(DEMO, run_id))
    response = run_response(history)
    found = [f"{figure}: stands in no block" for figure in figures.UNFOUNDED]
    figures.UNFOUNDED.clear()
    if verdict.verdict != "same":
        found.append(f"verify: {verdict.divergence or verdict.missing}")
    return [
        *found,
        *_end_faults(history),
        *_budget_faults(history),
        *_block_faults(response),
        *_action_faults(history, response),
    ]


def _end_faults(history: Sequence[HistoryEntry]) -> Iterator[str]:
    events, last = [entry.event for entry in history], history[-1].event
    # An effect that was in flight when its worker was lost waits for a person.
    if not isinstance(last, RunCompleted | RunFailed | RunWaiting):
        yield f"end: its last event is {last.stored_as}"
    if isinstance(last, RunFailed) and last.error.code == FaultCode.INTERNAL_ERROR:
        yield f"end: {last.error.message}"
    for event in events:
        if isinstance(event, ToolCallFailed) and event.error.code == FaultCode.INTERNAL_ERROR:
            yield f"call {event.call_id}: {event.error.message}"


def _budget_faults(history: Sequence[HistoryEntry]) -> Iterator[str]:
    events = [entry.event for entry in history]
    validated = [event for event in events if isinstance(event, PlanValidated)]
    begun = [event for event in events if isinstance(event, ToolCallStarted)]
    if not validated:
        if begun:
            yield f"budget: calls without a valid plan: {begun}"
        return
    plans = [Plan.model_validate(event.plan) for event in validated]
    yield from _time_faults(history, plans[0], 1 + len(_replans(events)))
    yield from _count_faults({event.call_id for event in begun}, plans)
    yield from _concurrency_faults(history)


def _replans(events: Sequence[Any]) -> list[ReplanDecided]:
    return [event for event in events if isinstance(event, ReplanDecided)]


def _time_faults(history: Sequence[HistoryEntry], plan: Plan, rounds: int) -> Iterator[str]:
    limit = plan.budget.timeout_seconds
    at = [e.envelope.recorded_at for e in history if e.event.stored_as.startswith("tool-call")]
    is_whole = not any(e.event.stored_as in {"run-recovered", "run-resumed"} for e in history)
    if limit is not None and at and is_whole:
        first, last = (datetime.fromisoformat(each) for each in (at[0], at[-1]))
        took = (last - first).total_seconds()
        if took > limit * rounds + _SLACK_SECONDS:
            yield f"budget: the calls took {took} s of {limit} s"


def _count_faults(begun: set[str], plans: Sequence[Plan]) -> Iterator[str]:
    planned = {name.partition("@")[0] for name in begun}
    if len(planned) > _MOST_CALLS:
        yield f"budget: {len(planned)} planned calls"
    most = max(plan.budget.max_iterations for plan in plans)
    loops = [loop for plan in plans for loop in plan.loops]
    turns = Counter[str]()
    for loop in loops:
        steps = {step.step_id for step in loop.steps}
        own = [name for name in begun if name.partition(":")[0] in steps]
        turns[loop.loop_id] = max((int(_TURN.findall(name)[0]) for name in own), default=0)
        if turns[loop.loop_id] > loop.max_iterations:
            yield f"budget: loop {loop.loop_id} went {turns[loop.loop_id]} times"
    if turns.total() > most:
        yield f"budget: {turns.total()} repetitions of at most {most}"
    yield from _fan_out_faults(begun, plans)


def _fan_out_faults(begun: set[str], plans: Sequence[Plan]) -> Iterator[str]:
    bounds: dict[str, int] = {}
    for plan in plans:
        for dependency in plan.tool_dependencies:
            bounds[dependency.tool_id] = dependency.max_fan_out
        for prefix, parts in _parts(plan):
            bounds |= {f"{prefix}{own.call_id}": own.max_fan_out for own in parts.calls}
    members = Counter(
        name.rpartition("@")[0] for name in begun if name.partition("@")[0] in bounds
    )
    loops = {step.step_id for plan in plans for loop in plan.loops for step in loop.steps}
    for name, count in members.items():
        is_turn = name.partition(":")[0] in loops and "@" not in name
        if name and not is_turn and count > bounds[name.partition("@")[0]]:
            yield f"budget: {count} members of {name}"


def _parts(plan: Plan) -> list[tuple[str, Any]]:
    steps = [place.step for place in places_of(plan)]
    return [("", plan), *((f"{step.step_id}:", step) for step in steps)]


def _concurrency_faults(history: Sequence[HistoryEntry]) -> Iterator[str]:
    request = history[0].event
    assert isinstance(request, RunRequested)
    open_calls, most = set[str](), request.options.max_concurrent_calls
    for entry in history:
        name = getattr(entry.event, "call_id", "")
        match str(entry.event.stored_as):
            case "tool-call-started":
                open_calls.add(name)
            case "tool-call-succeeded" | "tool-call-failed" | "tool-call-skipped":
                open_calls.discard(name)
            case "run-recovered" | "run-resumed" | "stage-started":
                open_calls.clear()
            case _:
                pass
        if len(open_calls) > most:
            yield f"budget: {len(open_calls)} calls at once of at most {most}"
            return


def _block_faults(response: RunResponse) -> Iterator[str]:
    ids = [str(each.get("id")) for each in response["references"]]
    if len(ids) != len(set(ids)):
        yield f"references: ids are not unique: {ids}"
    for block in parse_blocks(response["blocks"]):
        if unknown := {*block.reference_ids} - {*ids}:
            yield f"block {block.type} {block.title!r} has no reference {unknown}"
    if response["status"] in {"success", "partial", "degraded"} and not response["answer"]:
        yield "answer: it is empty"


def _action_faults(history: Sequence[HistoryEntry], response: RunResponse) -> Iterator[str]:
    produced = [e.event for e in history if isinstance(e.event, PlanProduced)]
    if not produced:
        return
    output = PlanOutput.model_validate(produced[-1].plan_output)
    for action in response["next_actions"]:
        payload = action["payload"]
        patch = payload.get("patch") if isinstance(payload, Mapping) else None
        if isinstance(patch, dict):
            try:
                plan = patched_plan(output, patch).plan
                assert plan is not None
                validate_plan(plan, tools=declared_tools(), now=ANCHOR)
            except (WrongPatch, ValidationError, StageFault) as error:
                yield f"next action {action['label']!r} {patch}: {error}"
