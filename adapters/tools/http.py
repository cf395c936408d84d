"""The tool of servers outside: requests to the APIs that the sources file names."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from pydantic import Field, JsonValue, field_validator

from adapters.sources.source import HttpSource
from adapters.tools.answer import answer
from adapters.tools.operation import SourceTool, Words, operation
from adapters.tools.references import query_reference
from domain.tools.capabilities import ToolCapability
from domain.tools.contracts import (
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)
from domain.values.effect import Effect

_LONGEST = 2000
_UNREAD = "{} signs of the text could not be read; each is U+FFFD here"
_CAN = ToolCapability.HTTP_API


class GetParams(ToolParams):
    """A path below the source's URL, such as /v1/items, and the query after it."""

    source: Words
    path: Annotated[str, Field(max_length=_LONGEST)] = ""
    query: dict[str, str | int | float | bool] = {}

    @field_validator("path")
    @classmethod
    def _stays_below(cls, path: str) -> str:
        steps = [each.partition(";")[0] for each in re.split(r"[/\\]", unquote(path))]
        if path and (not path.startswith("/") or {".", ".."} & {*steps}):
            message = "it begins with / and has no . or .. between slashes"
            raise ValueError(message)
        if any(sign in path for sign in "?#") or not path.isprintable():
            message = "it has neither ? nor # nor control characters; the query is a parameter"
            raise ValueError(message)
        return path


class PutParams(GetParams):
    """What is to be so: PUT makes the item that of the body, DELETE takes it away."""

    method: Literal["PUT", "DELETE"] = "PUT"
    body: JsonValue = None


class SendParams(GetParams):
    """What is to be done once, with POST or PATCH and the body."""

    method: Literal["POST", "PATCH"] = "POST"
    body: JsonValue = None


class HttpTool(SourceTool):
    """Asks the HTTP servers that the sources file names."""

    TYPE = "http"

    @operation("get", GetParams, _CAN)
    async def _get(self, context: ToolContext, params: GetParams) -> ToolResult:
        """Return what a server answers to a GET."""
        return await self._asked("get", context, params, {})

    @operation("put", PutParams, _CAN, effect=Effect.IDEMPOTENT)
    async def _put(self, context: ToolContext, params: PutParams) -> ToolResult:
        """Make something so with PUT or DELETE: twice does no harm."""
        return await self._asked("put", context, params, _change(context, params))

    @operation("send", SendParams, _CAN, effect=Effect.EFFECT)
    async def _send(self, context: ToolContext, params: SendParams) -> ToolResult:
        """Do something with POST or PATCH, once."""
        return await self._asked("send", context, params, _change(context, params))

    async def _asked(
        self, name: str, context: ToolContext, params: GetParams, change: dict[str, Any]
    ) -> ToolResult:
        from adapters.sources.exchange import Request, ask  # noqa: PLC0415 - few calls need it

        source = self._sources.named(context.tenant_id, params.source, HttpSource)
        headers = {**context.trace_headers, **change.pop("headers", {})}
        request = Request(path=params.path, query={**params.query}, headers=headers, **change)
        if request.method not in source.methods:
            allowed = ", ".join(source.methods)
            message = f"source {source.name} does not allow {request.method}; allowed: {allowed}"
            raise ToolFailure(ToolErrorCode.POLICY_DENY, message)
        with self._sources.opened(source) as opened:
            reply = await ask(source, opened, request)
            unread = reply.body.count("\ufffd") if isinstance(reply.body, str) else 0
            reference = query_reference("http", name, params=params, total_records=1)
            result = answer(
                {"status": reply.status, "content_type": reply.content_type, "body": reply.body},
                row_count=1,
                warnings=[_UNREAD.format(unread)] if unread else [],
                references=[{**reference, "title": f"{request.method} {reply.url}"}],
            )
            return opened.closed(result)


def _change(context: ToolContext, params: PutParams | SendParams) -> dict[str, Any]:
    key = context.idempotency_key
    headers = {} if key is None else {"Idempotency-Key": key}
    return {"method": params.method, "body": params.body, "headers": headers}
