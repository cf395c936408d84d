"""Kinds of runs, said once for whichever version makes them."""

from typing import Final

from bench.same_events.deeds import DEEDS
from bench.same_events.kind import (
    COMPLETED,
    DEGRADED,
    DEPENDENT,
    DIRECT,
    DOWN,
    EMPTY,
    FAILED,
    FIVE,
    FOUND,
    LARGE,
    LOOKUP,
    METRIC,
    PARTIAL,
    PLAN_OUTPUT,
    REJECT,
    UNRESOLVED,
    VALUE,
    WHOLE,
    Kind,
    asked,
    asked_of_demo,
    planned,
    search,
    start,
)

KINDS: Final[list[Kind]] = [
    planned("lookup", COMPLETED, LOOKUP),
    planned("metric", COMPLETED, METRIC),
    planned("every-part", "simulate", WHOLE),
    planned("five-at-once", "s5:primary", FIVE),
    planned("list", "list_preview", {"intent": "LIST", "list": {"enabled": True, "limit": 99}}),
    planned(
        "groups", "aggregate", {"intent": "AGGREGATE", "aggregate": {"group_by": ["ci_type"]}}
    ),
    planned(
        "groups-of-records",
        "all_time",
        {"intent": "AGGREGATE", "aggregate": {"group_by": ["severity"], "scope": "event"}},
    ),
    planned(
        "ranking",
        "aggregate_by_ci",
        {**METRIC, "primary": {}, "intent": "AGGREGATE", "aggregate": {"scope": "metric"}},
    ),
    planned(
        "series",
        "series",
        {**LOOKUP, "metric": {"metric_name": "cpu", "mode": "series", "time_range": "last_7d"}},
    ),
    planned(
        "path", "target_id", {**LOOKUP, "secondary": {"keywords": ["app-1"]}, "intent": "PATH"}
    ),
    planned("documents", "Runbook", {"intent": "DOCUMENT", "document": {"query": "disk"}}),
    planned("dependencies", "depends_on", DEPENDENT),
    planned(
        "later-first",
        COMPLETED,
        FIVE,
        start(
            script={
                "ci.search k0": {"gives": FOUND, "sleeps": 0.3},
                "ci.search k3": {"gives": FOUND, "sleeps": 0.15},
            },
        ),
    ),
    planned("partial", PARTIAL, METRIC, start(script={"metric.aggregate": DOWN})),
    planned("partial-of-five", PARTIAL, FIVE, start(script={"ci.search k2": DOWN})),
    planned("all-fail", "UPSTREAM_UNAVAILABLE", METRIC, start(script={"ci.resolve": DOWN})),
    planned(
        "tool-breaks",
        "INTERNAL_ERROR",
        LOOKUP,
        start(script={"ci.resolve": {"raises": "bug \u2713"}}),
    ),
    planned(
        "ambiguous",
        "AMBIGUOUS_CI",
        LOOKUP,
        start(script={"ci.resolve": {"fails": "AMBIGUOUS_CI", "message": "srv-1 or srv-10?"}}),
    ),
    planned(
        "degraded", DEGRADED, METRIC, start(script={"metric.aggregate": DOWN, "falls_back": True})
    ),
    planned(
        "fallback-fails",
        "archive",
        METRIC,
        start(script={"metric.aggregate": DOWN, "archive.aggregate": DOWN, "falls_back": True}),
    ),
    planned("unresolved", "tool-call-skipped", UNRESOLVED),
    planned(
        "dependency-fails",
        "tool-call-skipped",
        DEPENDENT,
        start(script={'ci.search "a"': DOWN}),
    ),
    planned(
        "call-timeout",
        "TOOL_TIMEOUT",
        METRIC,
        start("--timeout-ms", "50", script={"metric.aggregate": {"gives": VALUE, "sleeps": 30}}),
    ),
    planned(
        "plan-timeout",
        "EXECUTE_TIMEOUT",
        {**FIVE, "budget": {"timeout_seconds": 0.3}},
        start(script={"ci.search k1": {"gives": FOUND, "sleeps": 30}}),
    ),
    planned("empty", COMPLETED, FIVE, start(script={"ci.search": EMPTY})),
    planned("large", "payload", LOOKUP, start(script={"ci.resolve": LARGE})),
    planned("clamped", "primary_limit", {"primary": {**search("a")["primary"], "limit": 99}}),
    planned("branches", "PLAN_INVALID", {**LOOKUP, "mode_hint": "none"}),
    planned(
        "cycle",
        "cycle",
        {
            **DEPENDENT,
            "tool_dependencies": [
                {"tool_id": "s1:primary", "depends_on": ["s3:primary"]},
                {"tool_id": "s3:primary", "depends_on": ["s1:primary"]},
            ],
        },
    ),
    planned(
        "wrong-time", "time_range", {**LOOKUP, "history": {"enabled": True, "time_range": "x"}}
    ),
    planned("nothing-asked", "asks for nothing", {}),
    planned("plan-output", '\\"confidence\\":0.7', PLAN_OUTPUT),
    asked("direct", COMPLETED, DIRECT),
    asked("rejected", "run-rejected", REJECT),
    asked("planned", "scripted", PLAN_OUTPUT),
    asked("not-understood", FAILED, {"not_understood": "It is no question"}),
    asked("planner-breaks", FAILED, {"raises": "no model"}),
    asked("interrupted-planning", "run-cancelled", {"interrupts": 2}),
    planned(
        "interrupted",
        "run-cancelled",
        METRIC,
        start(script={"metric.aggregate": {"interrupts": 2}}),
    ),
    asked_of_demo(
        "asked-of-demo",
        "QUESTION_NOT_UNDERSTOOD",
        "What is affected if srv-erp-01 fails?",
        "How are app-erp-order-01-1 and storage-erp connected?",
        "Which five servers have the highest CPU usage?",
        "Which active servers have a CPU usage of 80 % or more?",
        "What is the average memory usage of all servers?",
        "How many servers have failed work?",
        "Which kind of maintenance has the highest success rate?",
        "How many events happened in the last 24 hours?",
        "Which CIs have most security alerts and their states?",
        "When did srv-erp-01 fail?",
        "How many servers and databases are there?",
        "How many distinct names of configuration items are there?",
        "What state is server 01 in?",
        "What is your name?",
        "What breaks srv-erp-01?",
        "How many servers are on the moon?",
    ),
    *DEEDS,
]
