"""Calls that tasks make in tests, and a way to run them that cannot hang."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

from domain.tools.task import ToolExecutionTask

T = TypeVar("T")


def finish(work: Coroutine[object, object, T]) -> T:
    """Run to the end; a hang is a failure after some seconds."""

    async def bounded() -> T:
        return await asyncio.wait_for(work, timeout=20)

    return asyncio.run(bounded())


def task(tool_id: str, executor: Callable[..., Awaitable[object]]) -> ToolExecutionTask:
    return ToolExecutionTask(tool_id, "ci", executor)


async def answers() -> str:
    return "answer"


async def fails() -> None:
    message = "no answer"
    raise LookupError(message)


async def never() -> None:
    await asyncio.Event().wait()
