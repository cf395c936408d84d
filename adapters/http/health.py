"""Whether the server lives, and whether it can do its work: for who watches it, without a key.

What is told is of the database as a whole, and says nothing of any tenant.
"""

import asyncio
import ipaddress
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from hmac import compare_digest
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from adapters.http.metrics import CONTENT_TYPE, Metrics
from adapters.http.problems import HttpProblem, problem_of
from adapters.http.workroom import Workroom
from domain.services.readiness import Readiness
from domain.views.database import Condition

_LOG: Final = logging.getLogger("opstrail.http")
_FRESH_SECONDS: Final = 2.0
"""So long an answer does for all who ask: nobody makes a server work by asking."""
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_SECRET: Final = "metrics"  # noqa: S105 - its name


class Health:
    """Answers `/healthz`, `/readyz` and `/metrics`; `secret_of` gives a secret by its name."""

    def __init__(
        self,
        workroom: Workroom,
        readiness: Readiness,
        metrics: Metrics,
        secret_of: Callable[[str], str | None],
    ) -> None:
        self._workroom, self._readiness = workroom, readiness
        self._metrics, self._secret_of = metrics, secret_of
        self._looking, self._seen_at = asyncio.Lock(), 0.0
        self._seen = list[Condition]()

    @property
    def by_path(self) -> Mapping[str, Callable[[Request], Awaitable[Response]]]:
        """What answers each path."""
        return {"/healthz": self.lives, "/readyz": self.is_ready, "/metrics": self.measures}

    async def lives(self, _: Request) -> Response:
        """Answer, which is all that there is to say."""
        return _json({"status": "ok"}, 200)

    async def is_ready(self, _: Request) -> Response:
        """Say of each thing that is needed whether it is in order; 503 where one is not."""
        async with self._looking:
            if time.monotonic() > self._seen_at + _FRESH_SECONDS:
                self._seen = await self._workroom.in_thread(self._look)
                self._seen_at = time.monotonic()
        seen = [*self._seen]
        if self._workroom.hub.is_closed:
            seen.append(Condition(name="server", found="stopping", problem="it stops"))
        is_ready = all(each.problem is None for each in seen)
        told = {"status": "ok" if is_ready else "not ready", "checks": [*map(asdict, seen)]}
        return _json(told, 200 if is_ready else 503)

    async def measures(self, request: Request) -> Response:
        """Return what is measured, to this machine and to who knows the secret `metrics`."""
        if not (_is_of_this_machine(request) or self._knows_secret(request)):
            detail = "only this machine, or the secret `metrics` as a bearer token, may ask this"
            return problem_of(HttpProblem(403, "denied", detail), request.state.request_id)
        text = await self._workroom.in_thread(self._metrics.text)
        return Response(text, headers={"Content-Type": CONTENT_TYPE})

    def _look(self) -> list[Condition]:
        try:
            seen = [*self._readiness.conditions()]
        except Exception:  # noqa: BLE001 - whatever it is; who asks is told no place and no name
            _LOG.exception("not ready: the database cannot be asked")
            return [Condition(name="database", found="unreachable", problem="see the log")]
        for each in seen:
            if each.problem is not None:
                _LOG.warning("not ready: %s: %s: %s", each.name, each.found, each.problem)
        return seen

    def _knows_secret(self, request: Request) -> bool:
        secret = self._secret_of(_SECRET)
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return bool(secret) and compare_digest(given.encode(), str(secret).encode())


def _is_of_this_machine(request: Request) -> bool:
    """Return whether nobody else asked whoever sits here to ask."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # a socket of this machine, or a test
        return False


def _json(told: Mapping[str, object], status: int) -> Response:
    return Response(orjson.dumps(told), status, media_type="application/json")
