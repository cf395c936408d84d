"""A server of the tests' own, which answers as its paths say, and notes what it was asked."""

import gzip
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

ANSWERS: Final[dict[str, tuple[bytes, dict[str, str]]]] = {
    "/text": (b"hello", {"Content-Type": "text/plain"}),
    "/odd": (b"hello-\xff", {"Content-Type": "text/plain; charset=punycode"}),
    "/picture": (b"x", {"Content-Type": "image/png"}),
    "/long": (b'"' + b"x" * 5000 + b'"', {}),
    "/packed": (gzip.compress(b'{"a": 1}'), {"Content-Encoding": "gzip"}),
    "/bomb": (gzip.compress(b'"' + b"x" * 5_000_000 + b'"'), {"Content-Encoding": "gzip"}),
    "/half": (gzip.compress(b'{"a": 1}')[:-9], {"Content-Encoding": "gzip"}),
    "/garbage": (b'{"a": NaN}', {}),
}
"""What is answered to a path, and with which headers."""


@dataclass
class WebServer:
    """Where it is, and what came: method, path, headers and body of each request."""

    port: int
    asked: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers: `/status/429`, `/to/303/PATH` or one of `ANSWERS`."""
        if path.startswith("/status/"):
            given = self.asked[-1][2].get("Authorization", "")
            status, _, until = path.removeprefix("/status/").partition("/")
            return int(status), given.encode(), {"Retry-After": until.replace("%20", " ") or "7"}
        if path.startswith("/to/"):
            status, _, target = path.removeprefix("/to/").partition("/")
            return int(status), b"", {"Location": target.replace("PORT", str(self.port))}
        _, _, headers, body = self.asked[-1]
        echo = json.dumps({"headers": headers, "body": body}).encode()
        content, more = ANSWERS.get(path, (echo, {}))
        return 200, content, more


@contextmanager
def web_server(certificate: Path | None = None) -> Iterator[WebServer]:
    """Give a running server; with a certificate it speaks HTTPS."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    httpd.handle_error = lambda *_: None  # type: ignore[method-assign]  # whoever goes may go
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        httpd.socket = tls.wrap_socket(httpd.socket, server_side=True)
    httpd.found = WebServer(httpd.server_address[1])  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield httpd.found  # type: ignore[attr-defined]  # see above
    finally:
        httpd.found.ends.set()  # type: ignore[attr-defined]  # see above
        httpd.shutdown()
        thread.join()
        httpd.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = self.path.partition("?")[0]
        found: WebServer = self.server.found
        found.asked.append((self.command, self.path, dict(self.headers), body))
        if path == "/slow":
            found.ends.wait(10)
        status, content, headers = found.answer(path)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names
