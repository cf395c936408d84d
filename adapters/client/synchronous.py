"""The client that waits for its answers."""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from .calls import TIMEOUT_SECONDS, Answer, Asked, Exchange, Given, How, Place
from .operations import Operations
from .streams import Following, StreamEvent


class Client(Operations):
    """Asks a service at `url`, such as `http://127.0.0.1:8321/v1`.

    `key` says who asks; without one, a service on this machine may answer all the same. `http` is
    a client of httpx with which it is asked, with its own limits and certificates. Raises
    `ValueError` for what is no key.
    """

    def __init__(
        self, url: str, key: str | None = None, *, http: httpx.Client | None = None
    ) -> None:
        self._place = Place(url, key)
        self._http = http or httpx.Client(timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        """Give the client; its connections are closed at the end."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def call(self, name: str, given: Given, how: How | None = None) -> Answer:
        """Do an operation by its name, and return what came of it with all that was told.

        Raises `ProblemError`, `httpx.TransportError`.
        """
        exchange = Exchange(name, given, how or How())
        while exchange.answer is None:
            time.sleep(exchange.pause(self._outcome(exchange.asked)))
        return exchange.answer

    def follow(self, name: str, given: Given) -> Iterator[StreamEvent]:
        """Yield the events of a stream, on from where it was after a connection breaks.

        Raises `ProblemError`, `StreamEnded`, `httpx.TransportError`.
        """
        following = Following(name, given)
        while not following.is_over:
            broken = None
            try:
                yield from self._connection(following)
            except httpx.TransportError as error:
                broken = error
            if not following.is_over:
                time.sleep(following.pause(broken))

    def _outcome(self, asked: Asked) -> httpx.Response | httpx.TransportError:
        try:
            return self._http.send(self._place.request(asked, self._http))
        except httpx.TransportError as error:
            return error

    def _connection(self, following: Following) -> Iterator[StreamEvent]:
        request = self._place.request(following.request(), self._http)
        response = self._http.send(request, stream=True)
        try:
            if not response.is_success:
                response.read()
            following.require(response)
            for part in response.iter_bytes():
                yield from following.taken(part)
        finally:
            response.close()

    def _do(self, name: str, given: dict[str, Any], how: How) -> Any:  # noqa: ANN401 - JSON
        return self.call(name, given, how).value

    def _follow(self, name: str, given: dict[str, Any]) -> Iterator[StreamEvent]:
        return self.follow(name, given)
