"""Asking servers outside over HTTP: only those that a source names, where they are allowed to be.

A name is resolved once, and the connection goes to the address that was looked at: another answer
of the name service a moment later leads nowhere. Redirects are followed here, not by the client.
"""

import asyncio
import ssl
import zlib
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
from pydantic import JsonValue

from adapters.sources.addresses import address_of
from adapters.sources.source import HttpSource, WebSource
from adapters.sources.sources import Opened
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.values.json_text import BadJson, bounded_json

_C: Final = ToolErrorCode
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_UNZIPS_ANY: Final = 47
"""Of zlib: gzip and deflate alike."""
_ERRORS: Final = {
    401: _C.AUTH_FAILED,
    403: _C.PERMISSION_DENIED,
    404: _C.DATA_NOT_FOUND,
    410: _C.DATA_NOT_FOUND,
    408: _C.UPSTREAM_UNAVAILABLE,
    429: _C.RATE_LIMITED,
}
_CHARSETS: Final = frozenset({"iso-8859-1", "iso-8859-15", "windows-1252", "utf-16"})
"""Beside UTF-8; of others, such as punycode, a megabyte can take hours."""
_MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a source: a path below its URL, a query, and JSON as the body.

    In its place, `content` is sent as it is, and only whether it was taken counts of the answer.
    """

    path: str = ""
    method: str = "GET"
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: JsonValue = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: `body` is JSON, or a text; `url` is where it came from at last."""

    status: int
    url: str
    content_type: str
    body: JsonValue


async def ask(source: WebSource, opened: Opened, request: Request) -> Reply:
    """Return the reply of a server that says it succeeded, within the source's limits.

    Raises `ToolFailure`.
    """
    try:
        async with asyncio.timeout(source.timeout_ms / 1000):
            return await _Exchange(source, opened).ask(request)
    except TimeoutError as error:
        message = f"source {source.name}: no answer within {source.timeout_ms} ms"
        raise ToolFailure(_C.TOOL_TIMEOUT, message) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        message = f"source {source.name}: {type(error).__name__}: {error}".rstrip(": ")
        raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message) from error
    except ToolFailure as error:
        message = f"source {source.name}: {error}"
        raise ToolFailure(error.code, message, details=error.details) from error


class _Exchange:
    def __init__(self, source: WebSource, opened: Opened) -> None:
        self._source, self._opened, self._base = source, opened, httpx.URL(source.url)

    async def ask(self, request: Request) -> Reply:
        path = self._base.path.rstrip("/") + request.path
        url = self._base.copy_with(path=path or "/", params=request.query or None)
        # No proxy of the environment: it would look up the name again.
        trusted, seconds = _trusted(self._source.ca_file), self._source.timeout_ms / 1000
        async with httpx.AsyncClient(trust_env=False, timeout=seconds, verify=trusted) as client:
            for _ in range(_MOST_REDIRECTS + 1):
                sent = await self._sent(url, request)
                async with client.stream(**sent) as response:
                    if response.status_code not in _REDIRECTS:
                        if request.content is not None and response.is_success:
                            return Reply(response.status_code, str(url), "", None)
                        return await self._reply(response, url)
                    url, request = self._redirected(response, url, request)
        message = f"{_MOST_REDIRECTS} redirects, and the server goes on"
        raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message)

    async def _sent(self, url: httpx.URL, request: Request) -> dict[str, Any]:
        """Return the arguments of a request to the address of the host, which was looked at."""
        port, host = url.port or {"http": 80, "https": 443}[url.scheme], url.raw_host.decode()
        address = await address_of(host, port, allow_private=self._source.allow_private)
        own = self._opened.values if _origin(url) == _origin(self._base) else {}
        headers = {"Accept-Encoding": "gzip", "Accept": "application/json, text/*;q=0.9"}
        headers |= {**own, **request.headers, "Host": url.netloc.decode()}
        return {
            "method": request.method,
            "url": url.copy_with(host=address),
            "headers": headers,
            "extensions": {"sni_hostname": host},
            "json": request.body,  # None is no body
            "content": request.content,
        }

    def _redirected(
        self, response: httpx.Response, url: httpx.URL, request: Request
    ) -> tuple[httpx.URL, Request]:
        """Return where a redirect leads, and what is asked there. Raises `ToolFailure`."""
        target = url.join(response.headers.get("Location", ""))
        if response.status_code == httpx.codes.SEE_OTHER or (
            response.status_code < httpx.codes.SEE_OTHER and request.method == "POST"
        ):
            request = replace(request, method="GET", body=None)
        hosts, methods = set[str](), {"GET"}
        if isinstance(self._source, HttpSource):
            hosts, methods = {*self._source.hosts}, {*self._source.methods}
        is_safe = target.scheme == "https" or target.scheme == url.scheme == "http"
        is_listed = _host(target) in {_host(self._base), *hosts} and not target.userinfo
        why = None if is_safe and is_listed and request.method in methods else "listed"
        if why is None and _host(target) not in hosts and not self._is_below(target):
            why = f"below {self._base.path}"
        if why is not None:
            message = f"it redirects to {request.method} {_origin(target)}, which is not {why}"
            raise ToolFailure(_C.POLICY_DENY, message)
        return target, request

    def _is_below(self, target: httpx.URL) -> bool:
        base = self._base.path.rstrip("/")
        return f"{target.path}/".startswith(f"{base}/") and ".." not in target.path.split("/")

    async def _reply(self, response: httpx.Response, url: httpx.URL) -> Reply:
        content = await self._content(response)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not response.is_success:
            raise _refused(response, content)
        charset = (response.charset_encoding or "").lower()
        body = _read(content, kind, charset) if content else None
        return Reply(response.status_code, str(url), kind, body)

    async def _content(self, response: httpx.Response) -> bytes:
        """Return the whole body, unpacked. Raises `ToolFailure` when it is too long."""
        most, taken = self._source.max_bytes, bytearray()
        async for part in response.aiter_raw():
            taken += part
            if len(taken) > most:
                break
        content = bytes(taken)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            content = _unpacked(content, most)
        if len(content) > most:
            message = f"it answered with more than {most} bytes, which is the most that is read"
            raise ToolFailure(_C.MAX_ROWS_EXCEEDED, message)
        return content


def _trusted(ca_file: str | None) -> ssl.SSLContext | bool:
    """Return whose certificates are trusted: those of the file, else those of browsers."""
    try:
        return True if ca_file is None else ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        message = f"ca_file: {error.strerror or error}"
        raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message) from error


def _read(content: bytes, kind: str, charset: str) -> JsonValue:
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return bounded_json(content, where="its JSON")
        except BadJson as error:
            raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, str(error)) from error
    if kind.startswith("text/"):
        return content.decode(charset if charset in _CHARSETS else "utf-8", "replace")
    message = f"it answered with {kind or 'no content type'}; JSON and text are read"
    raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message)


def _unpacked(content: bytes, most: int) -> bytes:
    """Return what is packed, or more bytes of it than are read."""
    unzip = zlib.decompressobj(_UNZIPS_ANY)
    try:
        unpacked = unzip.decompress(content, most + 1)
    except zlib.error as error:
        message = f"it answered with what cannot be unpacked: {error}"
        raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message) from error
    if len(unpacked) <= most and not unzip.eof:
        message = f"its packed answer ends too early, or has more than {most} bytes"
        raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message)
    return unpacked


def _refused(response: httpx.Response, content: bytes) -> ToolFailure:
    status, wait_ms = response.status_code, _retry_after_ms(response)
    fallback = _C.UPSTREAM_UNAVAILABLE if response.is_server_error else _C.TOOL_BAD_REQUEST
    details: dict[str, JsonValue] = {"status": status}
    if wait_ms is not None:
        details["retry_after_ms"] = wait_ms
    said = " ".join(content[:_MOST_SHOWN].decode("utf-8", "replace").split())
    message = f"it answered {status} {response.reason_phrase}: {said}".rstrip(": ")
    return ToolFailure(_ERRORS.get(status, fallback), message, details=details)


def _retry_after_ms(response: httpx.Response) -> int | None:
    """Return how long the server wants to be left alone: in seconds, or until a date."""
    said = response.headers.get("Retry-After", "")
    if said.isdecimal():
        return int(said[:9]) * 1000
    try:
        until, now = (parsedate_to_datetime(each) for each in (said, response.headers["Date"]))
        return max(0, round((until - now).total_seconds() * 1000))
    except (KeyError, TypeError, ValueError):  # one of them may have no zone
        return None


def _host(url: httpx.URL) -> str:
    return url.netloc.decode().lower()


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{_host(url)}"
