from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.plan.plan import Plan
from domain.stages.faults import StageFault
from domain.stages.obedience import remarks_of
from domain.stages.validation import validate_plan
from domain.tools.capabilities import Availability
from domain.tools.capability_registry import CapabilityRegistry, UnknownOperation
from domain.tools.contracts import Operation, ToolResult
from domain.tools.policies.policy import Policies, PolicyDocument
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from tests.domain.tools.fake_tools import (
    NOON,
    FakeTool,
    Number,
    answers,
    operation,
    registry_of,
)


def available(name: str, **terms: object) -> Operation[Number]:
    return replace(
        operation(name, answers([])),
        params=Number,
        availability=Availability(**terms),  # type: ignore[arg-type]  # a test gives them by name
    )


def tools(*operations: Operation[Number]) -> ToolRegistry:
    return registry_of(FakeTool("ci", available("get"), *operations))


def test_the_capabilities_of_the_built_in_tools_stand_for_their_operations() -> None:
    found = CapabilityRegistry(
        registry_of(
            FakeTool("ci", available("get"), available("aggregate")),
            FakeTool("graph", available("expand")),
            FakeTool("metric", available("aggregate")),
            FakeTool("history", available("event_log")),
            FakeTool("document", available("search")),
        )
    ).get_capabilities()
    assert found == {
        "ci_lookup": "ci.get",
        "ci_aggregate": "ci.aggregate",
        "ci_graph": "graph.expand",
        "metric": "metric.aggregate",
        "event_log": "history.event_log",
        "document_search": "document.search",
    }


def test_a_capability_that_nothing_can_do_is_not_told() -> None:
    assert CapabilityRegistry(tools()).get_capabilities() == {"ci_lookup": "ci.get"}


def test_a_tool_is_registered_under_a_further_capability() -> None:
    registry = CapabilityRegistry(tools(available("find")))
    registry.register_tool("ci_find", "ci.find")
    assert registry.get_capabilities()["ci_find"] == "ci.find"


def test_a_capability_stands_for_one_operation_that_is_there() -> None:
    registry = CapabilityRegistry(tools())
    with pytest.raises(ValueError, match=r"'ci_lookup' stands for ci.get already"):
        registry.register_tool("ci_lookup", "ci.get")
    with pytest.raises(UnknownOperation, match="ci has no operation 'find'; operations: get"):
        registry.register_tool("ci_find", "ci.find")


def test_an_operation_of_other_tenants_cannot_be_called() -> None:
    found = tools(available("audit", supported_tenants=frozenset({"acme"})))
    mine, theirs = CapabilityRegistry(found, "acme"), CapabilityRegistry(found, "other")
    assert (mine.can_execute("ci", "audit"), theirs.can_execute("ci", "audit")) == (True, False)
    assert theirs.list_tools() == ["ci.get"]
    assert theirs.why_not("ci", "audit") == "ci.audit is not for this tenant"


def test_what_an_operation_depends_on_must_be_there() -> None:
    registry = CapabilityRegistry(tools(available("audit", depends_on=("ci.get", "dns.get"))))
    assert registry.why_not("ci", "audit") == (
        "ci.audit needs dns.get: tool 'dns' is not installed; tools: ci"
    )


def test_operations_that_need_each_other_are_refused() -> None:
    registry = CapabilityRegistry(
        tools(available("a", depends_on=("ci.b",)), available("b", depends_on=("ci.a",)))
    )
    why = registry.why_not("ci", "a")
    assert why == "ci.a needs ci.b: ci.a needs ci.b needs ci.a, which comes back"


def test_parameters_are_checked_by_the_model_of_the_operation() -> None:
    registry = CapabilityRegistry(tools())
    assert registry.validate_params("ci", "get", {"number": 2}) == []
    (problem,) = registry.validate_params("ci", "get", {"number": "many"})
    assert problem[0] == "number"


def test_the_policy_of_an_operation_is_that_of_the_tenant() -> None:
    policies = Policies(PolicyDocument.model_validate({"tools": {"ci.get": {"max_rows": 7}}}))
    registry = CapabilityRegistry(tools(), "acme", policies)
    assert registry.get_tool_policy("ci", "get").max_rows == 7
    assert registry.explain_policy("ci", "get")["max_rows"] == (7, "ci.get")


def test_a_rate_limit_is_checked_by_the_calls_of_the_last_minute() -> None:
    now = [NOON]
    tracer = ExecutionTracer(now=lambda: now[0])
    limits = Policies(
        PolicyDocument.model_validate({"tools": {"ci": {"rate_limit_per_minute": 3}}})
    )
    registry = CapabilityRegistry(tools(), "acme", limits, tracer)
    tracer.start_trace("ci", "get", {})
    tracer.start_trace("metric", "series", {})
    now[0] += timedelta(seconds=30)
    tracer.start_trace("ci", "get", {})
    assert registry.check_rate_limit("ci", "get") == 1
    now[0] += timedelta(seconds=30)
    assert registry.check_rate_limit("ci", "get") == 2
    assert CapabilityRegistry(tools(), "acme", None, tracer).check_rate_limit("ci", "get") is None


def test_how_a_call_ended_is_logged() -> None:
    tracer = ExecutionTracer(now=lambda: NOON)
    registry = CapabilityRegistry(tools(), tracer=tracer)
    for success in (True, False):
        trace_id = tracer.start_trace("ci", "get", {})
        registry.log_execution(trace_id, ToolResult(success, {"rows": [1, 2]}), size=12)
    stats = tracer.get_performance_stats()["ci/get"]
    assert (stats["count"], stats["error"]) == (2, 1)


PLAN = Plan.model_validate({"calls": [{"call_id": "own", "tool": "ci", "operation": "audit"}]})


def test_a_plan_is_refused_that_calls_what_is_not_for_its_tenant() -> None:
    found = tools(available("audit", supported_tenants=frozenset({"acme"})))
    validate_plan(PLAN, tools=found, now=NOON, tenant_id="acme")
    with pytest.raises(StageFault, match=r"own: ci.audit is not for this tenant"):
        validate_plan(PLAN, tools=found, now=NOON, tenant_id="other")


def test_a_plan_that_calls_a_deprecated_operation_is_told() -> None:
    found = tools(available("audit", deprecated="use ci.get"))
    decisions = validate_plan(PLAN, tools=found, now=NOON).decisions
    assert [(each.rule, each.field, each.effective) for each in decisions] == [
        ("deprecated", "own", "ci.audit")
    ]
    told = remarks_of(decisions, is_handed_in=False).notes
    assert told == ["own calls ci.audit, which is deprecated: use ci.get"]
