"""Problem documents (RFC 9457), made of errors by the table that the command line has, too."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.responses import Response

from adapters.bootstrap import without_secrets
from adapters.faults import Fault, code_of, fault_of
from adapters.http.fields import Given, wrong_fields
from adapters.http.hub import TooManyStreams
from adapters.http.workroom import TooMuchWork
from domain.errors import IllegalTransition, WrongExpectedVersion

Document = dict[str, Any]
"""A JSON document, or an object in one."""

LOG: Final = logging.getLogger("opstrail.http")
MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:opstrail:problem:"
RETRY_SECONDS: Final = "1"
STATUSES: Final[Mapping[Fault, int]] = {
    Fault.MISSING: 404,
    Fault.DENIED: 403,
    Fault.STATE: 409,
    Fault.MISUSED: 422,
    Fault.REUSED: 422,
    Fault.EMPTY: 409,
    Fault.CONFLICT: 409,
    Fault.BUSY: 503,
    Fault.OURS: 500,
}
"""The status of each fault; of a version that was asked for with If-Match it is 412."""
_TEXT: Final = {"type": "string"}
_ALWAYS: Final = ("type", "title", "code", "detail", "request_id")
_OF_FIELDS: Final = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("pointer", "detail"), _TEXT),
        "value": {"type": ["string", "number", "boolean", "null"]},
        "allowed": {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
    },
    "required": ["pointer", "detail"],
}
PROBLEM: Final[Document] = {
    "type": "object",
    "properties": {
        **dict.fromkeys((*_ALWAYS, "state", "url"), _TEXT),
        "status": {"type": "integer"},
        "version": {"type": "integer"},
        "errors": {"type": "array", "items": _OF_FIELDS},
        "allowed": {"type": "array", "items": _TEXT},
    },
    "required": [*_ALWAYS, "status"],
}
"""The JSON Schema of the document."""
_UNFORESEEN: Final = "something went wrong that nobody foresaw; the log of the server says what"


class HttpProblem(Exception):
    """What only HTTP knows: a status, a code and what is told."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - members of the document
    ) -> None:
        self.status, self.code, self.headers, self.more = status, code, headers or {}, more
        super().__init__(detail)


def problem_of(
    error: Exception, request_id: str, *, given: Given | None = None, is_conditional: bool = False
) -> Response:
    """Return the answer to who met the error; `is_conditional` when If-Match was asked."""
    if isinstance(error, HttpProblem):
        http = error
    else:
        http = _http_problem(error, given or {}, is_conditional)
    if http.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("request failed", extra={"request_id": request_id}, exc_info=error)
    document = {
        "type": TYPE + http.code,
        "title": HTTPStatus(http.status).phrase,
        "status": http.status,
        "code": http.code,
        "detail": without_secrets(str(http)),
        "request_id": request_id,
        **http.more,
    }
    return Response(
        orjson.dumps(document), http.status, headers=http.headers, media_type=MEDIA_TYPE
    )


def _http_problem(error: Exception, given: Given, is_conditional: bool) -> HttpProblem:  # noqa: FBT001 - see above
    if isinstance(error, TooMuchWork | TooManyStreams):
        return HttpProblem(429, code_of(type(error)), str(error), headers=_later())
    fault = fault_of(error)
    if fault is None:
        return HttpProblem(500, "unforeseen", _UNFORESEEN)
    is_stale = is_conditional and isinstance(error, WrongExpectedVersion)
    status = 412 if is_stale else STATUSES[fault]
    headers = _later() if fault is Fault.BUSY else {}
    return HttpProblem(
        status, code_of(type(error)), str(error), headers=headers, **_facts(error, given)
    )


def _later() -> Mapping[str, str]:
    return {"Retry-After": RETRY_SECONDS}


def _facts(error: Exception, given: Given) -> Document:
    """Return what a program can use of the error."""
    match error:
        case WrongExpectedVersion(actual=version):
            return {"version": version}
        case IllegalTransition(state=state, allowed=allowed):
            return {"state": state, "allowed": [*allowed]}
        case _:
            errors = wrong_fields(error, given)
            return {"errors": errors} if errors else {}
