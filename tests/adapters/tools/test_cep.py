import pytest

from domain.rules.cel_condition import evaluate
from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller, Json

SERVER = {"ci_id": "id-srv-01", "ci_code": "srv-01", "ci_type": "HW", "status": "active"}


def test_a_rule_triggers_on_the_metric_that_is_given(call: Caller) -> None:
    metric = {"metric_name": "cpu_usage", "value": 80, "sample_count": 3}
    data = call.data("cep.simulate", rule_id="r-cpu", ci_context=SERVER, metric_context=metric)
    assert (data["condition_evaluated"], data["triggered"], data["reason"]) == (True, True, None)


def test_the_evidence_is_what_the_evaluator_saw(call: Caller) -> None:
    data = call.data(
        "cep.simulate", rule_id="r-cpu", ci_context=SERVER, metric_context={"value": 5}
    )
    assert data["triggered"] is False
    assert data["evidence"] == {
        "variables": [
            {"name": "metric.value", "value": 5, "given": True},
            {"name": "ci.status", "value": "active", "given": True},
        ],
        "extracted_value": 5,
    }


def test_a_metric_that_is_not_given_is_looked_up_as_the_trigger_says(call: Caller) -> None:
    data = call.data("cep.simulate", rule_id="high cpu", ci_context=SERVER)
    assert data["test_payload"]["metric"]["value"] == 74
    assert data["test_payload_meta"]["sources"] == {"ci": "ci_context", "metric": "estate"}
    assert data["triggered"] is True


def test_a_history_that_is_not_given_is_looked_up_as_the_trigger_says(call: Caller) -> None:
    data = call.data("cep.simulate", rule_id="r-burst", ci_context=SERVER)
    assert data["test_payload"]["history"]["count"] == 2
    assert data["triggered"] is True


def test_a_history_context_keeps_its_total_and_three_records(call: Caller) -> None:
    history = {"source": "event_log", "total": 9, "rows": [{"severity": 5}] * 9}
    data = call.data("cep.simulate", rule_id="r-burst", history_context=history)
    used = data["test_payload"]["history"]
    assert (used["count"], len(used["recent"])) == (9, 3)


def test_a_test_payload_takes_the_place_of_a_context(call: Caller) -> None:
    data = call.data(
        "cep.simulate",
        rule_id="r-cpu",
        ci_context=SERVER,
        metric_context={"value": 1},
        test_payload={"metric": {"value": 99}},
    )
    assert data["evidence"]["extracted_value"] == 99


@pytest.mark.parametrize(
    ("rule_id", "params", "reason"),
    [
        ("r-cpu", {}, "what is not given: ci, metric"),
        ("r-broken", {"ci_context": SERVER}, "Failed to parse"),
        ("r-key", {"ci_context": SERVER}, "a key that is not given: 'colour'"),
        ("r-number", {"metric_context": {"value": 5}}, "must be true or false, not 5"),
        (
            "r-cpu",
            {"ci_context": SERVER, "metric_context": {"value": None}},
            "metric.value is nothing",
        ),
    ],
)
def test_a_condition_that_cannot_be_evaluated_says_why_and_does_not_trigger(
    call: Caller, rule_id: str, params: Json, reason: str
) -> None:
    result = call("cep.simulate", rule_id=rule_id, **params)
    assert result.success
    assert (result.data["condition_evaluated"], result.data["triggered"]) == (False, False)
    assert reason in result.data["reason"]
    assert any(reason in warning for warning in result.warnings)


def test_a_condition_of_more_than_4_kb_is_not_evaluated() -> None:
    evaluation = evaluate("true || " * 600 + "true", {})
    assert evaluation.is_triggered is None
    assert "allowed: 4096" in (evaluation.reason or "")


def test_a_panic_of_the_evaluator_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(*_: object) -> bool:
        raise PanicException

    monkeypatch.setattr("cel.evaluate", panic)
    assert evaluate("true", {}).reason == "PanicException: "


def test_an_interruption_is_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("cel.evaluate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        evaluate("true", {})


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("ci['tags'].role == 'metric.value'", ["ci.tags.role"]),
        ("ci.status.matches('a.*') && ci.status != ''", ["ci.status"]),
        ("history.recent.exists(e, e.ci.x == 1)", ["history.recent"]),
    ],
)
def test_only_what_a_condition_really_reads_is_evidence(condition: str, names: list[str]) -> None:
    payload: Json = {"ci": {"status": "a", "tags": {"role": "r"}}, "history": {"recent": []}}
    variables = evaluate(condition, payload).variables
    assert [variable.name for variable in variables] == names


def test_an_inactive_rule_can_be_tried_with_a_warning(call: Caller) -> None:
    result = call("cep.simulate", rule_id="r-burst", ci_context=SERVER)
    assert result.warnings == ["rule r-burst is not active"]


def test_secrets_are_masked_in_payload_and_action(call: Caller) -> None:
    item = call.data("ci.get", ci_id="id-app-web")["rows"][0]
    data = call.data("cep.simulate", rule_id="r-cpu", ci_context=item)
    assert data["test_payload"]["ci"]["tags"] == {"role": "front", "api_key": "***"}
    assert data["action"] == {"endpoint": "https://example.org", "token": "***"}


def test_long_texts_are_cut_and_told(call: Caller) -> None:
    data = call.data("cep.simulate", rule_id="r-cpu", ci_context={**SERVER, "owner": "x" * 999})
    assert len(data["test_payload"]["ci"]["owner"]) == 200
    assert data["test_payload_meta"]["truncated"] is True
    assert data["test_payload_meta"]["cuts"] == ["ci.owner cut to 200 characters"]


def test_a_large_payload_loses_its_attributes_before_its_tags(call: Caller) -> None:
    large = {**SERVER, "tags": {"a": 1}, "attributes": {str(key): "x" * 150 for key in range(150)}}
    meta = call.data("cep.simulate", rule_id="r-cpu", ci_context=large)["test_payload_meta"]
    assert meta["cuts"] == ["ci.attributes dropped"]
    assert meta["size_bytes"] <= 16_384


def test_a_payload_that_stays_too_large_is_refused(call: Caller) -> None:
    large = {"ci": {str(key): "x" * 150 for key in range(150)}}
    result = call("cep.simulate", rule_id="r-cpu", test_payload=large)
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert "allowed: 16384" in result.error


def test_a_rule_with_a_wrong_trigger_is_refused(call: Caller) -> None:
    result = call("cep.simulate", rule_id="r-trigger", ci_context=SERVER)
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert "rule r-trigger: trigger_spec.agg: input should be" in result.error


def test_an_unknown_rule_is_not_found_and_the_rules_are_listed(call: Caller) -> None:
    result = call("cep.simulate", rule_id="nope")
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert "r-cpu" in result.error_details["suggestions"]


def test_a_rule_of_another_tenant_is_not_found(other_tenant: Caller) -> None:
    result = other_tenant("cep.simulate", rule_id="r-cpu")
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert result.error_details["suggestions"] == []


def test_rules_are_listed(call: Caller) -> None:
    result = call("cep.list_rules", keywords=["history"])
    assert [row["rule_id"] for row in result.data["rows"]] == ["r-burst"]


def test_a_simulation_refers_to_its_rule_and_its_item(call: Caller) -> None:
    result = call("cep.simulate", rule_id="r-cpu", ci_context=SERVER)
    assert [reference["id"] for reference in result.references] == ["cep_rule:r-cpu", "ci:srv-01"]


def test_a_metric_that_nothing_names_is_not_looked_up(call: Caller) -> None:
    data = call.data("cep.simulate", rule_id="r-number", ci_context=SERVER)
    assert data["reason"] == "the condition reads what is not given: metric"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"ci_code": "nope"}, ToolErrorCode.DATA_NOT_FOUND),
        ({"ci_id": "nope"}, ToolErrorCode.DATA_NOT_FOUND),
        ({"ci_id": "id-srv-01", "ci_code": "nope"}, ToolErrorCode.DATA_NOT_FOUND),
        ({"ci_id": "id-srv-01", "ci_code": "db-01"}, ToolErrorCode.INVALID_PARAMS),
    ],
)
def test_an_item_that_the_estate_does_not_know_is_refused(
    call: Caller, item: Json, code: ToolErrorCode
) -> None:
    result = call("cep.simulate", rule_id="r-cpu", ci_context=item, metric_context={"value": 95})
    assert result.error_code is code
