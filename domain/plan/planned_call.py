"""One planned tool call, and how data flows between the calls of one plan or step."""

from dataclasses import dataclass, field

from domain.json import JsonMap


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One tool call of a plan.

    `params` are known beforehand; `output_mapping` fills further ones from the results of the
    calls in `depends_on`. A call that only finds the item which others look at `is_answer` of
    nothing.
    """

    call_id: str
    tool: str
    operation: str
    params: JsonMap
    depends_on: tuple[str, ...] = ()
    output_mapping: dict[str, str] = field(default_factory=dict)
    is_answer: bool = True


@dataclass(frozen=True, slots=True)
class DataFlow:
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
