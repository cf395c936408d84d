"""The tool of queries: what is asked of sets of records, whatever they are."""

from pydantic import Field

from adapters.tools.operation import EstateTool, operation
from domain.query.model import Ask, Claim, Want
from domain.query.sets import Set
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult


class SelectParams(ToolParams):
    """One thing that is asked of sets of records; all wants but those of the graph and causes."""

    want: Want = Field(description="What is asked: `do` says which.")
    of: tuple[Set, ...] = Field(min_length=1, max_length=10, description="Of which records.")
    claim: Claim | None = Field(None, description="What is claimed of it.")


class QueryTool(EstateTool):
    """Answers what is asked of sets of records."""

    TYPE = CommonToolTypes.QUERY

    @operation("select", SelectParams, "query_select")
    def _select(self, context: ToolContext, params: SelectParams) -> ToolResult:
        """Count, list, measure and compare sets of records, of which every condition holds."""
        from adapters.tools.query_answer import answered  # noqa: PLC0415 - not all ask so

        ask = Ask(want=params.want, of=params.of, claim=params.claim)
        return answered(self._estate, context, params, ask)
