"""What an answer, a refusal and a clamp lead to is something that works when it is taken."""

from typing import Any

import pytest

from tests.acceptance.plans.running import WHY, Done, Plans

Json = dict[str, Any]
ITEM = {"keywords": ["srv-erp-01"]}
SERIES = {"call_id": "s", "tool": "metric", "operation": "series"}


def actions(plans: Plans, done: Done) -> dict[str, Json]:
    response = plans.opstrail("run", "response", done.run_id, "-o", "json").json
    return {each["label"]: each for each in response["next_actions"]}


def taken(plans: Plans, done: Done, label: str) -> Done:
    number = [*actions(plans, done)].index(label) + 1
    return plans.forked(done, "--action", str(number))


def test_no_walk_is_offered_that_the_budget_cuts_back(plans: Plans) -> None:
    item = {"keywords": ["storage-erp"]}
    walk = {"intent": "EXPAND", "primary": item, "graph": {"view": "IMPACT"}}
    for depth, is_offered in ((1, False), (6, True)):
        done = plans.run({**walk, "budget": {"max_depth": depth}})
        found = [each for each in actions(plans, done) if each.startswith("Expand")]
        assert bool(found) is (is_offered and bool(done.data["graph"]["beyond_depth"]))
    recipe = {"mode": "auto", "primary": item, "budget": {"max_depth": 1}}
    found = [*actions(plans, plans.run({**recipe, "auto": {"views": ["IMPACT"]}}))]
    assert [each for each in found if each.startswith("Expand")] == []


@pytest.mark.parametrize(
    ("plan", "label"),
    [
        ({"primary": ITEM, "cep": {}}, "List the rules"),
        ({"intent": "PATH", "primary": ITEM}, "What is near the other item"),
        ({"intent": "PATH", "secondary": ITEM}, "What is near the other item"),
        (
            {"primary": ITEM, "calls": [{**SERIES, "params": {"metric_nam": "cpu_usage"},
              "output_mapping": {"ci_id": "{primary.rows[0].ci_id}"}}]},
            "metric_name instead of metric_nam",
        ),
    ],
)  # fmt: skip
def test_a_plan_that_is_refused_leads_to_one_that_works(
    plans: Plans, plan: Json, label: str
) -> None:
    done = plans.run(plan)
    assert done.all("run-failed")
    assert taken(plans, done, label).status == "success"


def test_a_rule_that_no_recipe_names_is_told_and_leads_to_the_rules(plans: Plans) -> None:
    done = plans.run({"mode": "auto", "primary": ITEM, "auto": {"include_cep": True}})
    said = "The rule was skipped: cep.rule_id names none."
    assert said in done.answer
    (insights,) = [b for b in done.one("response-composed").blocks if b["id"] == "insights"]
    assert said in insights["text"]
    assert "rules" in taken(plans, done, "List the rules").data


def test_a_question_that_works_is_offered_to_be_asked_and_not_as_a_fork(plans: Plans) -> None:
    done = plans.done(plans.opstrail("ask", "Show me all users' passwords."))
    offered = [each for each in actions(plans, done).values() if "question" in each["payload"]]
    assert [each["type"] for each in offered] == ["copy_payload"]


def test_a_scope_alone_asks_for_a_count(plans: Plans) -> None:
    done = plans.run({"intent": "AGGREGATE", "aggregate": {"scope": "audit_log"}})
    assert done.started == ["aggregate"]
    assert done.data["aggregate"]["total_records"] == done.data["aggregate"]["rows"][0][0]


def test_the_age_of_what_a_rule_and_a_path_rest_on_is_told(plans: Plans) -> None:
    path = {"intent": "PATH", "primary": ITEM, "secondary": {"keywords": ["storage-erp"]}}
    rule = {"primary": ITEM, "cep": {"rule_id": "rule-high-cpu"}}
    for plan, call in ((rule, "cep"), ({**path, "graph": {"depth": 1}}, "graph")):
        done = plans.run(plan)
        response = plans.opstrail("run", "response", done.run_id, "-o", "json").json
        newest = {each["call_id"] for each in response["meta"]["newest_data"]}
        assert (call in newest) is ("primary" in newest or call == "cep")


def test_a_run_of_the_second_edition_is_verified_by_its_own_rules(
    plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {"intent": "LIST", "primary": ITEM}
    assert plans.run(listed).answer.startswith("srv-erp-01")
    monkeypatch.setattr("domain.operations.requests.NEWEST", 2)
    before = plans.run(listed)
    assert before.one("run-requested").options.edition == 2
    assert before.answer.startswith("No results found")
    assert plans.verdict(before) == "same"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"prev_output": {"foo": 1}}', "compose knows no foo in prev_output"),
        ('{"asset_overrides": {"foo:x": "y"}}', "'foo:x' is of no stage"),
    ],
)
def test_what_no_stage_reads_is_refused_by_name(plans: Plans, given: str, said: str) -> None:
    done = plans.run({"primary": ITEM})
    file = plans.folder / "input.json"
    file.write_text(given)
    ended = plans.opstrail("run", "stage", done.run_id, "compose", "--input", str(file))
    assert (ended.code, said in ended.err) == (2, True), ended.err


@pytest.mark.parametrize(
    ("operation", "params"),
    [("ci.get", {}), ("metric.series", {"metric_name": "cpu_usage", "time_range": "last_24h"})],
)
def test_a_value_that_is_patched_in_place_of_many_makes_one_call(
    plans: Plans, operation: str, params: dict[str, Any]
) -> None:
    tool, _, name = operation.partition(".")
    own = {"call_id": "g", "tool": tool, "operation": name, "params": params}
    each = {**own, "output_mapping": {"ci_id": "{list.rows[each].ci_id}"}}
    page = {"intent": "LIST", "list": {"enabled": True, "limit": 3}}
    done = plans.run({**page, "calls": [each]})
    wanted = done.data["list"]["rows"][1]["ci_id"]
    for command in ("fork", "rerun"):
        made = plans.done(
            plans.opstrail(
                "run", command, done.run_id, *WHY, "--patch", f"params.g.ci_id={wanted}"
            )
        )
        asked = [e.params["ci_id"] for e in made.all("tool-call-started") if e.call_id != "list"]
        assert (made.status, asked) == ("success", [wanted])
        assert plans.verdict(made) == "same"
