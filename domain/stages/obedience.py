"""What a plan says beyond its single calls is obeyed; what nothing reads is told.

Each rule yields what is changed in a plan or in one of its steps.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.estate.view_policy import VIEW_POLICIES, View
from domain.plan.calls import chosen_parts
from domain.plan.intent import PlanMode
from domain.plan.plan import Plan, PlanStep
from domain.plan.planned_call import view_of

Parts = Plan | PlanStep
Change = tuple[str, str, Any, str]
"""Rule, dotted field, effective value, why."""
_WIDE_DEPTH: Final = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where parts stand: the calls that dependencies name, and how deep walks may go."""

    prefix: str
    named: Collection[str]
    max_depth: int

    def chosen(self, parts: Parts) -> list[str]:
        """Return the parts that stand for calls."""
        return chosen_parts(parts, self.prefix, self.named)


Rule = Callable[[Parts, Place], Iterator[Change]]


def widened(parts: Parts, place: Place) -> Iterator[Change]:
    """Mode all looks at everything about an item: also around it, and at what happened to it."""
    is_wide = parts.mode is PlanMode.ALL and parts.primary.keywords and not parts.list.enabled
    if not is_wide:
        return
    if "graph" not in place.chosen(parts):
        yield "mode_all", "graph.view", View.NEIGHBORS, "mode all also looks around the item"
        if parts.graph.depth is None:
            yield "mode_all", "graph.depth", _WIDE_DEPTH, "mode all looks two relations far"
    if not parts.history.enabled:
        yield "mode_all", "history.enabled", True, "mode all also looks at what happened to it"


def asked_depth(parts: Parts, _: Place) -> Iterator[Change]:
    """A depth that is only told as the one asked for is the depth."""
    asked = parts.graph.user_requested_depth
    if asked is not None and parts.graph.depth is None:
        yield "asked_depth", "graph.depth", asked, "it is the depth that was asked for"


def walk_depth(parts: Parts, place: Place) -> Iterator[Change]:
    """No walk is deeper than the budget allows, nor than the view that it follows."""
    if parts.mode is PlanMode.AUTO and (parts.auto.depth_hint or 0) > place.max_depth:
        yield "max_depth", "auto.depth_hint", place.max_depth, _allowed(place.max_depth)
    if "graph" not in place.chosen(parts):
        return
    view = view_of(parts)
    policy = VIEW_POLICIES[view]
    asked = parts.graph.depth or policy.max_hops or policy.default_depth
    if asked > place.max_depth:
        yield "max_depth", "graph.depth", place.max_depth, _allowed(place.max_depth)
    elif asked > policy.max_depth:
        why = f"view {view} reaches at most {policy.max_depth} relations"
        yield "graph_depth", "graph.depth", policy.max_depth, why


def _allowed(max_depth: int) -> str:
    return f"budget.max_depth allows {max_depth} relations"


def _is_ranked(parts: Parts) -> bool:
    return parts.metric is not None and parts.aggregate.scope == "metric"


def _is_series(parts: Parts) -> bool:
    is_series = parts.metric is not None and parts.metric.mode == "series"
    return is_series and not _is_ranked(parts)


def _is_search(spec_name: str) -> "_IsUsed":
    def is_search(parts: Parts, chosen: Collection[str]) -> bool:
        spec = getattr(parts, spec_name)
        is_lookup = spec.tool_type == "ci_lookup" and not spec.filters
        return spec_name in chosen and not is_lookup

    return is_search


_IsUsed = Callable[[Parts, Collection[str]], bool]
_PARTS: Final = (
    *("primary", "secondary", "list", "aggregate", "graph", "metric", "history", "document"),
    *("cep", "auto"),
)
_DATED: Final = {"event_log", "work_history", "maintenance_history", "document", "audit_log"}
_DATED_SCOPES: Final = {*_DATED, "work_and_maintenance"}
_CONDITIONS: Final[tuple[tuple[str, _IsUsed, str], ...]] = (
    ("primary.limit", _is_search("primary"), "only a search has a limit"),
    ("secondary.limit", _is_search("secondary"), "only a search has a limit"),
    ("list", lambda _, chosen: "list" in chosen, "list.enabled is false"),
    ("history", lambda _, chosen: "history" in chosen, "history.enabled is false"),
    ("graph", lambda _, chosen: "graph" in chosen, "there is no view to look along"),
    ("auto", lambda parts, _: parts.mode is PlanMode.AUTO, "it is for mode auto"),
    (
        "aggregate",
        lambda _, chosen: "aggregate" in chosen,
        "there are no groups, measures or filters",
    ),
    (
        "aggregate.time_range",
        lambda parts, _: parts.aggregate.scope in _DATED_SCOPES,
        "only dated records have it; of a ranking it is that of the metric",
    ),
    *(
        (f"aggregate.{name}", lambda parts, _: not _is_ranked(parts), "a ranking is by item")
        for name in ("group_by", "metrics")
    ),
    *(
        (f"aggregate.{name}", lambda parts, _: _is_ranked(parts), "only a ranking has bounds")
        for name in ("at_least", "at_most")
    ),
    (
        "metric.limit",
        lambda parts, _: _is_series(parts),
        "only a series has a limit",
    ),
    (
        "metric.mode",
        lambda parts, _: not _is_ranked(parts),
        "a ranking is of one value for each item",
    ),
    (
        "metric.agg",
        lambda parts, _: not _is_series(parts),
        "a series shows the points, or their averages",
    ),
    ("metric.scope", lambda _, chosen: "graph" in chosen, "the plan has no graph"),
    (
        "history.scope",
        lambda parts, chosen: parts.history.scope != "graph" or "graph" in chosen,
        "the plan has no graph",
    ),
)
"""What says something only together with something else: the field, if it does, why it does not.

A part without a field stands for all its fields.
"""


def unused(parts: Parts, place: Place) -> Iterator[Change]:
    """What nothing reads is told, and takes its default."""
    if isinstance(parts, Plan) and parts.steps:
        yield from _beside_steps(parts)
        return
    chosen = place.chosen(parts)
    for field, is_used, why in _CONDITIONS:
        name, _, attribute = field.partition(".")
        if getattr(parts, name) is not None and not is_used(parts, chosen):
            yield from _reset(parts, name, [attribute] if attribute else None, why)


def _beside_steps(plan: Plan) -> Iterator[Change]:
    why = "a plan of several steps has its parts in them"
    for name in _PARTS:
        if name in {"metric", "document", "cep"}:
            if getattr(plan, name) is not None:
                yield "not_used", name, None, why
        else:
            yield from _reset(plan, name, None, why)
    if plan.view not in {None, View.SUMMARY}:
        yield "not_used", "view", View.SUMMARY, why


def _reset(parts: Parts, name: str, attributes: list[str] | None, why: str) -> Iterator[Change]:
    spec = getattr(parts, name)
    for each in attributes or sorted(spec.model_fields_set):
        default = type(spec).model_fields[each].get_default(call_default_factory=True)
        # A step of intent PATH has the view PATH by another rule.
        if getattr(spec, each) not in (default, View.PATH):
            yield "not_used", f"{name}.{each}", default, why
