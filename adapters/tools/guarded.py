"""The border to tools of installed packages: whatever they do harms nothing but their own call."""

import asyncio
import contextvars
import copy
import dataclasses
import inspect
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.metadata import EntryPoint
from typing import Any, Final, TextIO

from msgspec import structs
from pydantic import BaseModel, JsonValue

from domain.threads import current_work
from domain.tools.answers import checked
from domain.tools.contracts import (
    BaseTool,
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolResult,
)
from domain.values.limits import JSON_BYTES, REMARK_CHARACTERS

_MOST_WARNINGS: Final = 100
_NAME: Final = re.compile("[a-z][a-z0-9_-]{0,63}")


class NoTool(Exception):
    """What an entry point names is no tool that can be used; the message says why."""


def loaded(point: EntryPoint) -> BaseTool:
    """Return the tool of an entry point, which names its class or a function that returns it.

    Raises `NoTool` for whatever goes wrong.
    """
    try:
        with _printing_elsewhere():
            tool = point.load()()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        said = _cut(f"{type(error).__name__}: {error}")
        message = f"{point.value} raises {said}"
        raise NoTool(message) from error
    if not isinstance(tool, BaseTool):
        message = f"{point.value} makes a {type(tool).__name__}, not a BaseTool"
        raise NoTool(message)
    return tool


class GuardedTool(BaseTool):
    """A tool of a package; what it says of itself was read once, and its operations are guarded.

    Each call has a thread of its own; a coroutine has an event loop of its own there.
    """

    tool_type = tool_name = description = ""
    operations: Mapping[str, Operation[Any]] = {}

    def __init__(self, tool: BaseTool, origin: str) -> None:
        """Raise `NoTool` when what the tool says of itself makes no sense."""
        self._origin = origin
        try:
            self.tool_type, self.tool_name = str(tool.tool_type), _plain_name(tool.tool_name)
            self.description = str(tool.description)
            declared = {_plain_name(name): each for name, each in tool.operations.items()}
            self.operations = {name: self._guarded(name, each) for name, each in declared.items()}
        except Exception as error:
            message = f"what it says of itself makes no sense: {type(error).__name__}: {error}"
            raise NoTool(message) from error

    async def safe_execute(self, context: ToolContext, params: Mapping[str, Any]) -> ToolResult:
        """See `BaseTool`; what is said beside the data is cut where it is longer than a page."""
        return _shortened(await super().safe_execute(context, params))

    def _guarded(self, name: str, operation: Operation[Any]) -> Operation[Any]:
        operation.params.model_json_schema()  # what has none could not be listed

        def run(context: ToolContext, params: BaseModel) -> ToolResult:
            own = dataclasses.replace(context, metadata=copy.deepcopy(context.metadata))
            result = _answer(partial(operation.run, own, copy.deepcopy(params)))
            return self._plain(result, context.tenant_id)

        return structs.replace(operation, name=name, run=run)

    def _plain(self, answer: ToolResult, tenant_id: str) -> ToolResult:
        """Return the answer as it may go on. Raises `ToolFailure` for another tenant's."""
        is_result = isinstance(answer, ToolResult)
        result, size = checked(self.tool_name, _shortened(answer) if is_result else answer)
        if size > JSON_BYTES:
            why = f"{size:,} characters of JSON; at most {JSON_BYTES:,} are taken: ask for less"
            code = ToolErrorCode.MAX_ROWS_EXCEEDED
            raise ToolFailure(code, f"{self.tool_name} answered with {why}")
        beside: list[JsonValue] = [result.metadata, result.error_details]
        if _has_foreign([result.data, [*result.references], *beside], tenant_id):
            message = (
                f"{self.tool_name} answered with rows of another tenant; nothing of it is kept"
            )
            raise ToolFailure(ToolErrorCode.TENANT_MISMATCH, message)
        metadata = {"source_revision": self._origin, **result.metadata}
        return dataclasses.replace(result, metadata=metadata)


def _answer(run: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the package answers is checked after
    """Return what the operation answers. Raises no more than `Exception`."""
    try:
        with _printing_elsewhere():
            answer = run()
            return asyncio.run(_waited_for(answer)) if inspect.isawaitable(answer) else answer
    except Exception:
        raise
    except BaseException as error:
        said = _cut(f"{type(error).__name__}: {error}")
        raise ToolFailure(ToolErrorCode.INTERNAL_ERROR, said) from error


async def _waited_for(answer: Awaitable[Any]) -> Any:  # noqa: ANN401 - as above
    """Return what the coroutine answers; it is cancelled when its call is given up."""
    task, work = asyncio.ensure_future(answer), current_work()
    loop = asyncio.get_running_loop()

    def cancel() -> None:
        loop.call_soon_threadsafe(task.cancel)

    if work is None:
        return await task
    work.stops_by(cancel)
    try:
        return await task
    finally:
        work.is_past(cancel)


def _plain_name(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    message = f"the name {name!r}; allowed: {_NAME.pattern}"
    raise NoTool(message)


def _shortened(result: ToolResult) -> ToolResult:
    details = result.error_details
    is_long = len(str(details)) > REMARK_CHARACTERS
    return dataclasses.replace(
        result,
        warnings=[_cut(each) for each in result.warnings[:_MOST_WARNINGS]],
        error=None if result.error is None else _cut(result.error),
        error_details={"cut": f"more than {REMARK_CHARACTERS}"} if is_long else details,
    )


def _cut(text: str) -> str:
    return text if len(text) <= REMARK_CHARACTERS else f"{text[:REMARK_CHARACTERS]}..."


def _has_foreign(data: JsonValue, tenant_id: str) -> bool:
    left = [data]
    while left:
        match left.pop():
            case dict() as row:
                if row.get("tenant_id") not in (None, tenant_id):
                    return True
                left.extend(row.values())
                left.extend(_tenants_of_table(row))
            case list() as rows:
                left.extend(rows)
            case _:
                pass
    return False


def _tenants_of_table(table: dict[str, JsonValue]) -> Iterator[JsonValue]:
    """Yield the tenants of the rows of a table whose columns are named once, as a row each."""
    match table:
        case {"columns": [*columns], "rows": [*rows]} if "tenant_id" in columns:
            place = columns.index("tenant_id")
            for row in rows:
                if isinstance(row, list) and len(row) > place:
                    yield {"tenant_id": row[place]}


_PRINTS_ELSEWHERE = contextvars.ContextVar("prints_elsewhere", default=False)


class _Stdout:
    """Standard output, which belongs to the answer; what a tool prints goes to standard error."""

    def __init__(self, own: TextIO) -> None:
        self._own = own

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(sys.stderr if _PRINTS_ELSEWHERE.get() else self._own, name)


@contextmanager
def _printing_elsewhere() -> Iterator[None]:
    if not isinstance(sys.stdout, _Stdout):
        sys.stdout = _Stdout(sys.stdout)
    before = _PRINTS_ELSEWHERE.set(True)
    try:
        yield
    finally:
        _PRINTS_ELSEWHERE.reset(before)
