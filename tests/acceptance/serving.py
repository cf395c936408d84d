"""A server as a process of its own, and readers of its streams."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.cli import COMMAND, start

SECONDS = 30.0


@dataclass(frozen=True)
class Server:
    """A process that answers; `url` is where."""

    process: "subprocess.Popen[str]"
    url: str
    said: list[str]

    def post(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        answer = httpx.post(self.url + path, json=body, timeout=SECONDS)
        assert answer.is_success, answer.text
        return answer.json()

    def follow(self, path: str, *, after: int | None = None) -> "Following":
        following = Following(
            self.url + path, {} if after is None else {"Last-Event-ID": f"{after}"}
        )
        following.thread.start()
        return following


@dataclass
class Following:
    """A stream that is read by a thread: the id, event and data of each message."""

    url: str
    headers: dict[str, str]
    messages: list[tuple[int | None, str, Any]] = field(default_factory=list)
    grown: threading.Condition = field(default_factory=threading.Condition)
    is_over: bool = False

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._read, daemon=True)

    @property
    def ids(self) -> list[int]:
        return [number for number, _, _ in self.messages if number is not None]

    @property
    def types(self) -> list[str]:
        return [data["type"] for _, kind, data in self.messages if kind == "event"]

    @property
    def last_kind(self) -> str:
        return self.messages[-1][1]

    def until(self, kind: str) -> None:
        """Wait for an event of this type of the run, or a message of this kind."""
        with self.grown:
            found = self.grown.wait_for(lambda: self._has(kind), SECONDS)
        assert found, self.messages

    def end(self) -> "Following":
        with self.grown:
            assert self.grown.wait_for(lambda: self.is_over, SECONDS), self.messages
        return self

    def _has(self, kind: str) -> bool:
        return kind in self.types or kind in {each for _, each, _ in self.messages}

    def _read(self) -> None:
        stream = httpx.stream("GET", self.url, headers=self.headers, timeout=SECONDS)
        with suppress(httpx.HTTPError), stream as response:
            self._take(response.iter_lines())
        with self.grown:
            self.is_over = True
            self.grown.notify_all()

    def _take(self, lines: Iterator[str]) -> None:
        number: int | None = None
        kind = ""
        for line in lines:
            name, _, value = line.partition(": ")
            if name == "id":
                number = int(value)
            elif name == "event":
                kind = value
            elif name == "data":
                with self.grown:
                    self.messages.append((number, kind, json.loads(value)))
                    self.grown.notify_all()
                number = None


@contextmanager
def serving(
    database: Path | str, *command: str, host: str = "127.0.0.1", **more: str
) -> Iterator[Server]:
    """Give a server on a database; `command` is who runs the command line."""
    place = ("--host", host, "--port", "0")
    words = (*(command or COMMAND), "--database", str(database), "serve", *place)
    process = start(*words, output=subprocess.DEVNULL, **more)
    said: list[str] = []
    try:
        yield Server(process, _url(process, said), said)
    finally:
        process.kill()
        process.communicate()


def _url(process: "subprocess.Popen[str]", said: list[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"opstrail answers on (\S+/v1)", line):
            threading.Thread(target=said.extend, args=(process.stderr,), daemon=True).start()
            return found[1]
    raise AssertionError(said)
