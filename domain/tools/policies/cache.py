"""Answers that are given again while they are young, and the estate is the same."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from threading import Lock
from typing import Final, NamedTuple

import msgspec
from cachetools import LRUCache

from domain.tools.contracts import ToolResult

_MOST_BYTES: Final = 64 << 20


class Question(NamedTuple):
    """What must be the same for an answer to be given again.

    `revision` tells one build of a tool from another, `params` is their canonical text. `asked_at`
    is what the answer depends on in time: the window that is asked, or the present instant; empty
    for what does not. That the estate is the same is asked of each answer.
    """

    tenant_id: str
    tool: str
    revision: str
    operation: str
    params: str
    asked_at: str


class Kept(NamedTuple):
    """An answer as JSON text, when it was given, and by which revision of the estate if by any."""

    text: bytes
    at: float
    source_revision: str | None


IsCurrent = Callable[[str], Awaitable[bool]]
"""Says whether the estate still has this revision."""


class AnswerCache:
    """The answers of this process, the latest used of all tenants; bounded by their bytes."""

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, most_bytes: int = _MOST_BYTES
    ) -> None:
        """Measure ages by this clock, in seconds."""
        self._monotonic, self._most_bytes = monotonic, most_bytes
        self._kept = LRUCache[Question, Kept](most_bytes, lambda kept: len(kept.text))
        self._asked = dict[Question, Future[None]]()
        self._lock = Lock()

    async def answer(
        self,
        question: Question,
        *,
        ttl_seconds: float,
        is_current: IsCurrent,
        ask: Callable[[], Awaitable[ToolResult]],
    ) -> tuple[ToolResult, int | None]:
        """Return the answer, and how many milliseconds old it is; None: it was asked just now.

        Of equal questions at once one is asked. A failure is not kept.
        """
        while (asked := self._begin(question)) is not None:
            await asyncio.wait([asyncio.wrap_future(asked)])
            if (found := await self._found(question, ttl_seconds, is_current)) is not None:
                return found
        try:
            if (found := await self._found(question, ttl_seconds, is_current)) is not None:
                return found
            result = await ask()
            self._keep(question, result)
            return result, None
        finally:
            with self._lock:
                self._asked.pop(question).set_result(None)

    def tools_of(self, tenant_id: str) -> set[str]:
        """Return the tools of which answers to a tenant are kept, young or not."""
        with self._lock:
            return {kept.tool for kept in self._kept if kept.tenant_id == tenant_id}

    def _begin(self, question: Question) -> "Future[None] | None":
        """Return what is asked already; None where the caller asks now."""
        with self._lock:
            if (asked := self._asked.get(question)) is None:
                begun = self._asked[question] = Future[None]()
                begun.set_running_or_notify_cancel()  # whoever waits may go, the others stay
            return asked

    async def _found(
        self, question: Question, ttl_seconds: float, is_current: IsCurrent
    ) -> tuple[ToolResult, int] | None:
        with self._lock:
            kept = self._kept.get(question)
        if kept is None or self._monotonic() - kept.at > ttl_seconds:
            return None
        if kept.source_revision is not None and not await is_current(kept.source_revision):
            return None
        age_ms = round((self._monotonic() - kept.at) * 1000)
        return ToolResult(**msgspec.json.decode(kept.text)), age_ms

    def _keep(self, question: Question, result: ToolResult) -> None:
        text, revision = msgspec.json.encode(result), result.metadata.get("source_revision")
        if result.success and len(text) <= self._most_bytes:
            told = None if revision is None else str(revision)
            with self._lock:
                self._kept[question] = Kept(text, self._monotonic(), told)
