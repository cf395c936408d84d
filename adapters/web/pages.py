"""The built pages as an ASGI application; `building.py` builds them from `ui`."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

BUILT: Final = Path(__file__).parent / "built"
MISSING: Final = (
    "the pages for browsers are not built here: scripts/serve builds them, which needs node and"
    " npm; an installed opstrail has them"
)
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
        " object-src 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
}
_PACKED: Final = ".gz"
_START: Final = "index.html"
_HASHED: Final = "assets/"
"""Here, a name has the digest of the content: what a browser has of it never changes."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent, and the same compressed where that is shorter."""

    name: str
    content: bytes
    compressed: bytes | None

    def response(self, headers: Headers) -> Response:
        """Return it as a browser can take it."""
        kept = "public, max-age=31536000, immutable" if self.name.startswith(_HASHED) else "no-cache"
        told = {**_HEADERS, "Cache-Control": kept}
        content = self.content
        if self.compressed is not None and "gzip" in headers.get("accept-encoding", ""):
            content, told["Content-Encoding"] = self.compressed, "gzip"
        media_type = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        return Response(content, headers=told, media_type=media_type)


class Pages:
    """Serves files, all of which it holds; any other path that a browser opens is a page.

    What is no page is `HTTPException`: the application around it says so in its own way.
    """

    def __init__(self, folder: Path = BUILT) -> None:
        """Read the files of a folder; there may be none."""
        paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != _PACKED]
        files = [_file(path, path.relative_to(folder).as_posix()) for path in paths]
        self._files = {file.name: file for file in files}

    @property
    def are_built(self) -> bool:
        """Whether there is anything to show."""
        return _START in self._files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = Headers(scope=scope)
        file = self._files.get(scope["path"].removeprefix("/"))
        if file is None and "text/html" in headers.get("accept", ""):
            file = self._files.get(_START)
        if file is None or scope["method"] not in {"GET", "HEAD"} or _is_of_api(scope["path"]):
            raise HTTPException(404, "no such path" if self.are_built else MISSING)
        await file.response(headers)(scope, receive, send)


def _is_of_api(path: str) -> bool:
    return path == "/v1" or path.startswith("/v1/")


def _file(path: Path, name: str) -> File:
    packed = path.with_name(path.name + _PACKED)
    return File(name, path.read_bytes(), packed.read_bytes() if packed.exists() else None)
