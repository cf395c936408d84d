"""The client whose answers are awaited."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import httpx

from .calls import TIMEOUT_SECONDS, Answer, Asked, Exchange, Given, How, Place
from .operations import AsyncOperations
from .streams import Following, StreamEvent


class AsyncClient(AsyncOperations):
    """Asks a service; see `Client`. What that returns is awaited here."""

    def __init__(
        self, url: str, key: str | None = None, *, http: httpx.AsyncClient | None = None
    ) -> None:
        self._place = Place(url, key)
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT_SECONDS)

    async def __aenter__(self) -> Self:
        """Give the client; its connections are closed at the end."""
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def call(self, name: str, given: Given, how: How | None = None) -> Answer:
        """See `Client.call`."""
        exchange = Exchange(name, given, how or How())
        while exchange.answer is None:  # noqa: ASYNC110 - it is asked again
            await asyncio.sleep(exchange.pause(await self._outcome(exchange.asked)))
        return exchange.answer

    async def follow(self, name: str, given: Given) -> AsyncIterator[StreamEvent]:
        """See `Client.follow`."""
        following = Following(name, given)
        while not following.is_over:
            broken = None
            try:
                async for event in self._connection(following):
                    yield event
            except httpx.TransportError as error:
                broken = error
            if not following.is_over:
                await asyncio.sleep(following.pause(broken))

    async def _outcome(self, asked: Asked) -> httpx.Response | httpx.TransportError:
        try:
            return await self._http.send(self._place.request(asked, self._http))
        except httpx.TransportError as error:
            return error

    async def _connection(self, following: Following) -> AsyncIterator[StreamEvent]:
        request = self._place.request(following.request(), self._http)
        response = await self._http.send(request, stream=True)
        try:
            if not response.is_success:
                await response.aread()
            following.require(response)
            async for part in response.aiter_bytes():
                for event in following.taken(part):
                    yield event
        finally:
            await response.aclose()

    async def _do(self, name: str, given: dict[str, Any], how: How) -> Any:  # noqa: ANN401 - JSON
        return (await self.call(name, given, how)).value

    def _follow(self, name: str, given: dict[str, Any]) -> AsyncIterator[StreamEvent]:
        return self.follow(name, given)
