"""A Prometheus to ask: Debian's, started here, or one that gives recorded answers."""

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

BINARY = shutil.which("prometheus")
RECORDED: dict[str, Any] = json.loads(
    Path(__file__).with_name("prometheus_recordings.json").read_text()
)
_STATUS = {"bad_data": 400, "execution": 422, "timeout": 503}
_CONFIG = """
global: {{scrape_interval: 1s}}
scrape_configs: [{{job_name: self, static_configs: [{{targets: ["{address}"]}}]}}]
"""


@contextmanager
def recorded(answers: dict[str, Any]) -> Iterator[str]:
    """Give the URL of a server that answers so, by path and expression."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            asked = query.get("query", query.get("match[]", [""]))[0]
            body = answers[f"{parts.path.rpartition('/')[2]} {asked}"]
            failed = isinstance(body, dict) and body.get("status") == "error"
            self.send_response(_STATUS[body["errorType"]] if failed else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def real(folder: Path) -> Iterator[str]:
    """Give the URL of a Prometheus that has scraped itself."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = folder / "prometheus.yml"
    config.write_text(_CONFIG.format(address=address))
    options = [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(BINARY), f"--config.file={config}", *options], stdout=log, stderr=log
        )
    try:
        _wait_for_samples(f"http://{address}", process)
        yield f"http://{address}"
    finally:
        process.kill()
        process.wait()


def _wait_for_samples(url: str, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"{url}/api/v1/query?query=up") as answer,  # noqa: S310 - ours
        ):
            if json.load(answer)["data"]["result"]:
                return
        time.sleep(0.1)
