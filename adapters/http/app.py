"""The HTTP application: every operation of the table, at its route."""

from collections.abc import Mapping
from functools import cache
from typing import Final

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Scope

from adapters.http.binding import Endpoint, Face
from adapters.http.health import Health
from adapters.http.openapi import document
from adapters.http.problems import HttpProblem, problem_of
from adapters.http.routes import PREFIX, ROUTES
from adapters.http.sessions import PATH as SESSION
from adapters.http.sessions import SessionDesk
from adapters.http.streams.endpoints import Answer, Streams
from domain.operations.table import OPERATIONS

_CODES: Final = {404: "no-such-path", 405: "wrong-method"}


def build_app(
    face: Face, streams: Streams, health: Health, pages: ASGIApp | None = None
) -> FastAPI:
    """Return the application; `pages` answers what has no route."""
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _refused},
    )
    for path, answer in streams.by_path.items():  # first, as each follower of a run asks here
        _add(app, PREFIX + path, answer, name="stream", has_head=False)
    for name, route in ROUTES.items():
        endpoint = Endpoint(OPERATIONS[name], route, face)
        _add(app, PREFIX + route.path, endpoint.answer, method=route.method, name=name)
    _add(app, f"{PREFIX}/openapi.json", _described(face), name="openapi")
    for path, answer in health.by_path.items():
        _add(app, path, answer, name=path.strip("/"))
    for method, answer in SessionDesk(face.workroom, face.door).by_method.items():
        _add(app, PREFIX + SESSION, answer, method=method, name="session", has_head=False)
    if pages is not None:
        app.router.default = pages
    return app


class _Route(Route):
    """A route as it is: with FastAPI's own, which reads params, a request costs twice this."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """See `Route`; who counts requests finds the route in the scope."""
        match, found = super().matches(scope)
        return match, {**found, "route": self}


def _add(
    app: FastAPI,
    path: str,
    answer: Answer,
    *,
    method: str = "GET",
    name: str,
    has_head: bool = True,
) -> None:
    """Add a route; what is read can be asked for its headers alone, if that would end."""
    route = _Route(path, answer, methods=[method], name=name)
    if not has_head:
        route.methods = {method}
    app.router.routes.append(route)


def _described(face: Face) -> Answer:
    text = cache(lambda: orjson.dumps(document()))

    async def answer(_: Request) -> Response:
        return Response(await face.workroom.in_thread(text), media_type="application/json")

    return answer


async def _refused(request: Request, error: Exception) -> Response:
    """Return what FastAPI refuses by itself as a problem document."""
    if not isinstance(error, HTTPException):
        raise error
    code = _CODES.get(error.status_code, "refused")
    headers = _methods_of(request) if code == _CODES[405] else error.headers
    problem = HttpProblem(error.status_code, code, error.detail, headers=headers)
    return problem_of(problem, request.state.request_id)


def _methods_of(request: Request) -> Mapping[str, str]:
    """Return what the path takes: each operation is a route, and knows of no other method."""
    routes = (each for each in request.app.routes if isinstance(each, Route))
    fitting = (each for each in routes if each.matches(request.scope)[0] is not Match.NONE)
    return {"Allow": ", ".join(sorted({name for each in fitting for name in each.methods or ()}))}
