"""The session of a browser: it logs in with a key once, and then has a cookie in its place."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from adapters.http.given import object_given
from adapters.http.identity import (
    COOKIE,
    OWN_HEADER,
    Door,
    asking_from,
    key_refused,
    require_own_page,
)
from adapters.http.problems import problem_of
from adapters.http.workroom import Workroom
from domain.identity.principal import Principal
from domain.identity.rights import Scope
from domain.operations.auditing import Asked, record_done
from domain.operations.operation import InvalidParams
from domain.services.sessions import NewSession, Sessions

PATH: Final = "/session"
Answer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class SessionDesk:
    """Lets browsers in and out, and tells who asks."""

    workroom: Workroom
    door: Door

    @property
    def by_method(self) -> Mapping[str, Answer]:
        """What answers each method of the path."""
        asked = {"GET": self._who, "POST": self._log_in, "DELETE": self._log_out}
        return {method: _answering(answer) for method, answer in asked.items()}

    async def _who(self, request: Request) -> Response:
        asking = await self.workroom.in_thread(self.door.asking, request)
        return _shown(asking.principal)

    async def _log_in(self, request: Request) -> Response:
        given = await object_given(request)
        text = given.pop("key", None)
        if not isinstance(text, str):
            raise InvalidParams([("key", "give the text of a key")])
        if given:
            raise InvalidParams([(name, "a key is all that is taken") for name in given])
        who, session = await self.workroom.in_thread(self._begun, request, text)
        response = _shown(who, expires_at=session.expires_at)
        lasts = int(session.lasts.total_seconds())
        response.set_cookie(COOKIE, session.token, lasts, secure=True, httponly=True)
        return response

    async def _log_out(self, request: Request) -> Response:
        require_own_page(request)
        await self.workroom.in_thread(self._ended, request)
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, secure=True, httponly=True)
        return response

    def _begun(self, request: Request, text: str) -> tuple[Principal, NewSession]:
        sessions = self._sessions
        session = sessions.log_in(text)
        who = sessions.principal_of(session.token) if session else None
        if session is None or who is None:
            raise key_refused()
        self._record("session.begin", request, who)
        return who, session

    def _ended(self, request: Request) -> None:
        token = request.cookies.get(COOKIE, "")
        who = self._sessions.principal_of(token)
        if who is not None:
            self._record("session.end", request, who)
        self._sessions.log_out(token)

    @property
    def _sessions(self) -> Sessions:
        return self.workroom.have.identity.sessions

    def _record(self, name: str, request: Request, who: Principal) -> None:
        asked = Asked.at_door(name, Scope.RUNS_READ, {})
        asyncio.run(record_done(self.workroom.have, asked, asking_from(request, who)))


def _answering(answer: Answer) -> Answer:
    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except Exception as error:  # noqa: BLE001 - the border: every error is a document
            return problem_of(error, request.state.request_id)

    return answered


def _shown(who: Principal, **more: str) -> Response:
    told = {
        "kind": who.kind,
        "principal": who.id,
        "tenant": who.tenant_id,
        "key_id": who.key_id,
        "rights": sorted(who.rights),
        **more,
    }
    return Response(orjson.dumps(told), media_type="application/json")


_TEXT: Final = {"type": "string"}
_WHO: Final = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("kind", "principal", "tenant", "expires_at"), _TEXT),
        "key_id": {"type": ["string", "null"]},
        "rights": {"type": "array", "items": _TEXT},
    },
    "required": ["kind", "principal", "tenant", "key_id", "rights"],
}
_KEY: Final = {
    "type": "object",
    "properties": {"key": _TEXT},
    "required": ["key"],
    "additionalProperties": False,
}
_OWN: Final = {"name": OWN_HEADER, "in": "header", "required": True, "schema": _TEXT}


def _described(name: str, text: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"operationId": f"session_{name}", "tags": ["session"], "summary": text, **more}


def _answer(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": _WHO}}}


_BODY: Final = {"application/json": {"schema": _KEY, "example": {"key": "ops_<id>_<secret>"}}}
DESCRIBED: Final[Mapping[str, dict[str, Any]]] = {
    "get": _described(
        "show", "Tell who asks, and what they may do.", responses={"200": _answer("Who asks.")}
    ),
    "post": _described(
        "begin",
        "Log a browser in with a key: its cookie does as the key, for twelve hours at most.",
        security=[],
        requestBody={"required": True, "content": _BODY},
        responses={"200": _answer("Who is logged in, until when.")},
    ),
    "delete": _described(
        "end",
        "Log a browser out.",
        security=[],
        parameters=[_OWN],
        responses={"204": {"description": "Nobody is logged in with the cookie any more."}},
    ),
}
"""As OpenAPI describes it, but for what is refused."""
