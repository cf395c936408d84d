"""A response that goes on: what a feed has, as it comes, until the feed or the server ends."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.http.hub import Ear, Hub
from adapters.http.streams.feeds import Feed
from adapters.http.streams.message import PING, RETRY, Message, last_word
from domain.errors import OpstrailError

_LOG: Final = logging.getLogger("opstrail.http")
PING_SECONDS: Final = 10.0
CHECK_SECONDS: Final = 5.0
"""No sooner than after these it is asked again whether the reader may still read."""
TAKES_SECONDS: Final = 20.0
"""Who takes nothing for so long is dropped."""
_PART_BYTES: Final = 64 * 1024

MayRead = Callable[[], str | None]
"""Returns why the reader may not read any more, or None; it blocks."""


async def event_stream(hub: Hub, feed: Feed, ear: Ear, may_read: MayRead) -> "EventStream":
    """Return the response of a feed. Raises what its first read raises."""
    try:
        return EventStream(hub, feed, ear, may_read, first=await hub.read(feed.read))
    except BaseException:
        ear.leaves()
        raise


class EventStream(Response):
    """Server-sent events, in the place that the ear has in the hub."""

    media_type = "text/event-stream"

    def __init__(
        self, hub: Hub, feed: Feed, ear: Ear, may_read: MayRead, *, first: list[Message]
    ) -> None:
        """Begin with the messages that were read first."""
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._hub, self._feed, self._ear, self._may_read = hub, feed, ear, may_read
        self._first, self._checked_at = first, time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, until it ends; a reader that does not take what is sent is dropped."""
        watching = asyncio.create_task(self._leaves_with_reader(receive))
        try:
            await self._sent(send)
        except TimeoutError:
            _LOG.warning("stream dropped: its reader takes nothing", extra={"path": scope["path"]})
        except OSError:
            pass  # the reader has gone
        finally:
            watching.cancel()
            self._ear.leaves()

    async def _leaves_with_reader(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._ear.leaves()

    async def _sent(self, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        async for part in self._parts():
            async with asyncio.timeout(TAKES_SECONDS):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _parts(self) -> AsyncIterator[bytes]:
        yield RETRY
        page, is_last = self._first, False
        while True:
            for part in _in_parts(page):
                yield part
            if self._feed.is_done or self._ear.is_gone:
                return
            if is_last:
                yield last_word("bye", why="the server stops").encoded()
                return
            if not (self._feed.has_more or await self._ear.hears(seconds=PING_SECONDS)):
                yield PING
            if why := await self._why_not():
                yield last_word("denied", why=why).encoded()
                return
            is_last = self._hub.is_closed  # and what came before is read
            try:
                page = await self._hub.read(self._feed.read)
            except OpstrailError as error:
                yield last_word("error", why=str(error)).encoded()
                return

    async def _why_not(self) -> str | None:
        """Return why the reader may not read any more; asked now and then."""
        now = time.monotonic()
        if now < self._checked_at + CHECK_SECONDS:
            return None
        self._checked_at = now
        return await self._hub.read(self._may_read)


def _in_parts(page: Iterable[Message]) -> Iterator[bytes]:
    """Yield the messages, some at a time."""
    part = bytearray()
    for message in page:
        part += message.encoded()
        if len(part) >= _PART_BYTES:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)
