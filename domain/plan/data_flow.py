"""Where the calls of a plan or step take the items from that they look at."""

from msgspec import Struct

from domain.plan.plan import Plan, PlanStep

Parts = Plan | PlanStep


class DataFlow(Struct, frozen=True):
    """Which calls of the same plan or step are made, and how their results are named."""

    prefix: str
    chosen: frozenset[str]

    def name(self, call: str) -> str:
        """Return the id of a call of this plan or step."""
        return f"{self.prefix}{call}"

    def source_of_cis(self, scope: str) -> str | None:
        """Return the call whose configuration items the others look at, if there is one."""
        if scope == "graph" and "graph" in self.chosen:
            return "graph"
        return next((name for name in ("primary", "list") if name in self.chosen), None)

    def mapping(self, scope: str, param: str, *, is_list: bool) -> dict[str, str]:
        """Return the inferred mapping of a parameter that takes items; empty without a source."""
        source = self.source_of_cis(scope)
        if source is None:
            return {}
        if source == "graph":
            return {param: f"{{{self.name('graph')}.ids}}"}
        row = "rows[*]" if is_list else "rows[0]"
        return {param: f"{{{self.name(source)}.{row}.ci_id}}"}


def looks_by_filters(parts: Parts) -> bool:
    """Return whether metrics and groups are of all items that the primary filters choose.

    Their tools filter by themselves: no page of the items is found first and handed on by id.
    """
    metric = parts.metric
    if metric is None or parts.primary.keywords or parts.list.enabled:
        return False
    return bool(parts.primary.filters) and (
        metric.mode == "aggregate" or parts.aggregate.scope == "metric"
    )
