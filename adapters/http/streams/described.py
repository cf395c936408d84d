"""The streams as OpenAPI describes them."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.http.streams.feeds import TOPICS

_SENT: Final = (
    "Server-sent events: `event` says of which kind, `data` is one line of JSON. `end`, `bye`,"
    " `denied`, `resync` and `error` say why no more will come, or that what there is has to be"
    " read anew. A comment comes every ten seconds."
)
_WHERE: Final = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[0-9]{0,19}$"},
    "description": "The id of the last event that the reader has; what came after it follows.",
}
_AFTER: Final = {
    "name": "after",
    "in": "query",
    "required": False,
    "schema": {"type": "integer", "minimum": 0},
    "description": "The same, for a first request.",
}
_RUN: Final = {
    "name": "run",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "example": "latest",
}
_TOPICS: Final = {
    "name": "topics",
    "in": "query",
    "required": False,
    "schema": {"type": "string"},
    "description": f"Of {', '.join(TOPICS)}: which, with commas between; all by default.",
}
STREAM_REFUSALS: Final[Mapping[int, tuple[str, ...]]] = {
    401: ("key-missing", "key-refused"),
    403: ("denied", "wrong-origin"),
    404: ("not-found",),
    421: ("wrong-host",),
    431: ("head-too-large",),
    422: ("invalid-params", "ambiguous-run"),
    429: ("too-many-streams",),
    500: ("unforeseen", "corrupt-log"),
    503: ("database-unavailable",),
}


def _stream(name: str, text: str, scope: str, *params: Mapping[str, Any]) -> dict[str, Any]:
    content = {"text/event-stream": dict[str, Any]()}
    return {
        "operationId": name,
        "tags": ["stream"],
        "summary": text.partition("\n")[0],
        "description": f"{text}\n\nScope: `{scope}`.",
        "parameters": [*params, _WHERE, _AFTER],
        "responses": {"200": {"description": _SENT, "content": content}},
    }


STREAMS: Final[Mapping[str, dict[str, Any]]] = {
    "/runs/{run}/stream": _stream(
        "run_stream",
        "The events of a run, each with its version as id, until the run has ended.",
        "runs:read",
        _RUN,
    ),
    "/log/stream": _stream(
        "log_stream",
        "All events of the tenant, each with its position as id, from now on.",
        "audit:read",
    ),
    "/stream": _stream(
        "changes",
        "What has changed: the id, the version and the type of the last event of each stream.",
        "runs:read",
        _TOPICS,
    ),
}
