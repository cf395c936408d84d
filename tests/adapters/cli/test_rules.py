"""`opstrail rule`."""

import json
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command


def test_the_rules_are_listed_in_words(opstrail: Command) -> None:
    rows = {line.split()[0]: line for line in opstrail("rule", "list").lines[2:]}
    assert "max of cpu_usage by ci_code over last_24h" in rows["r-cpu"]
    assert rows["r-burst"].rstrip().endswith("no")


def test_a_rule_that_cannot_be_read_is_listed_with_what_is_wrong(opstrail: Command) -> None:
    problems = {
        each["rule_id"]: each["problem"] for each in opstrail("rule", "list", "-o", "json").json
    }
    assert "trigger_spec.agg" in problems.pop("r-trigger")
    assert set(problems.values()) == {None}


def test_a_rule_is_shown_by_id_or_name(opstrail: Command) -> None:
    shown = opstrail("rule", "show", "high cpu").out
    assert "r-cpu" in shown
    assert "metric.value > 73.5 && ci.status == 'active'" in shown


def test_an_unknown_rule_is_not_found(opstrail: Command) -> None:
    ended = opstrail("rule", "show", "nope")
    assert (ended.code, ended.out) == (4, "")
    assert "there is no rule 'nope'" in ended.err


def test_a_tested_rule_tells_the_windows_in_which_it_would_have_fired(opstrail: Command) -> None:
    ended = opstrail("rule", "test", "r-cpu", "--anchor", "data")
    assert ended.code == 0
    assert ended.lines[0].startswith("Rule High CPU would have fired in 1 of ")
    assert "metric.value = 74" in ended.out


def test_a_span_of_days_is_looked_at(opstrail: Command) -> None:
    days = ("--from", "2025-12-30", "--to", "2025-12-30")
    ended = opstrail("rule", "test", "r-cpu", *days, "--item", "srv-01")
    assert ended.lines[0].startswith("Rule High CPU would have fired in 1 of 1 window")


def test_a_payload_stands_in_place_of_the_past(opstrail: Command, tmp_path: Path) -> None:
    payload = tmp_path / "maps.json"
    payload.write_text(json.dumps({"metric": {"value": 99}, "ci": {"status": "active"}}))
    ended = opstrail("rule", "test", "r-cpu", "--payload", str(payload))
    assert ended.lines[0].startswith("Rule High CPU would trigger: metric.value = 99")
    wrong = opstrail("rule", "test", "r-cpu", "--payload", str(payload), "--last", "3d")
    assert (wrong.code, "in place of items and a time" in wrong.err) == (2, True)


def test_windows_that_cannot_be_judged_are_told(opstrail: Command, tmp_path: Path) -> None:
    path = tmp_path / "rule.json"
    where = {"field": "ci.status", "op": ">", "value": 3}
    spec = {"metric_name": "cpu_usage", "when": where}
    path.write_text(json.dumps({"trigger_type": "metric", "trigger_spec": spec}))
    out = opstrail("rule", "test", str(path), "--item", "srv-01", "--anchor", "data").out
    assert "8 windows not evaluated: ci.status is text, which > cannot compare with 3" in out


def test_a_rule_that_would_never_end_is_refused_and_its_run_ends(
    opstrail: Command, tmp_path: Path
) -> None:
    path, many = tmp_path / "rule.json", list(range(100))
    condition = "true"
    for depth in range(6):  # 10^12 turns
        condition = f"{many}.all(x{depth}, {condition})"
    spec = {"metric_name": "cpu_usage"}
    rule = {"trigger_type": "metric", "trigger_spec": spec, "condition": condition}
    path.write_text(json.dumps(rule))
    ended = opstrail("rule", "test", str(path), "--item", "srv-01", "--anchor", "data")
    assert (
        "it is no rule: condition: the condition has a loop (all, exists" in ended.out + ended.err
    )
    (listed,) = opstrail("run", "list", "-o", "json").json
    assert (ended.code, listed["state"]) == (2, "failed")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("r-none",), 4, "there is no rule 'r-none'"),
        (("r-cpu", "--item", "srv-99"), 4, "srv-99"),
        (("r-cpu", "--last", "often"), 2, "last_often"),
        (("r-cpu", "--to", "2025-12-30"), 2, "--to goes with --from"),
        (("r-cpu", "--from", "2025-12-30", "--last", "1d"), 2, "--to goes with --from"),
        (("nowhere.json",), 2, "nowhere.json cannot be read"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    opstrail: Command, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = opstrail("rule", "test", *arguments)
    assert ended.code == code
    assert said in ended.out + ended.err


def test_a_rule_file_with_a_wrong_field_is_refused_by_its_name(
    opstrail: Command, tmp_path: Path
) -> None:
    path = tmp_path / "rule.json"
    path.write_text(json.dumps({"trigger_type": "metric", "trigger_spec": {"colour": "red"}}))
    ended = opstrail("rule", "test", str(path))
    assert ended.code == 2
    assert "it is no rule: trigger_spec.colour" in ended.out + ended.err


def test_a_rule_file_whose_condition_cannot_be_read_is_refused_by_its_name(
    opstrail: Command, tmp_path: Path
) -> None:
    path = tmp_path / "rule.json"
    rule = {"trigger_type": "metric", "trigger_spec": {"metric_name": "cpu_usage"}}
    path.write_text(json.dumps({**rule, "condition": "metric.value >"}))
    ended = opstrail("rule", "test", str(path))
    assert ended.code == 2
    assert "it is no rule: condition: Failed to parse" in ended.out + ended.err


def test_a_published_rule_is_listed_shown_and_tried_in_place_of_one_of_the_estate(
    opstrail: Command, tmp_path: Path
) -> None:
    path = tmp_path / "rule.json"
    spec = {"metric_name": "cpu_usage"}
    rule = {"trigger_type": "metric", "trigger_spec": spec, "condition": "metric.value > 1.0"}
    path.write_text(json.dumps(rule))
    for name in ("hot", "r-cpu"):
        opstrail("asset", "publish", f"rule:{name}", str(path), "--why", "tried")
    opstrail("asset", "draft", "rule:cold", str(path), "--why", "not yet")
    listed = {each["rule_id"]: each for each in opstrail("rule", "list", "-o", "json").json}
    assert listed.keys() >= {"hot", "r-cpu", "r-burst"}
    assert "cold" not in listed
    for name in ("hot", "r-cpu"):
        assert opstrail("rule", "show", name, "-o", "json").json == listed[name]
        assert (listed[name]["rule_name"], listed[name]["condition"]) == (name, rule["condition"])
        ended = opstrail("rule", "test", name, "--anchor", "data")
        assert ended.lines[0].startswith(f"Rule {name} would have fired in 6 of 6 "), ended.out
    assert opstrail("rule", "show", "cold").code == 4
    assert opstrail("rule", "test", "cold").code == 4
