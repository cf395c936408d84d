"""What a plan says beyond its single calls is obeyed; what nothing reads is told."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from msgspec import UNSET
from pydantic import BaseModel

from domain.estate.view_policy import View, clamped
from domain.plan.data_flow import Parts
from domain.plan.flow import places_of, steps_of
from domain.plan.intent import Intent, PlanMode
from domain.plan.mapping import MappingError, UnknownCall
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall, view_of
from domain.plan.specs import policy_of
from domain.response.compose.composition import Remarks
from domain.response.edition import SECOND
from domain.run.facts import PlanDecision
from domain.tools.capability_registry import CapabilityRegistry

Change = tuple[str, str, Any, str]
"""Rule, dotted field, effective value, why."""
_WIDE_DEPTH: Final = 2
ONE_OF_BOTH: Final = "a plan shows a graph view or a list, not both"


class Given(NamedTuple):
    """The parts that stand for calls, how deep walks may go, and the edition of the rules."""

    chosen: Collection[str]
    max_depth: int
    edition: int


def as_read(parts: Parts, edition: int) -> Parts:
    """Return the parts; before the third edition a scope alone did not ask for a count."""
    if edition > SECOND:
        return parts
    spec = parts.aggregate
    if spec.scope in {"ci", "metric"} or spec.group_by or spec.metrics or spec.filters:
        return parts
    return parts.model_copy(update={"aggregate": spec.model_copy(update={"scope": "ci"})})


def list_or_view(parts: Parts, _: Given) -> Iterator[Change]:
    """A view beside the list switches it off, as one of the graph does."""
    if parts.list.enabled and parts.view not in {None, View.SUMMARY}:
        yield "list_or_graph", "list.enabled", False, ONE_OF_BOTH


def widened(parts: Parts, given: Given) -> Iterator[Change]:
    """Mode all looks at everything about an item: also around it, and at what happened to it."""
    if parts.mode is not PlanMode.ALL:
        return
    if "primary" not in given.chosen:
        if given.edition > SECOND:
            yield "not_used", "mode", PlanMode.CI, "no item is looked up that it could look around"
        return
    if "graph" not in given.chosen:
        yield "mode_all", "graph.view", View.NEIGHBORS, "mode all also looks around the item"
        if parts.graph.depth is None:
            yield "mode_all", "graph.depth", _WIDE_DEPTH, "mode all looks two relations far"
    if not parts.history.enabled:
        yield "mode_all", "history.enabled", True, "mode all also looks at what happened to it"


def asked_twice(parts: Parts, given: Given) -> Iterator[Change]:
    """A depth and a view that are said in two places count where they are said closest."""
    graph = parts.graph
    if given.edition <= SECOND or parts.mode is PlanMode.AUTO:
        return
    asked = graph.user_requested_depth
    cut = min(clamped(policy_of(view_of(parts), graph.walk), asked), given.max_depth)
    if asked is not None and graph.depth not in {None, asked, cut}:
        yield "not_used", "graph.user_requested_depth", None, "graph.depth says how deep"
    view = View.PATH if parts.intent is Intent.PATH else graph.view
    if view is not None and parts.view not in {None, View.SUMMARY, view}:
        usual = type(parts).model_fields["view"].default
        why = "graph.view names one" if graph.view else "intent PATH looks along the view PATH"
        yield "not_used", "view", usual, why


def changed(whole: Any, keys: Sequence[str], value: object) -> tuple[Any, Any]:  # noqa: ANN401 - plans and plain JSON
    """Return a part of a plan with another value at a place in it, and what was there."""
    key, *rest = keys
    inner = whole[int(key)] if isinstance(whole, list) else dict(whole).get(key)
    value, before = changed(inner, rest, value) if rest else (value, inner)
    if isinstance(whole, BaseModel):
        return whole.model_copy(update={key: value}), before
    if isinstance(whole, list):
        return [*whole[: int(key)], value, *whole[int(key) + 1 :]], before
    return {**whole, key: value}, before


def _is_ranked(parts: Parts) -> bool:
    return parts.metric is not None and parts.aggregate.scope == "metric"


def _is_series(parts: Parts) -> bool:
    return parts.metric is not None and parts.metric.mode == "series" and not _is_ranked(parts)


def _is_dated(parts: Parts) -> bool:
    return parts.aggregate.scope not in {"ci", "metric"}


def _is_search(parts: Parts, name: str) -> bool:
    spec = getattr(parts, name)
    return spec.tool_type == "ci_search" or bool(spec.filters)


_IsUsed = Callable[[Parts, Collection[str]], bool]
_NO_GRAPH: Final = "the plan has no graph"
_CONDITIONS: Final[dict[str, tuple[_IsUsed, str]]] = {
    "list": (lambda _, chosen: "list" in chosen, "list.enabled is false"),
    "history": (lambda _, chosen: "history" in chosen, "history.enabled is false"),
    "graph": (lambda _, chosen: "graph" in chosen, "there is no view to look along"),
    "auto": (lambda parts, _: parts.mode is PlanMode.AUTO, "it is for mode auto"),
    "aggregate": (lambda _, chosen: "aggregate" in chosen, "it has no groups, measures, filters"),
    "primary.tool_type": (
        # Without a call of its own, a metric takes its filters.
        lambda parts, chosen: (
            "primary" in chosen or bool(parts.primary.filters and "list" not in chosen)
        ),
        "no call of its own finds the items",
    ),
    "secondary.tool_type": (lambda _, chosen: "secondary" in chosen, "no call finds them"),
    "primary.limit": (lambda parts, _: _is_search(parts, "primary"), "a lookup finds one item"),
    "secondary.limit": (lambda parts, _: _is_search(parts, "secondary"), "a lookup finds one"),
    "aggregate.time_range": (lambda parts, _: _is_dated(parts), "only dated records have it"),
    "aggregate.group_by": (lambda parts, _: not _is_ranked(parts), "a ranking is by item"),
    "aggregate.metrics": (lambda parts, _: not _is_ranked(parts), "a ranking is by the metric"),
    "aggregate.at_least": (lambda parts, _: _is_ranked(parts), "only a ranking has bounds"),
    "aggregate.at_most": (lambda parts, _: _is_ranked(parts), "only a ranking has bounds"),
    "metric.limit": (lambda parts, _: _is_series(parts), "only a series has a limit"),
    "metric.mode": (lambda parts, _: not _is_ranked(parts), "a ranking is of single values"),
    "metric.agg": (lambda parts, _: not _is_series(parts), "a series shows points or averages"),
    "metric.scope": (lambda _, chosen: "graph" in chosen, _NO_GRAPH),
    "cep.time_range": (
        lambda parts, _: parts.cep is not None and parts.cep.mode == "evaluate",
        "only an evaluation looks at the past",
    ),
    "history.scope": (
        lambda parts, chosen: parts.history.scope != "graph" or "graph" in chosen,
        _NO_GRAPH,
    ),
}
"""What says something only together with something else: when it does, and why else it does not.

A part stands for all its fields.
"""


def unused(parts: Parts, given: Given) -> Iterator[Change]:
    """What nothing reads takes its default; a plan with steps has its parts in them."""
    if isinstance(parts, Plan) and steps_of(parts):
        return
    for field, (is_used, why) in _CONDITIONS.items():
        name, _, attribute = field.partition(".")
        spec = getattr(parts, name)
        if spec is None or is_used(parts, given.chosen):
            continue
        for each in [attribute] if attribute else sorted(spec.model_fields_set):
            default = type(spec).model_fields[each].get_default(call_default_factory=True)
            if getattr(spec, each) != default:
                yield "not_used", f"{name}.{each}", default, why


def remarks_of(decisions: Sequence[PlanDecision], *, is_handed_in: bool) -> Remarks:
    """Return what an answer says of the decisions that are told with it."""
    told = [(each, each.deduction) for each in decisions if each.deduction is not UNSET]
    return Remarks(
        notes=[_in_words(decision) for decision, _ in told],
        deductions=[(much, f"{each.field} was limited") for each, much in told if much],
        is_handed_in=is_handed_in,
    )


def _in_words(decision: PlanDecision) -> str:
    requested, effective = json.dumps(decision.requested), json.dumps(decision.effective)
    if decision.rule.endswith("_asset"):
        return decision.why
    if decision.rule == "not_used":
        return f"{decision.field} {requested} is not used: {decision.why}"
    if decision.rule == "deprecated":
        return f"{decision.field} calls {decision.effective}, which is deprecated: {decision.why}"
    return f"{decision.field} is {effective} and not {requested}: {decision.why}"


def deprecated_calls(
    calls: Iterable[PlannedCall], registry: CapabilityRegistry
) -> Iterator[PlanDecision]:
    """Yield what is to be told of the calls of operations that will go."""
    for call in calls:
        why = registry.operation(call.tool, call.operation).availability.deprecated
        if why is not None:
            yield PlanDecision(
                rule="deprecated",
                field=call.call_id,
                requested=(name := f"{call.tool}.{call.operation}"),
                effective=name,
                why=why,
                deduction=0.0,
            )


def why_gone(error: MappingError, plan: Plan, decisions: Sequence[PlanDecision]) -> str:
    """Return the decision that took the call away which the expression reads, if one did."""
    if not isinstance(error, UnknownCall):
        return ""
    step_id, _, part = error.call_id.rpartition(":")
    paths = {place.step.step_id: f"{place.path}." for place in places_of(plan)}
    field = f"{paths.get(step_id, '')}{part}.enabled"
    return "".join(f"; {_in_words(each)}" for each in decisions if each.field == field)
