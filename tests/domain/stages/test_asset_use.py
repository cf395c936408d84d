"""What applies to a run is settled once: from its record, else from what is published."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.assets.applied import AppliedAsset, digest_of
from domain.estate.view_policy import View
from domain.json import JsonMap, as_map
from domain.plan.plan import Plan
from domain.plan.specs import GraphSpec, whole_walk
from domain.run.asset_events import AssetApplied
from domain.run.events import RunEvent, RunRequested, StageStarted
from domain.run.lifecycle import Stage
from domain.stages.asset_placing import put_in_place
from domain.stages.asset_use import AssetUse
from domain.stages.faults import StageFault
from domain.stages.live import GivenPlan, LivePlanning, live_planning
from domain.stages.past import past_after
from domain.stages.run_assets import RunAssets
from domain.stages.sources import Past, Sources
from domain.stages.workshop import Workshop
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from tests.domain.stages.running import LOOKUP, Running, plan_output
from tests.fakes import NOON, PlannedBeforehand, empty_estate

WALK = Plan.model_validate({"primary": {"keywords": ["srv-1"]}, "graph": {"view": "IMPACT"}})
VALIDATING = StageStarted(stage=Stage.VALIDATE, attempt=1)


def view(version: int) -> AppliedAsset:
    content = as_map({"rel_types": ["USES"], "direction": "in", "max_depth": version})
    return AppliedAsset("view:IMPACT", version, digest_of(content), content)


def policy(version: int) -> AppliedAsset:
    return AppliedAsset("policy:default", version, digest_of({}), {})


def words(version: int) -> AppliedAsset:
    content = as_map({"words": {"box": "server"}})
    return AppliedAsset("words:default", version, digest_of(content), content)


class Published:
    """Has these assets for everybody; see `PublishedAssets`."""

    def __init__(self, assets: Sequence[AppliedAsset]) -> None:
        self._assets = assets

    def known(self, _: str) -> set[str]:
        return {asset.key for asset in self._assets}

    def find(self, _: str, key: str, version: int | None = None) -> AppliedAsset | None:
        found = [a for a in self._assets if a.key == key and version in {None, a.version}]
        return found[-1] if found else None


class Kept:
    """Keeps what is reported; see `Recorder`."""

    def __init__(self) -> None:
        self.events: list[RunEvent] = []

    def report(self, event: RunEvent) -> RunEvent:
        self.events.append(event)
        return event

    async def flush(self) -> None:
        """See `Recorder`."""


def sources(*assets: AppliedAsset, events: Sequence[RunEvent] = ()) -> Sources:
    running = Running()
    calls = running.service  # no call is made
    return Sources(
        planning=GivenPlan({}),
        calls=calls,  # type: ignore[arg-type]
        tools=ToolRegistry(),
        now=NOON,
        past=past_after(Past(), events),
        assets=RunAssets(events, Published(assets), "acme"),
    )


def settled(given: Sources, **overrides: str) -> tuple[AssetUse, Sources, list[AssetApplied]]:
    asked = {
        f"validate:{key}:{name}": each for key, each in overrides.items() for name in ["IMPACT"]
    }
    use, kept = AssetUse(RunRequested(question="?", asset_overrides=asked), given), Kept()
    found = asyncio.run(use.settled(WALK, given))
    use.report(kept)
    return use, found, [each for each in kept.events if isinstance(each, AssetApplied)]


def planning_of(question: str, published: RunAssets) -> tuple[LivePlanning, PlannedBeforehand]:
    planner = PlannedBeforehand(plan_output(**LOOKUP))
    workshop = Workshop(planner, ToolRegistry(), empty_estate(), ExecutionTracer(now=lambda: NOON))
    request = RunRequested(question=question)
    planning = live_planning(workshop, request, published, tenant_id="acme", now=NOON)
    assert isinstance(planning, LivePlanning)
    return planning, planner


def test_a_planner_is_told_the_words_that_a_question_has() -> None:
    planning, planner = planning_of("how many boxes", RunAssets((), Published([words(1)]), "acme"))
    asyncio.run(planning.plan())
    assert planner.contexts[0].words == {"box": "server"}


def test_words_that_a_question_does_not_have_do_not_apply() -> None:
    planning, _ = planning_of("how many servers", RunAssets((), Published([words(1)]), "acme"))
    assert planning.words is None


def test_words_are_recorded_before_the_plan_and_once() -> None:
    given = replace(sources(), words=words(2))
    use, kept = AssetUse(RunRequested(question="?"), given), Kept()
    use.report(kept)
    assert use.by_stage == {"route_plan:words:default": f"2 sha256:{words(2).digest[:12]}"}
    (event,) = [each for each in kept.events if isinstance(each, AssetApplied)]
    assert (event.key, event.version, event.stage) == ("words:default", 2, Stage.ROUTE_PLAN)
    again = replace(sources(events=[event]), words=words(2))
    AssetUse(RunRequested(question="?"), again).report(kept)
    assert kept.events == [event]


def test_what_applies_is_recorded_with_what_it_says() -> None:
    use, found, events = settled(sources(view(2), policy(1)))
    assert [(each.key, each.version) for each in events] == [
        ("policy:default", 1),
        ("view:IMPACT", 2),
    ]
    assert found.past.assets == {"view:IMPACT": view(2), "policy:default": policy(1)}
    assert use.by_stage["validate:view:IMPACT"] == f"2 sha256:{view(2).digest[:12]}"
    assert {key for key in use.by_stage if key.startswith("execute")} == {"execute:policy:default"}


def test_a_run_without_assets_has_nothing_more_on_record() -> None:
    given = sources()
    use, found, events = settled(given)
    assert (found is given, events, use.by_stage) == (True, [], {})


def test_a_run_that_is_taken_up_again_keeps_what_it_had() -> None:
    _, _, events = settled(sources(view(1)))
    _, found, again = settled(sources(view(2), policy(1), events=[VALIDATING, *events]))
    assert (found.past.assets, again) == ({"view:IMPACT": view(1)}, [])


def test_a_run_that_was_validated_with_nothing_goes_on_with_nothing() -> None:
    given = sources(view(2), events=[VALIDATING])
    _, found, events = settled(given)
    assert (found.past.assets, events) == ({}, [])


def test_a_version_that_is_asked_for_goes_before_what_the_run_had() -> None:
    _, _, events = settled(sources(view(1)))
    taken_up = sources(view(1), view(2), events=[VALIDATING, *events])
    _, found, again = settled(taken_up, view="2")
    assert found.past.assets == {"view:IMPACT": view(2)}
    assert [each.version for each in again] == [2]


def test_a_version_that_is_not_there_fails_the_stage() -> None:
    with pytest.raises(StageFault, match="there is no version 3 of asset view:IMPACT"):
        settled(sources(view(1)), view="3")


def test_a_stage_that_is_behind_settles_nothing() -> None:
    given = replace(sources(view(1)), past=replace(Past(), first_stage=Stage.EXECUTE))
    _, found, events = settled(given)
    assert (found is given, events) == (True, [])


def test_a_plan_that_names_no_asset_takes_none_of_the_name_none() -> None:
    own: JsonMap = {"call_id": "a", "tool": "cep", "operation": "list_rules"}
    item: JsonMap = {"primary": {"keywords": ["None"]}}
    plans: list[JsonMap] = [{"mode": "auto"}, {"calls": [own]}, {"cep": {"rule_id": None}}]
    rule: JsonMap = {"trigger_type": "event"}
    contents: JsonMap = {"recipe": {"views": ["IMPACT"]}, "view": view(1).content, "rule": rule}
    assets = {
        f"{kind}:None": AppliedAsset(f"{kind}:None", 1, "", as_map(each))
        for kind, each in contents.items()
    }
    for plan in plans:
        assert put_in_place(Plan.model_validate({**item, **plan}), assets).used == set()


def test_a_published_view_takes_the_place_of_the_walk_through_the_whole_graph() -> None:
    whole = GraphSpec(view=View.IMPACT, walk=whole_walk(View.IMPACT))
    placed = put_in_place(WALK.model_copy(update={"graph": whole}), {"view:IMPACT": view(2)})
    assert placed.plan.graph.walk is not None
    assert (placed.plan.graph.walk.name, placed.plan.graph.walk.max_depth) == ("IMPACT", 2)
    assert put_in_place(placed.plan, {"view:IMPACT": view(2)}).used == set()
