"""The tool of causes: what changed around some items, and why they are not as they were.

What an answer is made of is imported by the first call: few questions are about causes.
"""

from adapters.tools.cause_params import ChangesParams, WhyParams
from adapters.tools.operation import EstateTool, operation
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolResult


class CausesTool(EstateTool):
    """Finds what changed, and what may be the cause of something."""

    TYPE = CommonToolTypes.CAUSES

    @operation("changes", ChangesParams)
    def _changes(self, context: ToolContext, params: ChangesParams) -> ToolResult:
        """List what changed of items and of what they need, the nearest and latest first."""
        from adapters.tools.cause_answers import changes  # noqa: PLC0415 - see above

        return changes(self._estate, context, params)

    @operation("why", WhyParams)
    def _why(self, context: ToolContext, params: WhyParams) -> ToolResult:
        """Rank what may be the cause of what is the matter with items, each with its evidence."""
        from adapters.tools.cause_answers import why  # noqa: PLC0415 - see above

        return why(self._estate, context, params)
