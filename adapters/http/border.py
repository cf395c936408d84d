"""What holds for every request: its id, the hosts that are answered, and headers of answers."""

import re
import secrets
import time
from collections.abc import Callable, Collection
from itertools import chain
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.http.pace import Room
from adapters.http.problems import HttpProblem, problem_of

HEAD_BYTES: Final = 16 << 10
_REQUEST_ID: Final = re.compile("[A-Za-z0-9._-]{1,64}")
_HEADERS: Final = {"X-Content-Type-Options": "nosniff"}
Answered = Callable[[Scope, int, Headers, float], None]
"""Hears of a request, of the status and headers of its answer, and of the seconds until then."""
_PORT: Final = re.compile(":[0-9]{1,5}$")


class Border:
    """An ASGI application around another one.

    Answers to these hosts only, None for all: what a page of another site asks for comes with
    another one, or with that site as its Origin.
    """

    def __init__(
        self, app: ASGIApp, hosts: Collection[str] | None, answered: Answered | None = None
    ) -> None:
        self._app, self._hosts, self._answered = app, hosts, answered
        self._room = Room()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        begun = time.monotonic()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told.update({**_HEADERS, "X-Request-Id": request_id})
                told.setdefault("Cache-Control", "no-store")
                if self._answered is not None:
                    self._answered(scope, message["status"], told, time.monotonic() - begun)
            await send(message)

        size = len(scope["path"]) + len(scope["query_string"]) + sum(map(len, chain(*headers.raw)))
        refused = head_too_large() if size > HEAD_BYTES else self._refused(headers)
        answer = self._app if refused is None else problem_of(refused, request_id)
        with self._room.lent() as scope["state"]["take_room"]:
            await answer(scope, receive, send_with_headers)

    def _refused(self, headers: Headers) -> HttpProblem | None:
        host = _without_port(headers.get("host", ""))
        if self._hosts is not None and host not in self._hosts:
            detail = f"this server does not answer to the host {host!r}"
            return HttpProblem(421, "wrong-host", detail)
        origin = headers.get("origin")
        if origin is not None and _without_port(origin.partition("://")[2]) != host:
            return HttpProblem(403, "wrong-origin", f"pages of {origin!r} may not ask this server")
        return None


def head_too_large() -> HttpProblem:
    """Return what is told to who sends too long a request line and headers."""
    detail = f"a request line and headers have {HEAD_BYTES} bytes at most"
    return HttpProblem(431, "head-too-large", detail)


def _without_port(host: str) -> str:
    return _PORT.sub("", host).lower()
