"""How large answers may be, and which failures are repeated."""

import json
from random import Random
from typing import Any

import pytest

from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.policies.policy import ToolPolicy
from domain.tools.policies.retries import retry_after_ms
from domain.tools.policies.sizes import within_sizes
from domain.values.effect import Effect

_C = ToolErrorCode
ROWS = ToolResult(success=True, data={"rows": [{"n": n} for n in range(100)], "total": 900})


def failed(code: ToolErrorCode, **details: Any) -> ToolResult:  # noqa: ANN401 - JSON
    return ToolResult(success=False, error="no", error_code=code, error_details=details)


def after(
    result: ToolResult,
    *,
    effect: Effect = Effect.READ,
    retry_count: int = 0,
    **policy: Any,  # noqa: ANN401 - fields of a policy
) -> int | None:
    return retry_after_ms(
        ToolPolicy(**policy), effect, result, retry_count=retry_count, chance=Random(1)
    )


def cut(result: ToolResult = ROWS, **policy: Any) -> ToolResult:  # noqa: ANN401 - of a policy
    return within_sizes("sql.select", result, ToolPolicy(**policy))


def test_the_wait_doubles_and_has_an_end() -> None:
    down = failed(_C.UPSTREAM_UNAVAILABLE)
    longest = {"max_retries": 9, "retry_max_backoff_ms": 500}
    waits = [after(down, retry_count=count, **longest) or 0 for count in range(5)]  # type: ignore[arg-type]  # of a policy
    bounds = [(100, 200), (200, 300), (400, 500), (500, 500), (500, 500)]
    assert all(low <= wait <= high for wait, (low, high) in zip(waits, bounds, strict=True))


@pytest.mark.parametrize("effect", [Effect.READ, Effect.IDEMPOTENT])
def test_what_may_happen_twice_is_repeated_so_often(effect: Effect) -> None:
    down = failed(_C.UPSTREAM_UNAVAILABLE)
    made = [after(down, effect=effect, retry_count=count, max_retries=2) for count in range(3)]
    assert [each is not None for each in made] == [True, True, False]


def test_an_effect_is_never_repeated() -> None:
    assert after(failed(_C.UPSTREAM_UNAVAILABLE), effect=Effect.EFFECT, max_retries=9) is None


@pytest.mark.parametrize(
    "code", sorted(set(_C) - {_C.UPSTREAM_UNAVAILABLE, _C.RATE_LIMITED, _C.CIRCUIT_OPEN})
)
def test_what_would_fail_again_is_not_repeated(code: ToolErrorCode) -> None:
    assert after(failed(code)) is None


def test_what_a_failure_says_of_when_to_come_again_counts() -> None:
    assert after(failed(_C.RATE_LIMITED, retry_after_ms=4000)) == 4000
    assert after(failed(_C.CIRCUIT_OPEN, retry_after_ms=60_000)) is None


def test_who_had_no_turn_here_has_waited_long_enough() -> None:
    assert after(failed(_C.RATE_LIMITED, is_own_limit=True)) is None


def test_rows_are_cut_off_and_told_of() -> None:
    kept = cut(max_rows=3)
    assert kept.data == {"rows": [{"n": 0}, {"n": 1}, {"n": 2}], "total": 900, "truncated": True}
    assert kept.warnings == [
        "only the first 3 of 100 rows are kept (max_rows of the tool's policy)"
    ]
    assert len(ROWS.data["rows"]) == 100  # type: ignore[index, call-overload, arg-type]  # it is there


def test_bytes_are_cut_off_by_whole_rows() -> None:
    kept = cut(max_bytes=200)
    assert isinstance(kept.data, dict)
    assert 190 <= len(json.dumps(kept.data, separators=(",", ":"))) <= 200
    assert kept.warnings == [
        "only the first 18 of 100 rows are kept (max_bytes of the tool's policy)"
    ]


@pytest.mark.parametrize(
    ("data", "limit", "said"),
    [
        ("x" * 300, {"max_bytes": 200}, "has 302 bytes, and at most 200 are taken (max_bytes"),
        ({"rows": ["x" * 300]}, {"max_bytes": 200}, "has 313 bytes"),
        ([[[[1]]]], {"max_depth": 2}, "is nested deeper than 2 levels (max_depth"),
    ],
)
def test_what_cannot_be_cut_fails_and_says_what_to_ask_for(
    data: Any,  # noqa: ANN401 - JSON
    limit: dict[str, int],
    said: str,
) -> None:
    refused = cut(ToolResult(success=True, data=data), **limit)
    assert refused.error_code == "MAX_ROWS_EXCEEDED"
    assert said in str(refused.error)
    assert str(refused.error).endswith("a shorter time range, a filter, a smaller limit")
