"""What assets say, put into the plan that names them: then the plan says all that it asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import to_jsonable_python

from domain.assets.applied import AppliedAsset
from domain.assets.names import AssetKind
from domain.estate.view_policy import View
from domain.json import JsonMap
from domain.plan.calls import chosen_parts, depended_on
from domain.plan.data_flow import Parts
from domain.plan.flow import places_of
from domain.plan.intent import PlanMode
from domain.plan.plan import OwnCall, Plan, PlanStep, ToolDependency
from domain.plan.planned_call import view_of
from domain.plan.specs import WHOLE, AutoSpec, WalkSpec
from domain.run.facts import PlanDecision
from domain.stages.faults import Problem
from domain.stages.obedience import changed
from domain.tools.contracts import CommonToolTypes

Assets = Mapping[str, AppliedAsset]
_Placing = tuple[AppliedAsset, str, Any]
"""An asset, the dotted field of a plan that it goes to, and what stands there then."""
_USUAL_RECIPE: Final = "default"
"""The recipe that comes with opstrail: what a recipe looks at of which nobody says anything."""
BY_NAME: Final = "asset:"
"""What begins the text of a mapping that is the name of a published one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A plan that says what assets say; `problems` are names in it that mean none."""

    plan: Plan
    decisions: tuple[PlanDecision, ...] = ()
    used: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def put_in_place(plan: Plan, assets: Assets) -> Placed:
    """Return the plan with what the assets say that it names, each with a decision."""
    decisions, used = list[PlanDecision](), set[str]()
    for rule in (_mappings, _recipe, _view, _rule, _own_calls) if assets else ():
        for path, _ in _parts(plan):
            parts = _part_at(plan, path)
            for asset, field, value in list(rule(parts, plan, assets)):
                plan, was = changed(plan, f"{path}{field}".split("."), value)
                used.add(asset.key)
                decisions.append(_decision(asset, f"{path}{field}", was, value))
    return Placed(plan, tuple(decisions), frozenset(used), tuple(_problems(plan, assets)))


def _decision(asset: AppliedAsset, field: str, was: object, value: object) -> PlanDecision:
    kind, _, name = asset.key.partition(":")
    return PlanDecision(
        rule=f"{kind}_asset",
        field=field,
        requested=to_jsonable_python(was),
        effective=to_jsonable_python(value),
        why=f"{kind} {name} is applied, {told(asset.version)}",
        deduction=0.0,
    )


def told(version: int) -> str:
    """Return how people name a version."""
    return f"version {version}" if version else "as it is built in"


def _parts(plan: Plan) -> list[tuple[str, Parts]]:
    return [("", plan), *((f"{place.path}.", place.step) for place in places_of(plan))]


def _part_at(plan: Plan, path: str) -> Parts:
    return next(parts for at, parts in _parts(plan) if at == path)


def _mappings(parts: Parts, _: Plan, assets: Assets) -> Iterator[_Placing]:
    for field, name, _text, asset in _mapped(parts, assets):
        if asset is not None and name in asset.content:
            yield asset, field, asset.content[name]


def _mapped(parts: Parts, assets: Assets) -> Iterator[tuple[str, str, str, AppliedAsset | None]]:
    """Yield what is mapped by name: field, parameter, text, and the asset of that name."""
    mapping: dict[str, Sequence[OwnCall | ToolDependency]] = {"calls": parts.calls}
    if isinstance(parts, Plan):
        mapping["tool_dependencies"] = parts.tool_dependencies
    for part, calls in mapping.items():
        for at, each in enumerate(calls):
            for name, text in each.output_mapping.items():
                if text.startswith(BY_NAME):
                    asset = _named(assets, AssetKind.MAPPING, text.removeprefix(BY_NAME))
                    yield f"{part}.{at}.output_mapping.{name}", name, text, asset


def _named(assets: Assets, kind: AssetKind, name: object) -> AppliedAsset | None:
    return None if name is None else assets.get(f"{kind}:{name}")


def _recipe(parts: Parts, _: Plan, assets: Assets) -> Iterator[_Placing]:
    asset = _named(assets, AssetKind.RECIPE, parts.auto.recipe)
    if asset is not None:
        own = parts.auto.model_dump(exclude_unset=True, exclude={"recipe"})
        yield asset, "auto", AutoSpec.model_validate({**asset.content, **own})


def _view(parts: Parts, plan: Plan, assets: Assets) -> Iterator[_Placing]:
    if parts.mode is PlanMode.AUTO:
        walks = [*parts.auto.walks]
        for view in parts.auto.views:
            asset = _named(assets, AssetKind.VIEW, view)
            if asset is not None and view.value not in {walk.name for walk in walks}:
                walks.append(_walk(asset))
                yield asset, "auto.walks", [*walks]
        return
    asset = _named(assets, AssetKind.VIEW, _graph_view(parts, plan))
    if asset is not None and (parts.graph.walk is None or parts.graph.walk.name == WHOLE):
        walk = _walk(asset)
        if parts.graph.view == walk.name != walk.like:
            yield asset, "graph.view", walk.like
        yield asset, "graph.walk", walk


def _graph_view(parts: Parts, plan: Plan) -> str | None:
    """Return the view that a plan or step is to be walked along; None for no walk."""
    prefix = f"{parts.step_id}:" if isinstance(parts, PlanStep) else ""
    chosen = chosen_parts(parts, prefix, depended_on(plan))
    if "graph" in chosen:
        own = parts.graph.view
        return own if own is not None and not isinstance(own, View) else view_of(parts).value
    return View.NEIGHBORS.value if parts.mode is PlanMode.ALL and "primary" in chosen else None


def _walk(asset: AppliedAsset) -> WalkSpec:
    name = asset.key.partition(":")[2]
    like = View(name) if name in set(View) else View.NEIGHBORS
    return WalkSpec.model_validate({**asset.content, "name": name, "like": like})


def _rule(parts: Parts, _: Plan, assets: Assets) -> Iterator[_Placing]:
    asset = _named(assets, AssetKind.RULE, parts.cep.rule_id) if parts.cep else None
    if asset is not None:
        yield asset, "cep.rule", _content_of_rule(asset)


def _own_calls(parts: Parts, _: Plan, assets: Assets) -> Iterator[_Placing]:
    for at, own in enumerate(parts.calls):
        asset = _named(assets, *_named_by(own.tool, own.operation, own.params))
        if asset is not None:
            kept = {name: each for name, each in own.params.items() if name != "rule_id"}
            yield asset, f"calls.{at}.params", {**kept, **_as_params(asset, own.operation)}


def _named_by(tool: str, operation: str, params: JsonMap) -> tuple[AssetKind, object]:
    """Return the asset that a call may name in its parameters."""
    match tool, operation:
        case CommonToolTypes.GRAPH, "expand" if "walk" not in params:
            name = str(params.get("view", View.COMPOSITION.value))
            return AssetKind.VIEW, name.upper() if name.upper() in set(View) else name
        case CommonToolTypes.GRAPH, "path" if "walk" not in params:
            return AssetKind.VIEW, View.PATH
        case CommonToolTypes.CEP, _ if "rule" not in params:
            return AssetKind.RULE, params.get("rule_id")
        case _:
            return AssetKind.RULE, None


def _as_params(asset: AppliedAsset, operation: str) -> JsonMap:
    if asset.key.startswith(f"{AssetKind.RULE}:"):
        return {"rule": _content_of_rule(asset)}
    walk = _walk(asset)
    view: JsonMap = {"view": walk.like.value} if operation == "expand" else {}
    return {**view, "walk": walk.model_dump(mode="json")}


def _content_of_rule(asset: AppliedAsset) -> JsonMap:
    return {**asset.content, "rule_id": asset.key.partition(":")[2]}


def _problems(plan: Plan, assets: Assets) -> Iterator[Problem]:
    """Yield the names of assets that are still in the plan."""
    for path, parts in _parts(plan):
        view, recipe = parts.graph.view, parts.auto.recipe
        if view is not None and not isinstance(view, View):
            allowed = ", ".join(View)
            message = f"there is no view {view!r}; allowed: {allowed}, or one that is published"
            yield Problem(f"{path}graph.view", message)
        if recipe is not None and recipe != _USUAL_RECIPE:
            message = f"there is no recipe {recipe!r} that is published"
            yield Problem(f"{path}auto.recipe", message)
        for field, name, text, asset in _mapped(parts, assets):
            has = f"it maps {', '.join(asset.content)}" if asset else "none is published"
            yield Problem(f"{path}{field}", f"{text!r} is no mapping of {name}: {has}")
