"""What is sent for an operation and what is made of the answer, without sending anything."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

import httpx

from .errors import Json, problem_of, require_kind

Given: TypeAlias = "Mapping[str, object]"
"""The params of an operation by their names; None is not given."""

TIMEOUT_SECONDS: Final = 90.0
"""Longer than the service waits for the end of a run at most."""
TRIES: Final = 5
LONGEST_PAUSE_SECONDS: Final = 30.0
_FIRST_PAUSE_SECONDS: Final = 0.25
COME_BACK: Final = frozenset({429, 502, 503, 504})
"""The statuses of what may be otherwise soon."""
_SENDABLE: Final = re.compile("[!-~]+")
_ACCEPTED, _STILL_RUNNING = 202, "still-running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where an operation is found, as the table of the service says."""

    method: Literal["GET", "POST"]
    path: str
    file: str | None = None
    goes_on: bool = False
    has_key: bool = False
    answers_file: bool = False
    is_stream: bool = False

    @property
    def in_path(self) -> list[str]:
        """The names of the params that are in the path, in their order."""
        parts = [part[1:-1] for part in self.path.split("/") if part[:1] == "{"]
        return [part.removesuffix(":path") for part in parts]


@cache
def routes() -> Mapping[str, Route]:
    """Return the routes by the names of their operations."""
    text = (files(__package__ or "") / "routes.json").read_bytes()
    return {name: Route(**row) for name, row in json.loads(text).items()}


@dataclass(frozen=True, slots=True)
class How:
    """How an operation is to be done.

    `wait` is for how many seconds the answer is waited for before it is where the work goes on,
    `if_version` the version that the run must have. `prefer` are further wishes (RFC 7240).
    """

    wait: int | None = None
    if_version: int | None = None
    prefer: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say it."""
        wishes = (*self.prefer, *(() if self.wait is None else (f"wait={self.wait}",)))
        found = {"Prefer": ", ".join(wishes)} if wishes else {}
        return found | ({} if self.if_version is None else {"If-Match": f'"{self.if_version}"'})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; who repeats one that `can_be_repeated` does nothing twice."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def can_be_repeated(self) -> bool:
        """Whether the service does it once, however often it comes."""
        return self.method == "GET" or "Idempotency-Key" in self.headers


@dataclass(frozen=True, slots=True)
class Place:
    """The URL of a service, such as `http://127.0.0.1:8321/v1`, and a key for it."""

    url: str
    key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raise `ValueError`, which does not show it, for what is no key."""
        if self.key is not None and not is_sendable(self.key):
            message = "the key has a blank, or a letter that no key has"
            raise ValueError(message)

    def request(self, asked: Asked, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """Return what the client of httpx is to send."""
        shown = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        return http.build_request(
            asked.method,
            self.url.rstrip("/") + asked.path,
            params=asked.query,
            content=asked.content,
            headers={**shown, **asked.headers},
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an operation; `is_accepted` when it goes on, and the value says where."""

    value: "Json | bytes"
    headers: Mapping[str, str]
    is_accepted: bool = False

    def told(self, name: Literal["Remarks", "Doubts"]) -> list[str]:
        """Return what was told beside it."""
        return [str(text) for text in json.loads(self.headers.get(f"Opstrail-{name}", "[]"))]


def is_sendable(key: str) -> bool:
    """Return whether a text can be sent as a key."""
    return _SENDABLE.fullmatch(key) is not None


def asked_for(name: str, given: Given, how: How) -> Asked:
    """Return the request for an operation. Raises `TypeError` for one that is not there."""
    route = route_of(name)
    left = {key: value for key, value in given.items() if value is not None}
    path = _filled(route, left, name)
    headers, content = how.headers, None
    if route.has_key:
        headers["Idempotency-Key"] = f'"{left.pop("key", None) or secrets.token_hex(16)}"'
    if route.file is not None:
        content, headers["Content-Type"] = left.pop(route.file), "application/zip"
    elif route.method == "POST":
        content, headers["Content-Type"] = json.dumps(left).encode(), "application/json"
        left = {}
    if not isinstance(content, bytes | None):
        message = f"{name}: {route.file} must be bytes"
        raise TypeError(message)
    return Asked(route.method, path, _query(left), content, headers)


def route_of(name: str) -> Route:
    """Return the route of an operation. Raises `TypeError`."""
    if name not in routes():
        message = f"the service has no operation {name}"
        raise TypeError(message)
    return routes()[name]


def _filled(route: Route, left: dict[str, object], name: str) -> str:
    """Return the path with the params in it, which are taken from what is left."""
    path = route.path
    for param in route.in_path:
        if not left.get(param):
            message = f"{name}: {param} must be given"
            raise TypeError(message)
        text = str(left.pop(param))
        is_rest = f"{{{param}:path}}" in path
        quoted = quote(text, safe="/" if is_rest else "")
        segment = quoted.replace(".", "%2E") if text in (".", "..") else quoted
        path = path.replace(f"{{{param}:path}}" if is_rest else f"{{{param}}}", segment)
    return path


def _query(left: Given) -> tuple[tuple[str, str], ...]:
    found = list[tuple[str, str]]()
    for name, value in left.items():
        values = value if isinstance(value, list | tuple) else [value]
        found += [(name, _text(each)) for each in values]
    return tuple(found)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Exchange:
    """An operation that is asked for until it is answered: `asked` is what is sent."""

    def __init__(self, name: str, given: Given, how: How) -> None:
        """Begin. Raises `TypeError` for an operation that is not there."""
        self.asked = asked_for(name, given, how)
        self.answer: Answer | None = None
        self._name, self._tries = name, 0

    def pause(self, outcome: httpx.Response | httpx.TransportError) -> float:
        """Take what came of sending it, and return the seconds to wait before it is sent again.

        It is not sent again once there is an answer. Raises `ProblemError`, or the error that the
        outcome is.
        """
        self._tries += 1
        is_last = self._tries == TRIES or not self.asked.can_be_repeated
        if isinstance(outcome, httpx.TransportError):
            if is_last:
                raise outcome
            return pause_after(self._tries)
        if outcome.status_code in COME_BACK and not is_last:
            return max(pause_after(self._tries), _told_pause(outcome))
        self.answer = _answer(self._name, outcome, was_sent_before=self._tries > 1)
        return 0.0


def pause_after(number: int) -> float:
    """Return the seconds to wait after so many tries: each time about twice as long."""
    longest = min(_FIRST_PAUSE_SECONDS * 2.0**number, LONGEST_PAUSE_SECONDS)
    return longest * (0.5 + secrets.randbelow(500) / 1000)


def _told_pause(response: httpx.Response) -> float:
    told = response.headers.get("Retry-After", "")
    return min(float(told), LONGEST_PAUSE_SECONDS) if told.isascii() and told.isdigit() else 0.0


def _answer(name: str, response: httpx.Response, *, was_sent_before: bool) -> Answer:
    if response.is_success:
        is_file = route_of(name).answers_file
        require_kind(response, "application/zip" if is_file else "application/json")
        value = response.content if is_file else response.json()
        return Answer(value, response.headers, is_accepted=response.status_code == _ACCEPTED)
    problem = problem_of(response)
    if problem.code == _STILL_RUNNING and was_sent_before:  # by the try that was not answered
        url = str(problem.document.get("url"))
        value = {"id": url.rpartition("/")[2], "url": url}
        return Answer(value, response.headers, is_accepted=True)
    raise problem
