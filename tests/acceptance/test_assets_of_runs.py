"""A run carries what it was made with: on both databases, and on another machine."""

from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from domain.json import JsonMap
from domain.run.asset_events import AssetApplied
from domain.run.call_events import ToolCallStarted
from domain.run.events import PlanValidated, StageStarted
from domain.run.lifecycle import Stage
from infrastructure.named_payloads.references import streams_naming
from tests.acceptance.desk import Desk
from tests.estate_fixture import TENANT

NEAR: JsonMap = {"rel_types": ["RUNS_ON"], "direction": "in", "default_depth": 1, "max_depth": 1}
FAR: JsonMap = {**NEAR, "rel_types": ["RUNS_ON", "DEPENDS_ON"], "default_depth": 3, "max_depth": 3}


def test_a_run_keeps_the_version_that_it_had(any_desk: Desk, tmp_path: Path) -> None:
    desk = any_desk
    desk.publish("view:IMPACT", NEAR)
    first = desk.ask()
    desk.publish("view:IMPACT", FAR)
    (applied,) = desk.events(first, AssetApplied)
    starts = {each.stage: each.applied_assets for each in desk.events(first, StageStarted)}
    label = f"1 sha256:{applied.digest[:12]}"
    assert (applied.key, applied.version, applied.content) == ("view:IMPACT", 1, NEAR)
    assert (starts[Stage.VALIDATE], starts[Stage.EXECUTE]) == ({"view:IMPACT": label}, {})
    assert (desk.walk(first)["max_depth"], desk.verdict(first)) == (1, "same")
    forked = desk.do("run.fork", run=first)["run_id"]
    assert (desk.walk(forked)["max_depth"], desk.verdict(forked)) == (1, "same")
    rerun = desk.do("run.rerun", run=first)["run_id"]
    assert (desk.walk(rerun)["max_depth"], desk.verdict(rerun)) == (3, "same")
    compared = desk.do("run.compare", a=first, b=rerun)
    assert (compared.is_same, compared.divergence.kind) == (False, "version")
    assert "applied_assets.view:IMPACT" in compared.verdict
    assert {each.kind for each in compared.divergences} == {"version"}
    bundle = desk.do("run.export", runs=(first,)).content
    with open_service(f"sqlite:///{tmp_path / 'elsewhere.db'}") as opstrail:
        elsewhere = Desk(opstrail)
        elsewhere.do("run.import", content=bundle)
        assert (elsewhere.verdict(first), elsewhere.walk(first)["max_depth"]) == ("same", 1)
        assert elsewhere.do("asset.list", kind="view")[3].state == "built in"


def test_large_content_is_kept_beside_the_log_and_goes_with_a_bundle(
    any_desk: Desk, tmp_path: Path
) -> None:
    desk = any_desk
    # A description says nothing to the walk, and is long.
    text = "".join(f"{number} " for number in range(1000))[:1000]
    policy: JsonMap = {"tools": {f"{tool}": {"max_retries": 1} for tool in ("ci", "graph")}}
    desk.publish("policy:default", policy)
    desk.publish("mapping:long", {f"p{number}": f"{text} {number}" for number in range(9)})
    mapping = {"tool_id": "metric", "output_mapping": {"p1": "asset:long"}}
    plan = {"primary": {"keywords": ["srv-01"]}, "metric": {"metric_name": "cpu_usage"}}
    run_id = desk.ask(plan={**plan, "tool_dependencies": [mapping]})
    policy_applied, long = desk.events(run_id, AssetApplied)[::-1]
    assert (policy_applied.payload, long.payload.size > 4096) == (None, True)
    assert long.content["p1"].endswith(" 1")
    assert desk.verdict(run_id) == "same"
    assert desk.do("log.verify").is_sound
    with desk.opstrail.engine.connect() as connection:
        streams = streams_naming(connection, TENANT, long.payload.digest)
    assert streams == ["asset-mapping-long", run_id]
    bundle = desk.do("run.export", runs=(run_id,)).content
    with open_service(f"sqlite:///{tmp_path / 'elsewhere.db'}") as opstrail:
        elsewhere = Desk(opstrail)
        elsewhere.do("run.import", content=bundle)
        assert elsewhere.verdict(run_id) == "same"


def test_two_publishers_at_once_are_told(desk: Desk) -> None:
    desk.publish("view:IMPACT", NEAR)
    assert desk.opstrail.assets.known(TENANT) == ["view:IMPACT"]
    seen = desk.do("asset.show", asset="view:IMPACT").line.published
    desk.publish("view:IMPACT", FAR)
    with pytest.raises(Exception, match="version 1 was published when you began, and now"):
        desk.do("asset.publish", asset="view:IMPACT", content=NEAR, expected=seen)


def test_another_tenant_has_none_of_it(desk: Desk) -> None:
    desk.publish("view:NOC", NEAR)
    other = Desk(desk.opstrail, "other")
    with pytest.raises(Exception, match="no asset view:NOC"):
        other.do("asset.show", asset="view:NOC")
    with pytest.raises(Exception, match="no asset view:NOC"):
        other.ask(assets={"view:NOC": "1"})
    assert other.do("asset.list", kind="view")[0].state == "built in"


def test_what_a_plan_names_is_put_in_place_with_a_decision(desk: Desk) -> None:
    desk.publish("view:NOC", FAR)
    desk.publish("recipe:night", {"views": ["IMPACT"], "include_metric": True})
    desk.publish("view:IMPACT", NEAR)
    item = {"primary": {"keywords": ["srv-01"]}}
    walked = desk.ask(plan={**item, "intent": "EXPAND", "graph": {"view": "NOC", "depth": 9}})
    (validated,) = desk.events(walked, PlanValidated)
    rules = [(each.rule, each.field) for each in validated.decisions]
    assert rules[:2] == [("view_asset", "graph.view"), ("view_asset", "graph.walk")]
    assert ("graph_depth", "graph.depth") in rules
    assert (desk.walk(walked)["name"], validated.plan["graph"]["depth"]) == ("NOC", 3)
    recipe = desk.ask(plan={**item, "mode": "auto", "auto": {"recipe": "night"}})
    made = [each.call_id for each in desk.events(recipe, ToolCallStarted)]
    assert ("view_impact" in made, "metric_cpu_usage" in made) == (True, True)
    assert [each.key for each in desk.events(recipe, AssetApplied)] == [
        "recipe:night",
        "view:IMPACT",
    ]
    assert (desk.verdict(walked), desk.verdict(recipe)) == ("same", "same")


def test_a_recipe_is_as_deep_as_a_published_view_allows(desk: Desk) -> None:
    auto = {"views": ["IMPACT"], "depth_hint": 8}
    plan = {"primary": {"keywords": ["srv-01"]}, "mode": "auto", "auto": auto}
    told = []
    for max_depth in (9, 2):
        desk.publish("view:IMPACT", {**FAR, "default_depth": 1, "max_depth": max_depth})
        response = desk.do("run.ask", question="?", plan={**plan, "budget": {"max_depth": 10}})
        told.append(str(response))
    assert ["POLICY_CLAMP" in each for each in told] == [False, False]
    is_limited = ["at most 2 relations" in each or "depth_hint" in each for each in told]
    assert is_limited == [False, True]


def test_a_rule_is_tried_as_it_is_published(desk: Desk) -> None:
    rule = {"trigger_type": "metric", "condition": "metric.value > 1.0"}
    desk.publish("rule:hot", {**rule, "trigger_spec": {"metric_name": "cpu_usage"}})
    item = {"primary": {"keywords": ["srv-01"]}}
    run_id = desk.ask(plan={**item, "cep": {"rule_id": "hot"}})
    (call,) = [each for each in desk.events(run_id, ToolCallStarted) if each.tool == "cep"]
    assert call.params["rule"]["condition"] == "metric.value > 1.0"
    assert "rule_id" not in call.params
    assert desk.verdict(run_id) == "same"


def test_a_name_that_means_none_is_refused_before_anything_runs(desk: Desk) -> None:
    mapping = {"output_mapping": {"ci_id": "asset:x"}}
    own = {"call_id": "a", "tool": "ci", "operation": "get", **mapping}
    for plan, says in (
        ({"graph": {"view": "NOC"}}, "graph.view: there is no view 'NOC'; allowed: SUMMARY"),
        ({"mode": "auto", "auto": {"recipe": "x"}}, "auto.recipe: there is no recipe 'x'"),
        ({"calls": [own]}, "output_mapping.ci_id: 'asset:x' is no mapping of ci_id: none is pub"),
    ):
        item = {"primary": {"keywords": ["srv-01"]}}
        response = desk.do("run.ask", question="?", plan={**item, **plan})
        assert says in response["answer"]
        assert desk.events(response["run_id"], ToolCallStarted) == []


def test_a_version_is_taken_by_naming_it_and_told(desk: Desk) -> None:
    desk.publish("view:IMPACT", NEAR)
    desk.do("asset.draft", asset="view:IMPACT", content=FAR)
    desk.publish("policy:default", {})
    first = desk.ask(assets={"policy:default": "0"})
    drafted = desk.ask(assets={"view:IMPACT": "2"})
    built_in = desk.ask(assets={"view:IMPACT": "0"})
    assert [desk.walk(each)["max_depth"] for each in (first, drafted, built_in)] == [1, 3, 6]
    told = desk.do("run.response", run=built_in)["answer"]
    assert "view IMPACT is applied, as it is built in" in told
    assert "policy:default is applied, as it is" in desk.do("run.response", run=first)["answer"]
    applied = desk.do("run.show", run=drafted).assets
    assert any(each.startswith("view:IMPACT 2 ") for each in applied)
    patched = {"patches": {"assets": {"view:IMPACT": "2"}}}
    again = desk.do("run.rerun", run=first, **patched)["run_id"]
    compared = desk.do("run.compare", a=first, b=again)
    assert (desk.walk(again)["max_depth"], compared.divergence.is_own_patch) == (3, True)
    for run_id in (first, drafted, built_in, again):
        assert desk.verdict(run_id) == "same"
    with pytest.raises(Exception, match="no asset view:IMPACT version 7"):
        desk.do("run.fork", run=first, patches={"assets": {"view:IMPACT": "7"}})
