from typing import Any

import pytest

from domain.tools.policies.policy import Approval, Policies, PolicyDocument
from domain.values.effect import Effect


def policies(**entries: dict[str, Any]) -> Policies:
    named = {key.replace("__", "."): value for key, value in entries.items()}
    named["*"] = named.pop("every", {})
    return Policies(PolicyDocument.model_validate({"tools": named}))


@pytest.mark.parametrize(
    ("tool_type", "expected"),
    [
        ("ci", (None, 2, None, None, None, 300)),
        ("sql", (60_000, 1, 120, 20, 5000, None)),
        ("http", (30_000, 2, 50, 10, None, None)),
        ("prometheus", (30_000, 2, 120, 10, None, None)),
        ("another", (None, 2, None, None, None, None)),
    ],
)
def test_what_is_built_in_goes_by_the_type_of_the_tool(
    tool_type: str, expected: tuple[object, ...]
) -> None:
    of = Policies().of("any", tool_type, "search", Effect.READ)
    assert expected == (
        *(of.timeout_ms, of.max_retries, of.rate_limit_per_minute),
        *(of.max_concurrent_calls, of.max_rows, of.cache_ttl_seconds),
    )


def test_the_later_entry_wins_field_by_field() -> None:
    found = policies(
        every={"max_retries": 5, "timeout_ms": 100, "max_rows": 1},
        ci={"max_retries": 4, "timeout_ms": None},
        ci__search={"max_retries": 3},
    ).explained("ci", "ci", "search", Effect.READ)
    assert (found["max_retries"], found["timeout_ms"], found["max_rows"]) == (
        (3, "ci.search"),
        (None, "ci"),
        (1, "*"),
    )
    assert found["breaker_threshold"] == (5, "built-in")


def test_an_entry_of_another_operation_changes_nothing() -> None:
    found = policies(ci__get={"max_retries": 0}, cmdb={"max_rows": 1})
    assert found.of("ci", "ci", "search", Effect.READ) == Policies().of(
        "ci", "ci", "search", Effect.READ
    )


def test_an_effect_is_repeated_only_where_its_own_entry_says_so() -> None:
    every = policies(every={"max_retries": 5, "cache_ttl_seconds": 9})
    of = every.of("desk", "desk", "change", Effect.EFFECT)
    assert (of.max_retries, of.cache_ttl_seconds) == (0, None)
    own = policies(every={"max_retries": 5}, desk__change={"max_retries": 2})
    assert own.of("desk", "desk", "change", Effect.EFFECT).max_retries == 2


def test_an_approval_of_every_tool_is_not_one_of_reads() -> None:
    every = policies(every={"approval": "required"})
    assert every.of("ci", "ci", "get", Effect.READ).approval is Approval.NEVER
    assert every.of("ci", "ci", "set", Effect.EFFECT).approval is Approval.REQUIRED
