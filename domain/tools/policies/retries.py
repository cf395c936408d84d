"""Which calls are repeated that failed for their tool, and after how long."""

from random import Random
from typing import Final

from domain.json import as_count
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.policies.policy import ToolPolicy
from domain.values.effect import Effect

_C = ToolErrorCode
FALLS_BACK: Final = frozenset(
    {_C.TOOL_TIMEOUT, _C.UPSTREAM_UNAVAILABLE, _C.RATE_LIMITED, _C.CIRCUIT_OPEN, _C.INTERNAL_ERROR}
)
"""Failures of a tool, not of the question: another tool may do better."""

_PASSES: Final = frozenset({_C.UPSTREAM_UNAVAILABLE, _C.RATE_LIMITED, _C.CIRCUIT_OPEN})
"""Failures that may be over soon. What broke, or took its whole time, would only do so again."""


def retry_after_ms(
    policy: ToolPolicy, effect: Effect, result: ToolResult, *, retry_count: int, chance: Random
) -> int | None:
    """Return how long to wait before the call is made again; None: it is not.

    It doubles from one repetition to the next, with a chance part of one first wait, as stamina
    has it (`min(wait_max, wait_initial * 2 ** n + uniform(0, wait_jitter))`). What the failure
    says of when to come again counts, too; later than the longest wait is too late.
    """
    details = result.error_details or {}
    if result.success or result.error_code not in _PASSES or details.get("is_own_limit"):
        return None
    if effect is Effect.EFFECT or retry_count >= policy.max_retries:
        return None
    usual = policy.retry_backoff_ms * 2**retry_count + chance.uniform(0, policy.retry_backoff_ms)
    asked, longest = as_count(details.get("retry_after_ms")), policy.retry_max_backoff_ms
    return None if asked > longest else round(max(asked, min(longest, usual)))
