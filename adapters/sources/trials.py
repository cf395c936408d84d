"""Trying sources: does each answer, with the secrets that are there now?"""

import asyncio
import time
from typing import Final

from adapters.sources.databases import try_database
from adapters.sources.exchange import Request, ask
from adapters.sources.source import Source, SqlSource, WebSource
from adapters.sources.sources import Sources
from domain.threads import in_thread
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.views.source import SourceState

_ANSWERS: Final = frozenset({ToolErrorCode.DATA_NOT_FOUND, ToolErrorCode.TOOL_BAD_REQUEST})
"""A server that says so of its first page is there."""


async def tried(sources: Sources, tenant_id: str) -> list[SourceState]:
    """Return the tenant's sources, each after one harmless try."""
    return await asyncio.gather(*(_tried(sources, each) for each in sources.of(tenant_id)))


async def _tried(sources: Sources, source: Source) -> SourceState:
    begun, problem = time.monotonic(), None
    try:
        with sources.opened(source) as opened:
            if isinstance(source, SqlSource):
                await in_thread(try_database, source, opened.values.get("password"))
            if isinstance(source, WebSource):
                await ask(source, opened, Request())
    except ToolFailure as error:
        is_there = isinstance(source, WebSource) and error.code in _ANSWERS
        problem = None if is_there else f"{error.code}: {error}"
    return SourceState(
        name=source.name,
        kind=source.KIND,
        url=source.url,
        problem=problem,
        duration_ms=round((time.monotonic() - begun) * 1000, 1),
    )
