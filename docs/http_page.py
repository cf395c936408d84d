"""The page about HTTP: its routes, and the status of each kind of error."""

import inspect
from functools import partial
from typing import Any

from adapters.http.problems import STATUSES
from adapters.http.routes import NOT_OF_A_SERVICE, PREFIX, ROUTES
from adapters.http.sessions import DESCRIBED as SESSION_DESCRIBED
from adapters.http.sessions import PATH as SESSION
from adapters.http.streams.described import STREAMS
from docs.pages import first_paragraph, page, table
from domain.operations.operation import Operation
from domain.operations.table import OPERATIONS


def http_page() -> str:
    """Return the page."""
    routes = [
        (
            f"`{route.method} {PREFIX}{route.path.replace(':path}', '}')}`",
            _about(OPERATIONS[name]),
            f"`{OPERATIONS[name].scope}`",
        )
        for name, route in ROUTES.items()
    ]
    streams = [
        (
            f"`GET {PREFIX}{path}`",
            each["summary"],
            each["description"].rpartition("Scope: ")[2].rstrip("."),
        )
        for path, each in STREAMS.items()
    ]
    sessions = [
        (f"`{method.upper()} {PREFIX}{SESSION}`", each["summary"])
        for method, each in SESSION_DESCRIBED.items()
    ]
    lacking = [(f"`{name}`", why) for name, why in NOT_OF_A_SERVICE.items()]
    statuses = [(str(status), fault.value, _MEANINGS[fault.value]) for fault, status in _faults()]
    return page(
        "HTTP",
        "What `opstrail serve` answers. `GET /v1/openapi.json` describes each route with its"
        " params, answers and problems; [serve over HTTP](../how-to/serve-over-http.md) says how"
        " to ask.",
        table(("route", "does", "scope"), routes),
        "Streams, as [server-sent events](../how-to/serve-over-http.md#follow):",
        table(("route", "sends", "scope"), streams),
        "The session of a browser, by [cookie](../how-to/serve-over-http.md#let-others-ask):",
        table(("route", "does"), sessions),
        "What has no route:",
        table(("operation", "why"), lacking),
        "A refusal is a problem document (RFC 9457); its `code` says which error it is:",
        table(("status", "fault", "means"), statuses),
    )


_MEANINGS = {
    "missing": "what was named is not there, or not for who asks",
    "denied": "who asks may not; `detail` says which scope is needed",
    "state": "it is in a state in which that is not possible; `state` and `allowed` say more",
    "misused": "what was asked is not allowed; `errors` has the fields",
    "reused": "an Idempotency-Key came again with another body",
    "empty": "there is nothing yet that it could be done with",
    "conflict": "somebody else was first; with If-Match it is 412, and `version` says which it is",
    "busy": "the database cannot be used now; try again after `Retry-After`",
    "ours": "what is stored contradicts itself",
}


def _faults() -> list[tuple[Any, int]]:
    return [*STATUSES.items()]


def _about(asked: Operation[Any, Any]) -> str:
    do = asked.do.func if isinstance(asked.do, partial) else asked.do
    return first_paragraph(inspect.getdoc(do) or f"Return the {asked.view.name} at a moment.")
