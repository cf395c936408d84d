"""Calls registered tools by name, one call at a time, and turns whatever happens into a result."""

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic import JsonValue

from domain.json import JsonMap
from domain.redaction.secrets import UnknownSecret
from domain.tools.call_log import CallLog, note_failure
from domain.tools.confidential import OPEN, Confidential, not_made, without_values
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from domain.tools.registry import ToolRegistry, UnknownTool
from domain.tools.task import ToolTimeout, within

P = ParamSpec("P")
R = TypeVar("R")


class ToolCallError(ToolFailure, ValueError):
    """A tool call did not succeed; `code` and `details` say why, as the tool told it."""


class ToolInvoker:
    """Calls the tools of a registry. `params` of every call name the `operation`.

    A param `secret:NAME` has the value of that secret while the tool runs.
    """

    def __init__(self, registry: ToolRegistry, confidential: Confidential = OPEN) -> None:
        self._registry, self._confidential = registry, confidential

    async def invoke(
        self,
        tool: str,
        context: ToolContext,
        params: Mapping[str, Any],
        *,
        timeout_ms: int | None = None,
    ) -> ToolResult:
        """Call the tool and return its answer, or the failed result that says why there is none.

        A secret that is not known fails the call before anything goes out. Past `timeout_ms` (None
        means no limit) the call is given up with TOOL_TIMEOUT; what it runs in a thread is asked
        to stop, and nobody waits for it. Only cancellation by the caller is raised.
        """
        try:
            opened = self._confidential.opened(params)
        except (UnknownSecret, RecursionError) as error:
            return not_made(error)
        with CallLog() as log:
            result = await self._called(tool, context, opened.params, timeout_ms=timeout_ms)
        return without_values(_with_log(result, log.end()), opened)

    async def _called(
        self,
        tool: str,
        context: ToolContext,
        params: Mapping[str, Any],
        *,
        timeout_ms: int | None,
    ) -> ToolResult:
        try:
            called = self._registry.get_tool(tool).safe_execute
            return await within(timeout_ms, called(context, params))
        except UnknownTool as error:
            return _failed(ToolErrorCode.TOOL_BAD_REQUEST, error)
        except ToolTimeout as error:
            return _failed(ToolErrorCode.TOOL_TIMEOUT, error)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of a compiled extension is no Exception
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task and task.cancelling():
                raise  # else the tool has cancelled itself
            note_failure(error)
            return _failed(ToolErrorCode.INTERNAL_ERROR, error)


def unforeseen(error: Exception) -> ToolResult:
    """Return the result of a call that broke on the way to its tool or back."""
    with CallLog() as log:
        note_failure(error)
    result = _failed(ToolErrorCode.INTERNAL_ERROR, error)
    return dataclasses.replace(result, error=f"{type(error).__name__}: {error}", log=log.end())


def _with_log(result: ToolResult, log: JsonMap | None) -> ToolResult:
    if log is None and getattr(result, "log", None) is None:
        return result
    try:
        return dataclasses.replace(result, log=log)
    except TypeError:
        return result  # it is no result, which is told where it is checked


def data_of(tool: str, result: ToolResult) -> JsonValue:
    """Return the data of a result; an object with the tool's `warnings`, if there are any.

    Raises `ToolCallError` when it failed.
    """
    if result.success:
        return _told(result.data, result.warnings)
    code = result.error_code or ToolErrorCode.INTERNAL_ERROR
    message = result.error or f"{tool} failed without saying why"
    raise ToolCallError(code, message, details=result.error_details)


def _told(data: JsonValue, warnings: list[str]) -> JsonValue:
    return {"warnings": [*warnings], **data} if warnings and isinstance(data, dict) else data


def row_count(data: JsonValue) -> int | None:
    """Return how many `rows` (or `records`) the data of a call hold; None without such a list."""
    if not isinstance(data, dict):
        return None
    rows = data.get("rows", data.get("records"))
    return len(rows) if isinstance(rows, list) else None


def wait_for(work: Coroutine[Any, Any, R]) -> R:
    """Run the coroutine to its end and return its value, in a thread if a loop is running here."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def waited_for(method: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, R]:
    """Return a method that does the same and waits for it; its name lacks the `_async`."""

    @wraps(method)
    def wait(*args: P.args, **kwargs: P.kwargs) -> R:
        return wait_for(method(*args, **kwargs))

    wait.__name__ = method.__name__.removesuffix("_async")
    wait.__qualname__ = method.__qualname__.removesuffix("_async")
    return wait


def _failed(code: ToolErrorCode, error: BaseException) -> ToolResult:
    details: dict[str, JsonValue] = {"exception_type": type(error).__name__}
    text = str(error) or type(error).__name__
    return ToolResult(success=False, error=text, error_code=code, error_details=details)
