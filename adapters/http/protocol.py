"""HTTP/1.1 as uvicorn speaks it, also to who sends slowly, without end, or something else."""

import asyncio
import secrets
import sys
from http import HTTPStatus
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from adapters.http.border import head_too_large
from adapters.http.problems import HttpProblem, problem_of

HEAD_SECONDS: Final = 20.0
"""So long a client may take for a request line and headers."""
_LINGER_SECONDS: Final = 1.0
"""So long who still sends a body has for reading the answer: a closed connection takes it away."""


class PatientProtocol(H11Protocol):
    """A connection; who sends no whole head in time, or a body that nobody reads, is cut off."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._head_in_time.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next head, or read no further in a body that nobody wants."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE:
            self.flow.pause_reading()
            self.loop.call_later(_LINGER_SECONDS, self.transport.close)
        self._head_in_time.cancel()
        self._await_head()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or has too long a head: the error that is met says which."""
        error = sys.exception()
        why = str(error or "").partition(":")[0]  # after it comes what was sent
        problem = HttpProblem(400, "bad-http", f"{msg} {why}".strip())
        if getattr(error, "error_status_hint", None) == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            problem = head_too_large()
        answer = problem_of(problem, secrets.token_hex(8))
        headers = [*answer.raw_headers, (b"connection", b"close")]
        for event in (
            h11.Response(status_code=answer.status_code, headers=headers),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _await_head(self) -> None:
        self._head_in_time = self.loop.call_later(HEAD_SECONDS, self._cut_off)

    def _cut_off(self) -> None:
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]  # None before the first
            self.transport.close()
