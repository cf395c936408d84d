"""What is said alike of every estate."""

from collections.abc import Mapping
from typing import Final

from bench.generated_questions.vocabulary import Field

PLACED: Final = (
    Field("c.type", "type", kinds=("item",), adjective="{v}", after="of type {v}",
          predicate="of type {v}", ask="what type is {x}|type of {x}"),
)  # fmt: skip
"""Fields that items of every estate have."""


def value_of(
    sql: str, name: str, after: str, *,
    amount: str = "", who: str = "", said: Mapping[str, str] | None = None,
) -> Field:  # fmt: skip
    """Return a field of records that stands behind them."""
    return Field(sql, name, after=after, amount=amount, who=who, said=said or {})


def result() -> Field:
    """Return how work or maintenance went."""
    said = {"success": "successful", "failed": "failed", "degraded": "degraded"}
    after = "that were {v}|which were {v}|with result {v}"
    return Field("h.result", "result|outcome", adjective="{v}", after=after, said=said)


def severity() -> Field:
    """Return how bad an event was."""
    return Field(
        "h.sev", "severity", adjective="severity {v}|sev {v}|severity-{v}",
        after="of severity {v}|with severity {v}", amount="severity {how} {v}",
    )  # fmt: skip
