"""What a plan or step of mode auto may say, and what its views and flags make of it."""

from collections.abc import Iterator

from domain.estate.view_policy import View, clamped
from domain.plan.data_flow import Parts
from domain.plan.flow import places_of
from domain.plan.intent import PlanMode
from domain.plan.plan import Plan, PlanStep
from domain.plan.specs import (
    SCOPE_VIEWS,
    AggregateSpec,
    GraphSpec,
    PrimarySpec,
    SecondarySpec,
    policy_of,
)
from domain.response.edition import SECOND
from domain.stages.faults import Problem
from domain.stages.obedience import Change, Given

_MOST_VIEWS = 2
_ELSEWHERE = "a recipe does not carry it out; give it a step of mode ci"
_OF_SCOPE = "graph is auto.graph_scope.include_{} in a recipe; allowed: ci, all"


def recipe_problems(plan: Plan) -> Iterator[Problem]:
    """Yield what is wrong with what the recipes of a plan say."""
    fed = {each.tool_id for each in plan.tool_dependencies if "text" in each.output_mapping}
    steps: list[tuple[str, Parts]] = [(f"{each.path}.", each.step) for each in places_of(plan)]
    for path, parts in steps or [("", plan)]:
        call_id = f"{parts.step_id}:primary" if isinstance(parts, PlanStep) else "primary"
        is_named = bool(parts.primary.keywords) or call_id in fed
        rules = _rules(parts, is_named=is_named) if parts.mode is PlanMode.AUTO else {}
        for field, (is_wrong, message) in rules.items():
            if is_wrong:
                yield Problem(f"{path}{field}", message)


def _rules(parts: Parts, *, is_named: bool) -> dict[str, tuple[bool, str]]:
    """Return by field whether it is wrong, and what is to be said then."""
    spec, primary, metric = parts.auto, parts.primary, parts.metric
    only = PrimarySpec(keywords=primary.keywords, limit=primary.limit)
    has_ends = bool(spec.path.source_ci_code or spec.path.target_ci_code)
    scope = f"is of the items of a view; auto.views must have {' or '.join(SCOPE_VIEWS)}"
    graph = "a recipe looks along auto.views, as far as auto.depth_hint; only limits are allowed"
    return {
        "primary.keywords": (not is_named, "a recipe needs the item that it is about"),
        "primary": (primary != only, "a recipe is about one item; only keywords are allowed"),
        "secondary": (parts.secondary != SecondarySpec(), _ELSEWHERE),
        "list": (parts.list.enabled, _ELSEWHERE),
        "aggregate": (parts.aggregate != AggregateSpec(), _ELSEWHERE),
        "document": (parts.document is not None, _ELSEWHERE),
        "graph": (parts.graph != GraphSpec(limits=parts.graph.limits), graph),
        "auto.path": (has_ends and View.PATH not in spec.views, "auto.views must have PATH"),
        "auto.graph_scope": (_wants_scope(parts) and not _scope_views(parts), scope),
        "metric.scope": (bool(metric and metric.scope == "graph"), _OF_SCOPE.format("metric")),
        "history.scope": (parts.history.scope == "graph", _OF_SCOPE.format("history")),
    }


def _wants_scope(parts: Parts) -> bool:
    return parts.auto.graph_scope.include_metric or parts.auto.graph_scope.include_history


def _scope_views(parts: Parts) -> list[View]:
    return [view for view in parts.auto.views if view in SCOPE_VIEWS]


_NO_VIEW = "auto.views has no such view"


def recipe_changes(parts: Parts, given: Given) -> Iterator[Change]:
    """Yield what a recipe does otherwise than its plan says, and what it does not use."""
    spec, scope = parts.auto, parts.auto.graph_scope
    if parts.mode is not PlanMode.AUTO:
        return
    yield from _of_views(parts)
    if parts.metric and not (spec.include_metric or scope.include_metric):
        yield "not_used", "metric", None, "auto.include_metric is false"
    if parts.history.enabled and not (spec.include_history or scope.include_history):
        yield "not_used", "history.enabled", False, "auto.include_history is false"
    if parts.cep and not (spec.include_cep and parts.cep.rule_id):
        why = "cep.rule_id names no rule" if spec.include_cep else "auto.include_cep is false"
        yield "not_used", "cep", None, why
    if given.edition <= SECOND:
        return
    if spec.metric_mode != "aggregate" and not spec.include_metric:
        yield "not_used", "auto.metric_mode", "aggregate", "auto.include_metric is false"
    used = [walk for walk in spec.walks if walk.like in spec.views]
    yield from [("not_used", "auto.walks", used, _NO_VIEW)] if used != spec.walks else []
    if parts.view not in {None, View.SUMMARY}:
        usual = type(parts).model_fields["view"].default
        yield "not_used", "view", usual, "a recipe looks along auto.views"


def _of_views(parts: Parts) -> Iterator[Change]:
    spec, ends = parts.auto, parts.auto.path
    views = list(set(spec.views) - {View.SUMMARY})
    views = sorted(views, key=spec.views.index)[:_MOST_VIEWS] or [View.NEIGHBORS]
    if _wants_scope(parts) and not set(views) & set(SCOPE_VIEWS):
        views[-1] = _scope_views(parts)[0]
    if views != spec.views:
        why = f"a recipe looks along one or {_MOST_VIEWS} views, each once, and none is SUMMARY"
        yield "auto_views", "auto.views", views, why
    depth = max(clamped(policy_of(view, *spec.walks), spec.depth_hint) for view in views)
    if spec.depth_hint is not None and depth != spec.depth_hint:
        why = f"{', '.join(views)}: at most {depth} relations are followed, at least 1"
        yield "auto_depth", "auto.depth_hint", depth, why
    source = ends.source_ci_code or " ".join(parts.primary.keywords)
    if ends.target_ci_code and ends.target_ci_code.casefold() == source.casefold():
        cleared = ends.model_copy(update={"target_ci_code": None})
        yield "auto_path", "auto.path", cleared, "a path leads to another item than it begins with"
