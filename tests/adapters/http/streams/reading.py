"""A reader of a stream, as a server has it: takes what is sent, and goes away when it likes."""

import asyncio
import re
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from adapters.http.hub import Hub
from adapters.http.streams.event_stream import MayRead, event_stream
from adapters.http.streams.feeds import Feed

TENANT = "acme"
MESSAGE = re.compile(r"(?:id: (\d+)\n)?event: (\w+)\ndata: (.*)\n\n")


def may() -> str | None:
    """Let everybody read."""
    return None


@dataclass
class Reader:
    """What came, until it goes: after so many events, or when the stream ends."""

    goes_after: int | None = None
    text: str = ""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    sent: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messages(self) -> list[tuple[str, str, str]]:
        """The id, event and data of each message."""
        return MESSAGE.findall(self.text)

    @property
    def ids(self) -> list[int]:
        return [int(number) for number, _, _ in self.messages if number]

    @property
    def kinds(self) -> list[str]:
        return [kind for _, kind, _ in self.messages]

    async def read(
        self, hub: Hub, feed: Feed, stream_id: str | None = None, *, may_read: MayRead = may
    ) -> "Reader":
        """Read until one of the two ends it."""
        ear = hub.listen(TENANT, stream_id, for_whom="ada")
        response = await event_stream(hub, feed, ear, may_read)
        await response({"type": "http", "path": "/"}, self._receive, self._send)
        return self

    async def has(self, count: int) -> None:
        """Wait until so many messages have come."""
        async with asyncio.timeout(10):
            while len(self.messages) < count:
                await self.sent.wait()
                self.sent.clear()

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, sent: MutableMapping[str, Any]) -> None:
        if self.gone.is_set():
            raise OSError
        self.text += sent.get("body", b"").decode()
        self.sent.set()
        if self.goes_after is not None and len(self.ids) >= self.goes_after:
            self.gone.set()
