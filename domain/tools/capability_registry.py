"""The capability registry: what a tenant may ask of the tools, how, and how it went so far."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from domain.tools.catalogue import KnownOperation, KnownTools
from domain.tools.contracts import ToolResult
from domain.tools.invalid_params import problems_in
from domain.tools.invoker import row_count
from domain.tools.policies.policy import Policies, ToolPolicy
from domain.tools.registry import UnknownTool
from domain.tools.tracer import ExecutionTracer

_MINUTE: Final = timedelta(minutes=1)

CAPABILITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ci_lookup": "ci.get",
        "ci_aggregate": "ci.aggregate",
        "ci_graph": "graph.expand",
        "metric": "metric.aggregate",
        "event_log": "history.event_log",
        "document_search": "document.search",
    }
)
"""The capabilities that every registry begins with, and the operation that each stands for."""


class UnknownOperation(ValueError):
    """No tool has this operation, or this tenant may not call it; the message says which."""


class CapabilityRegistry:
    """The tools as one tenant may use them, by the policies of this tenant.

    Without a tenant it is not looked at whose an operation is; without a tracer nothing is known
    of earlier calls.
    """

    def __init__(
        self,
        tools: KnownTools,
        tenant_id: str | None = None,
        policies: Policies | None = None,
        tracer: ExecutionTracer | None = None,
    ) -> None:
        self.tools, self._tenant_id = tools, tenant_id
        self._policies, self._tracer = policies or Policies(), tracer
        self._capabilities = dict(CAPABILITIES)

    def register_tool(self, capability: str, operation: str) -> None:
        """Let a capability stand for an operation, such as ci.get.

        Raises ValueError for a capability that is taken, `UnknownOperation`.
        """
        if (known := self._capabilities.get(capability)) is not None:
            message = f"the capability {capability!r} stands for {known} already"
            raise ValueError(message)
        if (why := self.why_not(*_parts(operation))) is not None:
            raise UnknownOperation(why)
        self._capabilities[capability] = operation

    def get_capabilities(self) -> dict[str, str]:
        """Return by capability the operation that it stands for, of those that can be executed."""
        return {
            capability: operation
            for capability, operation in self._capabilities.items()
            if self.can_execute(*_parts(operation))
        }

    def list_tools(self) -> list[str]:
        """Return the operations that can be executed, such as ci.get, in order of their tools."""
        tools = self.tools.get_available_tools().items()
        named = [(name, operation) for name, tool in tools for operation in tool.operations]
        return [".".join(each) for each in named if self.can_execute(*each)]

    def can_execute(self, tool: str, operation: str) -> bool:
        """Return whether the tenant may call the operation, and all is there that it needs."""
        return self.why_not(tool, operation) is None

    def why_not(self, tool: str, operation: str) -> str | None:
        """Return why the operation cannot be called, or None when it can."""
        return next(self._reasons(f"{tool}.{operation}", ()), None)

    def validate_params(
        self, tool: str, operation: str, params: Mapping[str, Any]
    ) -> list[tuple[str, str, str]]:
        """Return what is wrong with the parameters of an operation: see `problems_in`.

        Raises `UnknownTool`, KeyError.
        """
        return problems_in(self.operation(tool, operation).params, params)

    def get_tool_policy(self, tool: str, operation: str) -> ToolPolicy:
        """Return the policy in effect. Raises `UnknownTool`, KeyError."""
        return self._policies.of(*self._key(tool, operation))

    def explain_policy(self, tool: str, operation: str) -> dict[str, tuple[Any, str]]:
        """Return the same, and where each field comes from; see `Policies.explained`."""
        return self._policies.explained(*self._key(tool, operation))

    def check_rate_limit(self, tool: str, operation: str) -> int | None:
        """Return how many more calls of a tool this process may begin now; None is no limit.

        A call that is made all the same waits for its turn.
        """
        limit = self.get_tool_policy(tool, operation).rate_limit_per_minute
        if limit is None or self._tracer is None:
            return limit
        return max(0, limit - self._tracer.begun_since(tool, self._tracer.now() - _MINUTE))

    def log_execution(self, trace_id: str, result: ToolResult, *, size: int) -> None:
        """Note how a call ended that was traced from its start, and the size of its answer."""
        if self._tracer is not None:
            self._tracer.end_trace(
                trace_id,
                success=result.success,
                error=result.error,
                result_size=size,
                result_count=row_count(result.data),
            )

    def operation(self, tool: str, operation: str) -> KnownOperation:
        """Return the operation. Raises `UnknownTool`, KeyError."""
        return self.tools.get_tool(tool).operations[operation]

    def _key(self, tool: str, operation: str) -> tuple[Any, ...]:
        known = self.tools.get_tool(tool)
        return tool, known.tool_type, operation, known.operations[operation].effect

    def _reasons(self, wanted: str, way: tuple[str, ...]) -> Iterator[str]:
        """Yield why an operation cannot be called that those on the way depend on."""
        tool, operation = _parts(wanted)
        try:
            known = self.tools.get_tool(tool).operations
        except UnknownTool as unknown:
            yield str(unknown)
            return
        if operation not in known:
            allowed = ", ".join(sorted(known))
            yield f"tool {tool} has no operation {operation!r}; operations: {allowed}"
            return
        available = known[operation].availability
        tenants = available.supported_tenants
        if self._tenant_id is not None and tenants is not None and self._tenant_id not in tenants:
            yield f"{wanted} is not for this tenant"
        for needed in available.depends_on:
            if needed in (*way, wanted):
                yield f"{' needs '.join((*way, wanted, needed))}, which comes back"
                return
            for reason in self._reasons(needed, (*way, wanted)):
                yield f"{wanted} needs {needed}: {reason}"


def _parts(operation: str) -> tuple[str, str]:
    tool, _, name = operation.rpartition(".")
    return tool, name
