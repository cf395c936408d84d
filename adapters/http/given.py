"""What a request gives: params in its path, its query, its body and its headers."""

import asyncio
from collections import ChainMap
from functools import cache
from typing import Any, Final, TypeVar

import orjson
from pydantic import JsonValue
from starlette.requests import ClientDisconnect, Request

from adapters.http.fields import KEY, wrong_field
from adapters.http.preconditions import HEADERS, idempotency_key
from adapters.http.problems import HttpProblem
from adapters.http.routes import Route
from domain.operations.operation import InvalidParams, Operation, Params
from domain.values.json_text import BadJson, bounded_json
from domain.values.limits import JSON_BYTES

P = TypeVar("P", bound=Params)

_JSON: Final = ("application/json",)
_FILES: Final = ("application/zip", "application/octet-stream")
FILE_BYTES: Final = 128 << 20
BODY_SECONDS: Final = 20.0
_LARGE: Final = 64 << 10
"""A body of so many bytes holds whoever else asks up while it is read."""


async def params_given(
    asked: Operation[Any, Any], route: Route, request: Request
) -> dict[str, Any]:
    """Return what the params are to be made of; a list that is paged may have a cursor, too.

    Raises `HttpProblem` for what is no JSON object, and `InvalidParams` for what is not said once.
    """
    given: dict[str, Any] = dict(request.path_params)
    told = {name: request.headers[name] for name in HEADERS if name in request.headers}
    request.state.given = ChainMap(given, told, dict(request.query_params))
    if route.method == "GET" or route.body:
        given |= _of_query(asked.params, request, given)
    elif request.query_params:
        raise InvalidParams([(name, "it belongs into the body") for name in request.query_params])
    if route.body:
        _require_kind(request, _FILES)
        given[route.body] = await _body(request, FILE_BYTES)
    elif route.method == "POST":
        given |= _beside(given, await object_given(request), has_key=route.has_key)
    if route.has_key:
        given["key"] = idempotency_key(request.headers)
    return dict(given)


def params_of(asked: Operation[P, Any], route: Route, given: dict[str, Any]) -> P:
    """Return the params of what is given, in which a body has no text for a number, say.

    Raises `InvalidParams`.
    """
    if route.method == "GET" or route.body:
        return asked.params.model_validate(given)
    return asked.params.model_validate_json(orjson.dumps(given), strict=True)


def _of_query(params: type[Params], request: Request, given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        if name in given or (len(values) > 1 and name not in lists_of(params)):
            raise InvalidParams([(name, "it is given more than once")])
        found[name] = values if name in lists_of(params) else values[0]
    return found


@cache
def lists_of(params: type[Params]) -> frozenset[str]:
    """Return the names of the params that take several values."""
    fields = params.model_json_schema()["properties"].items()
    return frozenset(name for name, schema in fields if schema.get("type") == "array")


async def object_given(request: Request) -> dict[str, Any]:
    """Return the JSON object that is the body; none at all is empty. Raises `HttpProblem`."""
    body = await _body(request, JSON_BYTES)
    if not body:
        return {}
    _require_kind(request, _JSON)
    try:
        found = _read(body) if len(body) < _LARGE else await asyncio.to_thread(_read, body)
    except BadJson as error:
        raise _wrong_body(400, "bad-json", str(error)) from error
    if not isinstance(found, dict):
        raise _wrong_body(422, "no-object", "the body must be a JSON object")
    return found


def _read(body: bytes) -> JsonValue:
    return bounded_json(body, where="body")


def _wrong_body(status: int, code: str, detail: str) -> HttpProblem:
    where = wrong_field("", detail, {}, {"type": "object"})
    return HttpProblem(status, code, detail, errors=[where])


def _beside(given: dict[str, Any], found: dict[str, Any], *, has_key: bool) -> dict[str, Any]:
    twice = [(name, "it is in the path") for name in found if name in given]
    if has_key and "key" in found:
        twice.append(("key", f"it belongs into the header {KEY}"))
    if twice:
        raise InvalidParams(twice)
    return found


def _require_kind(request: Request, kinds: tuple[str, ...]) -> None:
    """Raise `HttpProblem` for what a page of another site can send without being asked first."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        detail = f"the body must be {' or '.join(kinds)}, not {kind or 'without a type'}"
        raise HttpProblem(415, "wrong-type", detail)


def _too_large(most: int) -> HttpProblem:
    return HttpProblem(413, "too-large", f"a body has {most} bytes at most")


async def _body(request: Request, most: int) -> bytes:
    """Return the body, of which no more than this many bytes are read."""
    parts, size = list[bytes](), 0
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise _too_large(most)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise _too_large(most)
                request.state.take_room(len(part))
                parts.append(part)
    except TimeoutError:
        detail = f"the body did not come within {BODY_SECONDS:.0f} s"
        raise HttpProblem(408, "slow-body", detail, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise _wrong_body(400, "bad-json", "the body ended before its end") from None
    return b"".join(parts)
