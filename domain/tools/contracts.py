"""What tools and their callers share: contexts, results, failures, operations."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_type_hints

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError, field_validator

from domain.threads import in_thread
from domain.tools.call_log import note_failure
from domain.tools.capabilities import EVERYWHERE, Availability
from domain.tools.context import ToolContext
from domain.tools.failures import ToolErrorCode, ToolFailure
from domain.tools.invalid_params import describe_invalid
from domain.values.arguments import no_truth_as_number
from domain.values.effect import Effect

__all__ = ["BaseTool", "CommonToolTypes", "Effect", "Operation", "ToolContext", "ToolErrorCode"]
__all__ += ["ToolFailure", "ToolParams", "ToolResult", "operations_of"]

P = TypeVar("P", bound=BaseModel)


class CommonToolTypes:
    """The types of the tools that come with opstrail."""

    CI = "ci"
    GRAPH = "graph"
    METRIC = "metric"
    HISTORY = "history"
    CEP = "cep"
    DOCUMENT = "document"
    QUERY = "query"
    CAUSES = "causes"


@dataclass(slots=True)
class ToolResult:
    """What one call answered.

    `data` is plain JSON; `references` say which records the data come from. `metadata` may hold
    `row_count`, `source_revision`, `newest` (the instant of the newest record behind the data, as
    ISO 8601 text), `window` ({start, end}) and `effect` (what it changed); the run records them.
    `log` is what the call logged, which is not the tool's to say; see `CallLog.end`.
    """

    success: bool
    data: JsonValue = None
    error: str | None = None
    error_details: dict[str, JsonValue] | None = None
    error_code: ToolErrorCode | None = None
    warnings: list[str] = field(default_factory=list)
    references: list[dict[str, JsonValue]] = field(default_factory=list)
    metadata: dict[str, JsonValue] = field(default_factory=dict)
    log: dict[str, JsonValue] | None = None

    def add_warning(self, warning: str) -> None:
        """Say something that a reader of the answer must know: truncated, clamped, left out."""
        self.warnings.append(warning)

    def set_metadata(self, key: str, value: JsonValue) -> None:
        """Keep a value under the key."""
        self.metadata[key] = value

    def get_metadata(self, key: str, default: JsonValue = None) -> JsonValue:
        """Return the value kept under the key, else the default."""
        return self.metadata.get(key, default)


class ToolParams(BaseModel):
    """The root of every operation's parameters: frozen, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, defer_build=True)
    _no_truth = field_validator("*", mode="before")(classmethod(no_truth_as_number))


class Operation(Struct, Generic[P], frozen=True):
    """One thing that a tool can do.

    The same `params` model validates calls, documents the operation and feeds planners. `run`
    is a coroutine function, or a plain function, which is then run in a thread so that a
    timeout can be kept. It raises `ToolFailure` for an answer that it cannot give.
    """

    name: str
    summary: str
    params: type[P]
    run: Callable[[ToolContext, P], "ToolResult | Awaitable[ToolResult]"]
    capabilities: tuple[str, ...] = ()
    effect: Effect = Effect.READ
    availability: Availability = EVERYWHERE


def operations_of(
    *functions: Callable[[ToolContext, Any], "ToolResult | Awaitable[ToolResult]"],
    effect: Effect = Effect.READ,
) -> dict[str, Operation[Any]]:
    """Return functions as operations: each with its name, its docstring, and its params' model.

    The model is the annotation of the second parameter.
    """
    found = {}
    for run in functions:
        params = get_type_hints(run)[list(inspect.signature(run).parameters)[1]]
        summary = inspect.getdoc(run) or ""
        found[run.__name__] = Operation(run.__name__, summary, params, run, effect=effect)
    return found


class BaseTool(ABC):
    """A tool: a type, a description, and its operations.

    `params` of every call name the `operation`.
    """

    @property
    @abstractmethod
    def tool_type(self) -> str:
        """The type that plans and registries know the tool by."""

    @property
    @abstractmethod
    def operations(self) -> Mapping[str, Operation[Any]]:
        """The operations by name."""

    @property
    def tool_name(self) -> str:
        """The name of this instance; the type unless a tool says otherwise."""
        return self.tool_type

    @property
    def description(self) -> str:
        """What the tool is for: the first sentence of its docstring."""
        return (inspect.getdoc(self) or "").split("\n", 1)[0]

    @property
    def input_schema(self) -> dict[str, JsonValue] | None:
        """JSON Schema of the parameters, by operation."""
        return {name: op.params.model_json_schema() for name, op in self.operations.items()}

    @property
    def output_schema(self) -> dict[str, JsonValue] | None:
        """JSON Schema of the data, where a tool promises one."""
        return None

    async def should_execute(self, context: ToolContext, params: Mapping[str, Any]) -> bool:  # noqa: ARG002 - for tools that override this
        """See `accepts`."""
        return self.accepts(params)

    def accepts(self, params: Mapping[str, Any]) -> bool:
        """Return whether the tool has the operation and the parameters fit it."""
        try:
            self._parse(params)
        except ToolFailure:
            return False
        return True

    async def execute(self, context: ToolContext, params: Mapping[str, Any]) -> ToolResult:
        """Validate the parameters and run the operation.

        Raises `ToolFailure`, and whatever the operation raises.
        """
        operation, parsed = self._parse(params)
        if inspect.iscoroutinefunction(operation.run):
            return await operation.run(context, parsed)  # type: ignore[no-any-return]  # checked above
        return await in_thread(operation.run, context, parsed)  # type: ignore[arg-type]  # plain here

    async def format_error(
        self,
        context: ToolContext,  # noqa: ARG002 - for tools that override this
        error: Exception,
        params: Mapping[str, Any],  # noqa: ARG002 - for tools that override this
    ) -> ToolResult:
        """Return an exception as a failed result."""
        details: dict[str, JsonValue] = {
            "exception_type": type(error).__name__,
            "tool_type": self.tool_type,
        }
        said, code = f"{type(error).__name__}: {error}", ToolErrorCode.INTERNAL_ERROR
        if isinstance(error, ToolFailure):
            said, code = str(error), error.code
            details |= error.details
        return ToolResult(success=False, error=said, error_code=code, error_details=details)

    async def safe_execute(self, context: ToolContext, params: Mapping[str, Any]) -> ToolResult:
        """Run like `execute`, but turn every exception into a failed result."""
        try:
            return await self.execute(context, params)
        except Exception as error:  # noqa: BLE001 - the border to tools that others write
            if not _is_told(error):
                note_failure(error)
            return await self.format_error(context, error, params)

    def _parse(self, params: Mapping[str, Any]) -> tuple[Operation[Any], BaseModel]:
        name = params.get("operation")
        operation = self.operations.get(str(name))
        if operation is None:
            allowed = ", ".join(sorted(self.operations))
            raise ToolFailure(
                ToolErrorCode.INVALID_PARAMS,
                f"{self.tool_name} has no operation {name!r}; allowed: {allowed}",
            )
        given = {key: value for key, value in params.items() if key != "operation"}
        try:
            return operation, operation.params.model_validate(given)
        except ValidationError as error:
            message = describe_invalid(error, subject=f"{self.tool_name}.{operation.name}")
            raise ToolFailure(ToolErrorCode.INVALID_PARAMS, message) from error


def _is_told(error: Exception) -> bool:
    """Return whether the result says all that there is to say of an exception."""
    is_of_question = isinstance(error, ToolFailure) and error.code is ToolErrorCode.INVALID_PARAMS
    return is_of_question or (isinstance(error, ToolFailure) and error.__cause__ is None)
