"""What the server logs: a line of JSON each, or for a terminal, with the ids to find things by."""

import logging
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Literal

import orjson
import structlog
from starlette.types import Scope

from adapters.bootstrap import without_secrets
from adapters.http.metrics import run_ended_by
from domain.identity.asking import Asking
from domain.ports import Append
from domain.run.summary import RunSummary

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

_REQUESTS: Final = logging.getLogger("opstrail.request")
_RUNS: Final = logging.getLogger("opstrail.run")
_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by whoever watches the server."""
_FACTS: Final = frozenset(
    {
        *("request_id", "run_id", "tenant", "principal", "key_id", "traceparent"),
        *("method", "operation", "status", "duration_ms", "state", "error_code", "path"),
    }
)
LEVELS: Final = {
    "opstrail": logging.INFO,
    "opstrail.runner": logging.CRITICAL,  # what a run says is in its events, for its tenant
    "opstrail.stages": logging.CRITICAL,
    "uvicorn": logging.WARNING,
}
"""What is logged of each part of the server."""
_TEXTS: Final = frozenset({"event", "exception"})
Format = Literal["json", "console", "auto"]


def log_to_stderr(form: Format) -> None:
    """Write from now on what the server and its parts log; tools keep theirs in their calls."""
    is_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    for_people = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    as_json = structlog.processors.JSONRenderer(_json_text)
    shown = as_json if is_json else for_people
    made: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=_FACTS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=made, processors=[meta, shown])
    )
    for name, level in LEVELS.items():
        logger = logging.getLogger(name)
        logger.setLevel(level)
        if "." not in name:
            logger.handlers, logger.propagate = [handler], False


def _json_text(told: "EventDict", default: Callable[[object], object]) -> str:
    return orjson.dumps(told, default).decode()


def _without_secrets(_: object, __: str, told: "EventDict") -> "EventDict":
    return {name: without_secrets(text) if name in _TEXTS else text for name, text in told.items()}


def log_request(
    scope: Scope, status: int, headers: Mapping[str, str], *, operation: str, seconds: float
) -> None:
    """Log a request whose answer begins; of a stream, that it has begun."""
    if scope["path"] in _QUIET and status < 400:  # noqa: PLR2004 - what is no refusal
        return
    state, asking = scope["state"], scope["state"].get("asking")
    run = scope.get("path_params", {}).get("run")
    begun = headers.get("location", "").rpartition("/")[2]
    facts = {
        "request_id": state["request_id"],
        "method": scope["method"],
        "operation": operation,
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        "run_id": run or begun or None,
        **(_who(asking) if isinstance(asking, Asking) else {}),
    }
    _REQUESTS.info("request", extra=_known(facts))


def log_append(request: Append) -> None:
    """Log that a run has begun or ended here, and which request it was begun by."""
    run = request.summary
    if run is None or not request.is_own or not request.events:
        return
    if request.expected.version == 0:
        by = request.entries[0].acted if request.entries else None
        more = {} if by is None else {"request_id": by.request_id or None, "principal": by.kind}
        _log_run("run begun", request, run, more)
    if run_ended_by(request) is not None:
        ended = {"state": run.state, "status": run.status, "error_code": run.error_code}
        _log_run("run ended", request, run, {**ended, "duration_ms": run.duration_ms})


def _log_run(text: str, request: Append, run: RunSummary, more: Mapping[str, object]) -> None:
    trace = request.events[0].traceparent
    of = {"run_id": run.run_id, "tenant": request.tenant_id, "traceparent": trace}
    _RUNS.info(text, extra=_known({**of, **more}))


def _who(asking: Asking) -> Mapping[str, object]:
    who = asking.principal
    return {"tenant": who.tenant_id, "principal": who.kind.value, "key_id": who.key_id}


def _known(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value is not None}
