"""When another plan may do better, and the patch that makes it.

The question stays: no other item, no value over other records, no time but one nobody asked for.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from pydantic import JsonValue

from domain.estate.view_policy import clamped
from domain.json import JsonMap
from domain.plan.calls import planned_calls
from domain.plan.flow import places_of, ways_of
from domain.plan.patch import patched_plan
from domain.plan.plan import Plan, PlanOutput, PlanStep
from domain.plan.planned_call import PlannedCall, policy_in
from domain.response.compose.call_result import CallResult
from domain.run.facts import Fault
from domain.run.lifecycle import Stage
from domain.run.replanning import ControlLoopPolicy, Severity
from domain.stages.faults import FaultCode
from domain.tools.contracts import ToolErrorCode

_C = ToolErrorCode
_DOWN: Final = {_C.UPSTREAM_UNAVAILABLE, _C.RATE_LIMITED, _C.CIRCUIT_OPEN, _C.INTERNAL_ERROR}
"""Failures of a tool; of those of the question, no other plan knows better."""
_SPARED: Final = {"cep.simulate": {"metric_context", "history_context"}}
"""What calls take from others where it is there, and answer the same question without."""
_WIDER: Final = {"last_24h": "last_7d", "last_7d": "last_30d", "last_30d": "last_365d"}
_LAST: Final = re.compile(r"last_(\d+)([mhdw])")
_PARTS: Final = {"w": ("d", 7), "d": ("h", 24), "h": ("m", 60)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a stage came to: the plan as `asked`, its places `changed` before, the ended calls."""

    stage: Stage
    asked: PlanOutput
    changed: frozenset[str]
    calls: Sequence[CallResult]
    fault: Fault | None
    confidence: float

    def plan(self, after: JsonMap | None = None) -> Plan:
        """Return the plan, with a patch in it if there is one."""
        return patched_plan(self.asked, after or {}).plan or Plan()

    @property
    def failed(self) -> list[CallResult]:
        """The calls that failed, and that no other step answers for."""
        return [c for c in self.calls if c.status == "failed" and not c.is_answered_for]

    def parts_of(self, call_id: str) -> tuple[str, Plan | PlanStep]:
        """Return where the parts of a call's plan or step begin, and these."""
        for place in places_of(self.plan()):
            if call_id.startswith(f"{place.step.step_id}:"):
                return f"{place.path}.", place.step
        return "", self.plan()


class Proposal(NamedTuple):
    """A patch for a reason; `why` says what it does, or why there is none."""

    trigger_type: str
    severity: Severity
    reason: str
    after: JsonMap
    why: str


def proposal_of(outcome: Outcome, policy: ControlLoopPolicy) -> Proposal | None:
    """Return what is to be decided after a stage: the first that has a patch, else the first."""
    found = [
        find(outcome, policy)
        for trigger_type, stage, find in _CONDITIONS
        if stage is outcome.stage and trigger_type in policy.allowed_triggers
    ]
    wanted = sorted(filter(None, found), key=lambda proposal: not proposal.after)
    return wanted[0] if wanted else None


def _too_many_steps(outcome: Outcome, _: ControlLoopPolicy) -> Proposal | None:
    fault, plan, most = outcome.fault, outcome.plan(), outcome.plan().budget.max_steps
    if fault is None or len(plan.steps) <= most:
        return None
    after = _without(outcome, [step.step_id for step in plan.steps[most:]])
    why = f"only the first {most} steps" if after else "the first steps need the others"
    return Proposal("policy_violation", "high", fault.message, after, why)


def _out_of_time(outcome: Outcome, _: ControlLoopPolicy) -> Proposal | None:
    fault, answered = outcome.fault, [c for c in outcome.calls if c.status == "succeeded"]
    if fault is None or fault.code != FaultCode.EXECUTE_TIMEOUT:
        return None
    ended = {call.call_id for call in answered}
    late = [call.call_id for call in planned_calls(outcome.plan()) if call.call_id not in ended]
    after = _without(outcome, late) if any(call.is_answer for call in answered) else {}
    why = f"left out: {', '.join(late)}" if after else "nothing could be shown by then"
    return Proposal("timeout", "critical", fault.message, after, why)


def _slow(outcome: Outcome, _: ControlLoopPolicy) -> Proposal | None:
    slow = [call for call in outcome.failed if call.error_code == _C.TOOL_TIMEOUT]
    after = {path: value for call in slow for path, value in _narrower(outcome, call)}
    if after:
        return Proposal("timeout", "medium", _failures(slow), after, _told(after))
    return (
        Proposal("timeout", "medium", _failures(slow), *_left_out(outcome, slow)) if slow else None
    )


def _broken(outcome: Outcome, _: ControlLoopPolicy) -> Proposal | None:
    down = [call for call in outcome.failed if call.error_code in _DOWN]
    return Proposal("error", "high", _failures(down), *_left_out(outcome, down)) if down else None


def _empty(outcome: Outcome, _: ControlLoopPolicy) -> Proposal | None:
    after = _wider(outcome)
    reason = "nothing was found in a time that nobody asked for"
    return Proposal("empty_result", "medium", reason, after, _told(after)) if after else None


def _doubtful(outcome: Outcome, policy: ControlLoopPolicy) -> Proposal | None:
    if outcome.fault is not None or outcome.confidence >= policy.min_confidence:
        return None
    after, reason = _wider(outcome), f"the confidence is {outcome.confidence:g}"
    why = _told(after) or "what lowers it is nothing that another plan would change"
    return Proposal("quality_threshold", "low", reason, after, why)


_Find = Callable[[Outcome, ControlLoopPolicy], Proposal | None]
_CONDITIONS: Final[Sequence[tuple[str, Stage, _Find]]] = (
    ("policy_violation", Stage.VALIDATE, _too_many_steps),
    ("timeout", Stage.EXECUTE, _out_of_time),
    ("timeout", Stage.EXECUTE, _slow),
    ("error", Stage.EXECUTE, _broken),
    ("empty_result", Stage.EXECUTE, _empty),
    ("quality_threshold", Stage.COMPOSE, _doubtful),
)


def _left_out(outcome: Outcome, failed: Sequence[CallResult]) -> tuple[JsonMap, str]:
    """Return the patch that leaves out what fails, where something waits that can do without."""
    ids = [call.call_id for call in failed]
    waiting = {c.call_id for c in outcome.calls if c.status == "skipped" and c.is_unwanted}
    ways = ways_of(outcome.plan()).values()
    # What follows a step follows its success: it is not to go on when the step is cut short.
    followed = {step for each in ways for way in each for step in way.steps}
    is_free = followed.isdisjoint(call.step_id for call in failed)
    after = _without(outcome, ids) if waiting and is_free else {}
    freed = waiting & {call.call_id for call in planned_calls(outcome.plan(after))}
    if after and freed:
        return after, f"left out: {', '.join(ids)}, so that {', '.join(sorted(freed))} goes on"
    why = "what waits for {} cannot do without" if waiting else "nothing waits for {}"
    return {}, why.format(", ".join(ids))


def _without(outcome: Outcome, ids: Sequence[str]) -> JsonMap:
    """Return the patch that leaves out these calls, or steps; none if the rest asks otherwise."""
    plan, dumped = outcome.plan(), outcome.plan().model_dump(mode="json", exclude_unset=True)
    try:
        before = {call.call_id: call for call in planned_calls(plan)}
        gone = [i for i in before if not {i, i.rpartition(":")[0]}.isdisjoint(ids)]
        after: JsonMap = dict(_place_without(outcome, before[call_id], gone) for call_id in gone)
        if any(step.step_id in ids for step in plan.steps):
            after = {"steps": [step for step in dumped["steps"] if step["step_id"] not in ids]}
        if kept := dumped.get("tool_dependencies"):
            after["tool_dependencies"] = [each for each in kept if each["tool_id"] not in gone]
        left = planned_calls(outcome.plan(after))
    except ValueError:  # the rest takes what is gone, or it is no plan at all
        return {}
    named = {name for call in left for name in (call.call_id, *call.depends_on)}
    is_same = named.isdisjoint(gone) and all(_is_same(before[c.call_id], c) for c in left)
    return after if left and is_same else {}


def _place_without(outcome: Outcome, call: PlannedCall, gone: list[str]) -> tuple[str, JsonValue]:
    prefix, parts = outcome.parts_of(call.call_id)
    if not call.is_own:
        return f"{prefix}{call.call_id.rpartition(':')[2]}", None
    step = call.call_id.removesuffix(call.call_id.rpartition(":")[2])
    kept = [own for own in parts.calls if f"{step}{own.call_id}" not in gone]
    return f"{prefix}calls", [own.model_dump(mode="json", exclude_unset=True) for own in kept]


def _is_same(before: PlannedCall, call: PlannedCall) -> bool:
    taken, kept = before.output_mapping.items(), call.output_mapping.items()
    spared, lost = _SPARED.get(f"{call.tool}.{call.operation}", set()), taken - kept
    return before.params == call.params and kept <= taken and spared >= {name for name, _ in lost}


def _narrower(outcome: Outcome, call: CallResult) -> Iterator[tuple[str, JsonValue]]:
    """Yield how a slow list becomes less, once, unless a value over it would be another then."""
    path, param, narrow = _NARROWER.get(call.name, ("", "", _later_half))
    place, value = outcome.parts_of(call.call_id)[0] + path, narrow(call, call.params.get(param))
    uses = (c for c in planned_calls(outcome.plan()) if call.call_id in c.depends_on)
    is_list = all(f"{c.tool}.{c.operation}" in {*_NARROWER, *_SPARED} for c in uses)
    is_part = path.startswith(f"{call.part}.") and place not in outcome.changed
    if value is not None and is_list and is_part:
        yield place, value


def _later_half(_: CallResult, value: JsonValue) -> JsonValue:
    if (found := _LAST.fullmatch(str(value))) is None:
        return None
    count, unit = int(found[1]), found[2]
    while count % 2 and unit in _PARTS:
        unit, parts = _PARTS[unit]
        count *= parts
    return f"last_{count // 2}{unit}" if count > 1 else None


def _one_less(call: CallResult, value: JsonValue) -> JsonValue:
    depth = clamped(policy_in(call.params), value if isinstance(value, int) else None)
    return depth - 1 if depth > 1 else None


_SOURCES: Final = ("event_log", "work", "maintenance", "work_and_maintenance")
_NARROWER: Final[dict[str, tuple[str, str, Callable[[CallResult, JsonValue], JsonValue]]]] = {
    **{f"history.{s}": ("history.time_range", "time_range", _later_half) for s in _SOURCES},
    "metric.series": ("metric.time_range", "time_range", _later_half),
    "graph.expand": ("graph.depth", "depth", _one_less),
}
"""What becomes less of a slow list: place in the plan, parameter, rule. Values are no lists."""


def _wider(outcome: Outcome) -> JsonMap:
    """Return the next wider time of each empty list whose time was left to its default."""
    after = dict[str, JsonValue]()
    for call in outcome.calls:
        path, param, _ = _NARROWER.get(call.name, ("", "", _later_half))
        prefix, parts = outcome.parts_of(call.call_id)
        is_empty = call.facts.get("sample_count", call.facts.get("total")) == 0
        wider = _WIDER.get(str(call.params.get(param))) if is_empty else None
        is_asked = param in getattr(getattr(parts, call.part, None), "model_fields_set", {param})
        if wider is not None and (not is_asked or f"{prefix}{path}" in outcome.changed):
            after[f"{prefix}{path}"] = wider
    return after


def _told(after: JsonMap) -> str:
    return ", ".join(f"{path} becomes {value}" for path, value in after.items())


def _failures(calls: Iterable[CallResult]) -> str:
    return "; ".join(f"{call.call_id}: {call.error_code}: {call.error}" for call in calls)
