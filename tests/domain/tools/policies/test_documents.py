from typing import Any

import pytest
from msgspec.structs import replace

from domain.tools.policies.documents import InvalidPolicies, checked_document
from domain.tools.policies.policy import PolicyDocument
from domain.tools.registry import ToolRegistry
from domain.values.effect import Effect
from tests.domain.tools.fake_tools import FakeTool, answers, operation, registry_of

READ = operation("search", answers([]))
CHANGE = replace(operation("change", answers([])), effect=Effect.EFFECT)


def tools() -> ToolRegistry:
    return registry_of(
        FakeTool("ci", READ),
        FakeTool("cmdb", READ),
        FakeTool("sql", operation("query", answers([]))),
        FakeTool("desk", READ, CHANGE),
    )


def problems(entries: dict[str, Any], **timeouts: int) -> list[tuple[str, str]]:
    with pytest.raises(InvalidPolicies) as refused:
        checked_document({"tools": entries, "timeouts": timeouts}, tools())
    return refused.value.problems


def test_a_document_without_contradictions_is_taken() -> None:
    given = {
        "timeouts": {"run_ms": 1000, "plan_ms": 500, "execute_ms": 500},
        "tools": {
            "*": {"max_retries": 1, "approval": "required", "cache_ttl_seconds": 60},
            "ci": {"fallback": "cmdb", "timeout_ms": 50},
            "desk.change": {"approval": "on_repeat"},
        },
    }
    assert checked_document(given, tools()) == PolicyDocument.model_validate(given)


@pytest.mark.parametrize(
    ("entry", "at", "said"),
    [
        (
            {"timeout_ms": 200, "retry_backoff_ms": 300},
            "tools.ci.retry_backoff_ms",
            "retry_backoff_ms 300 (ci) is more than timeout_ms 200 (ci); allowed: retry_backoff_ms"
            " of at most 200",
        ),
        (
            {"retry_backoff_ms": 6000},
            "tools.ci.retry_backoff_ms",
            "retry_backoff_ms 6000 (ci) is more than retry_max_backoff_ms 5000 (built-in);"
            " allowed: retry_backoff_ms of at most 5000",
        ),
        (
            {"retry_max_backoff_ms": 50},
            "tools.ci.retry_max_backoff_ms",
            "retry_backoff_ms 100 (built-in) is more than retry_max_backoff_ms 50 (ci); allowed:"
            " retry_backoff_ms of at most 50",
        ),
        (
            {"rate_limit_per_second": 9, "rate_limit_per_minute": 8},
            "tools.ci.rate_limit_per_second",
            "rate_limit_per_second 9 (ci) is more than rate_limit_per_minute 8 (ci); allowed:"
            " rate_limit_per_second of at most 8",
        ),
        (
            {"fallback": "ci"},
            "tools.ci.fallback",
            "ci -> ci comes back; allowed: a tool that does not",
        ),
        (
            {"fallback": "cmbd"},
            "tools.ci.fallback",
            "there is no tool 'cmbd'; did you mean cmdb?",
        ),
        (
            {"fallback": "sql"},
            "tools.ci.fallback",
            "'sql' has no operation 'search'; allowed: a tool that has it, or a policy of"
            " ci.OPERATION",
        ),
        (
            {"approval": "required"},
            "tools.ci.approval",
            "'required' is not possible: it only reads; allowed: never",
        ),
        (
            {"max_retries": 11},
            "tools.ci.max_retries",
            "input should be less than or equal to 10, got 11",
        ),
        (
            {"breaker_threshold": True},
            "tools.ci.breaker_threshold",
            "input should be a number, got True",
        ),
        ({"timeout_ms": True}, "tools.ci.timeout_ms", "input should be a number, got True"),
        (
            {"time_out": 1},
            "tools.ci.time_out",
            "extra inputs are not permitted, got 1",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(entry: dict[str, Any], at: str, said: str) -> None:
    assert problems({"ci": entry}) == [(at, said)]


def test_fallbacks_in_a_ring_are_refused() -> None:
    found = problems({"ci": {"fallback": "cmdb"}, "cmdb.search": {"fallback": "ci"}})
    assert found[0] == (
        "tools.ci.fallback",
        "ci -> cmdb -> ci comes back; allowed: a tool that does not",
    )
    assert [at for at, _ in found] == ["tools.ci.fallback", "tools.cmdb.search.fallback"]


def test_an_effect_has_no_cache() -> None:
    assert problems({"desk.change": {"cache_ttl_seconds": 60}}) == [
        (
            "tools.desk.change.cache_ttl_seconds",
            "60 is not possible: it does not only read; allowed: null",
        )
    ]


def test_retries_of_an_effect_are_refused_that_would_not_be_made() -> None:
    assert problems({"desk.change": {"max_retries": 2}}) == [
        (
            "tools.desk.change.max_retries",
            "2 is not possible: an effect is not repeated; allowed: 0",
        )
    ]
    checked_document({"tools": {"desk": {"max_retries": 2}}}, tools())


@pytest.mark.parametrize(
    ("key", "near"),
    [("cii", "ci"), ("ci.serch", "ci.search")],
)
def test_names_that_are_not_there_are_refused_with_the_close_ones(key: str, near: str) -> None:
    said = f"there is no tool or operation {key!r}; did you mean {near}?"
    assert problems({key: {"max_retries": 1}}) == [(f"tools.{key}", said)]


def test_phases_that_take_longer_than_the_run_are_refused() -> None:
    assert problems({}, plan_ms=500, execute_ms=400, compose_ms=200, run_ms=1000) == [
        (
            "timeouts",
            "compose_ms + execute_ms + plan_ms is 1100, more than run_ms; allowed: at most 1000",
        )
    ]


def test_a_contradiction_of_two_entries_is_found_where_they_meet() -> None:
    found = problems({"*": {"retry_backoff_ms": 900}, "sql": {"timeout_ms": 800}})
    assert found == [
        (
            "tools.*.retry_backoff_ms",
            "retry_backoff_ms 900 (*) is more than timeout_ms 800 (sql); allowed:"
            " retry_backoff_ms of at most 800",
        )
    ]


def test_an_effect_does_not_stand_in_for_another_tool() -> None:
    known = registry_of(
        FakeTool("desk", CHANGE), FakeTool("host", operation("change", answers([])))
    )
    with pytest.raises(InvalidPolicies) as refused:
        checked_document({"tools": {"host.change": {"fallback": "desk"}}}, known)
    why = "desk.change has an effect; only a plan may ask for one"
    assert refused.value.problems == [("tools.host.change.fallback", why)]
