"""How what a planner makes now differs from the plan on the record, in a sentence."""

import textwrap
from dataclasses import dataclass, replace
from typing import Any, Final

from msgspec import to_builtins

from domain.figures import Exactness
from domain.plan.intent import PlanOutputKind
from domain.plan.plan import PlanOutput
from domain.replay.compare.json_difference import differing_pointers
from domain.replay.compare.plan_values import changes_of_plans
from domain.replay.record.recorded_look_ups import NotLookedUp
from domain.run.events import PlanProduced, StageFailed
from domain.run.facts import Fault
from domain.views.verdict import Change, Divergence, DivergenceClass, DivergentEvent

Outcome = PlanOutput | Fault | NotLookedUp
"""What comes of asking a planner again."""

_TOLD: Final = 2
_MESSAGE_CHARACTERS: Final = 120
_SUM: Final = "/plan_output/plan/normalized_to"
_WEIGHTS: Final = {
    _SUM: 2,
    "/plan_output/reasoning": 3,
    "/plan_output/confidence": 3,
    "/plan_output/metadata": 3,
}
"""In what order changes are told: what the plan does has 1, and comes before what tells of it."""


@dataclass(frozen=True, slots=True)
class RecordedPlan:
    """A plan on the record, or why there was none, and its version in the history."""

    version: int
    event: PlanProduced | StageFailed


def plan_divergence(
    recorded: RecordedPlan, outcome: Outcome, exactness: Exactness
) -> Divergence | None:
    """Return how the outcome differs from the record, None where it does not."""
    then = _said(recorded.event)
    if isinstance(outcome, NotLookedUp):
        sentence = f"the planner now looks up {outcome.asked}, which is not on the record"
        return _divergence(recorded, then, None, sentence)
    now = _said(outcome)
    pointers = differing_pointers(then, now, exactness)
    if not pointers:
        return None
    changes = tuple(changes_of_plans(then, now, sorted(pointers, key=_weight)))
    return replace(
        _divergence(recorded, then, now, _sentence(then, now, changes)),
        pointers=tuple(pointers),
        changes=changes,
    )


def _divergence(
    recorded: RecordedPlan, then: dict[str, Any], now: dict[str, Any] | None, sentence: str
) -> Divergence:
    """Return it without what changed; of what a planner makes that lacks an answer none knows."""
    version, stored_as = recorded.version, recorded.event.stored_as
    kind = StageFailed if now is not None and "error" in now else PlanProduced
    return Divergence(
        kind=DivergenceClass.PLAN,
        version=version,
        expected=DivergentEvent(stored_as, version, then),
        actual=None if now is None else DivergentEvent(kind.stored_as, version, now),
        pointers=(),
        sentence=sentence,
    )


def _said(what: PlanProduced | StageFailed | PlanOutput | Fault) -> dict[str, Any]:
    """Return what the planner said, as it stands in the event of it."""
    match what:
        case PlanProduced():
            return {"plan_output": what.plan_output}
        case PlanOutput():
            return {"plan_output": what.model_dump(mode="json", exclude_unset=True)}
        case StageFailed():
            return {"error": to_builtins(what.error)}
        case Fault():
            return {"error": to_builtins(what)}


def _weight(pointer: str) -> int:
    return next((rank for place, rank in _WEIGHTS.items() if pointer.startswith(place)), 1)


def _sentence(then: dict[str, Any], now: dict[str, Any], changes: tuple[Change, ...]) -> str:
    if _kind(then) != _kind(now):
        return f"the planner now {_deed(now)}; on the record it {_deed(then)}"
    if _kind(now) == PlanOutputKind.PLAN:
        return f"the planner makes another plan: {_told(changes)}"
    return f"the planner says otherwise: {_told(changes)}"


def _kind(said: dict[str, Any]) -> object:
    return said["plan_output"]["kind"] if "plan_output" in said else None


def _deed(said: dict[str, Any]) -> str:
    """Return what the planner does, in the words of its plan, refusal, answer or error."""
    if "error" in said:
        return f"gives no plan: {said['error']['code']}: {_cut(said['error']['message'])}"
    output = said["plan_output"]
    match output["kind"]:
        case PlanOutputKind.PLAN:
            return f"makes a plan ({_cut(output['plan'].get('normalized_to') or '')})"
        case PlanOutputKind.REJECT:
            return f"refuses the question ({_cut(output['reject_payload']['reason'])})"
        case _:
            return f"has an answer ({_cut(output['direct_answer']['answer'])})"


def _told(changes: tuple[Change, ...]) -> str:
    """Return what changed first, then how the plan sums itself up, and how much more there is."""
    does = [change for change in changes if _weight(change.pointer) < _WEIGHTS[_SUM]]
    tells = [change for change in changes if _weight(change.pointer) == _WEIGHTS[_SUM]]
    told = [*does[:_TOLD], *tells] or changes[:_TOLD]
    more = len(changes) - len(told)
    rest = f" (and {more} more place{'' if more == 1 else 's'})" if more else ""
    return ", ".join(map(str, told)) + rest


def _cut(message: str) -> str:
    return textwrap.shorten(message, _MESSAGE_CHARACTERS, placeholder=" ...")
