"""What one tenant has, and requests of another one that name all of it."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from adapters.http.examples import example_of
from adapters.http.routes import ARCHIVE, ROUTES
from domain.operations.table import OPERATIONS
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held

OTHER: Final = "other"
WAIT: Final = {"Prefer": "wait=20"}
KEY: Final = {"Idempotency-Key": "k-1"}
QUESTION: Final = {"question": "How many servers are there?"}
WHY: Final = {"why": "a test"}
REPLAY: Final = {"mode": "verify", "filter": "started > -7d", "reason": "secret"}
VIEW: Final = {"rel_types": ["RUNS_ON"], "direction": "in", "max_depth": 1}
SAME: Final = {"ci_code": "srv-01", "ci_name": "Another", "ci_type": "HW"}
BESIDE: Final = {"source_id": "own-01", "target_id": "srv-02", "rel_type": "DEPENDS_ON"}
SEARCH: Final = {
    "call_id": "found",
    "tool": "ci",
    "operation": "search",
    "params": {"keywords": ["srv"]},
}
NEW: Final = re.compile(
    r"[0-9a-f]{64}|(?:run|replay)-[0-9a-f-]{36}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)|ops_[\w-]+"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|key-[0-9a-f]{12}|(?<=cursor=)[\w-]+"
    r'|"(?:request_id|key_id|log_hash|content_hash|worker)":"[^"]*"'
    r'|"(?:[a-z_]+_ms|p50|p90|p99|max|position|lag|next|end)":[\d.]+|[\d.]{7,}|(?m:^id: \d+$)'
)
"""What is new with each request, or is so to the server."""


@dataclass(frozen=True)
class Asked:
    """A request for an operation."""

    method: str
    path: str
    headers: Mapping[str, str]
    json: object = None
    content: bytes | None = None

    def of(self, client: Client) -> httpx.Response:
        return client.ask(
            self.method, self.path, json=self.json, headers=self.headers, content=self.content
        )


@dataclass(frozen=True)
class Theirs:
    """Values of params by their names, or by `operation.name`; and what headers can have."""

    values: Mapping[str, Any]
    etag: str
    cursors: Mapping[str, str]

    def requests(self, operation: str) -> Iterator[Asked]:
        """Yield requests for an operation with all that may be of the other tenant."""
        route, params = ROUTES[operation], OPERATIONS[operation].params
        fields = params.model_fields.items()
        needed = [name for name, each in fields if each.is_required()]
        needed = [name for name in needed if name != route.folder_out]
        in_body = {*needed} - route.params_in_path
        shown = example_of(operation, in_body) if route.method == "POST" and not route.body else {}
        base = shown | {name: self._value(operation, name, shown) for name in needed}
        yield self._request(operation, base)
        for name, field in fields:
            value = self._value(operation, name, {})
            if not field.is_required() and value is not None and name != "key":
                yield self._request(operation, base | {name: value})
        for headers in self._headers(operation):
            yield self._request(operation, base, headers)
        if operation in self.cursors:
            query = {"limit": 1, "cursor": self.cursors[operation]}
            yield self._request(operation, base | query)

    def _value(self, operation: str, name: str, shown: Mapping[str, Any]) -> Any:  # noqa: ANN401
        of_all = self.values.get(name, shown.get(name))
        return self.values.get(f"{operation.partition('.')[0]}.{name}", of_all)

    def _headers(self, operation: str) -> Iterator[Mapping[str, str]]:
        if ROUTES[operation].has_key:
            yield KEY
        if "run" in ROUTES[operation].params_in_path:
            yield {"If-Match": self.etag}
            yield {"If-None-Match": self.etag}

    def _request(
        self, operation: str, given: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Asked:
        route, sent = ROUTES[operation], {**WAIT, **(headers or {})}
        path, rest = route.path.replace(":path}", "}"), dict(given)
        for name in route.params_in_path:
            path = path.replace(f"{{{name}}}", str(rest.pop(name)))
        if route.method == "POST" and not route.body:
            return Asked("POST", path, sent, json=rest)
        content = rest.pop(route.file) if route.file else self.values.get(route.body or "")
        kind = {"Content-Type": "application/zip"} if route.body else {}
        return Asked(
            route.method, f"{path}?{urlencode(rest, doseq=True)}", sent | kind, None, content
        )


def made(held: Held) -> Theirs:
    """Let a tenant do what leaves something behind, and return how that is called."""
    admin = held.holder("admin")
    run, second = (
        admin.post("/runs", QUESTION, WAIT | more).json()["run_id"] for more in (KEY, {})
    )
    admin.post("/runs", {"question": "Which?", "plan": {"calls": [SEARCH]}}, WAIT)
    admin.post(f"/runs/{run}/pin", {"name": "secret"})
    admin.post("/assets/view:SECRET/publish", {"content": VIEW, **WHY})
    admin.post("/words", {"word": "secretword", "meaning": "server", **WHY})
    new = admin.post("/keys", {"principal": "eve", "roles": ["viewer"], **WHY}).json()
    pages = {"run.list": "/runs?limit=1", "audit.list": "/audit?limit=1"}
    cursors = {name: _cursor(admin.get(path)) for name, path in pages.items()}
    values = {
        **dict.fromkeys(("run", "a", "good", "before", "after"), run),
        **dict.fromkeys(("b", "bad"), second),
        "runs": [run],
        "call": "answer",
        "calls": ["answer"],
        "from_call": "answer",
        "golden.name": "secret",
        "names": ["secret"],
        "replay": admin.post("/replays", REPLAY, WAIT).json()["replay_id"],
        **dict.fromkeys(("query", "filter"), f"parent = {run}"),
        "tool.name": "ci",
        "projection.name": "run_calls",
        "asset": "view:SECRET",
        "assets": {"view:SECRET": 1},
        "word": "secretword",
        "words.question": "How many secretword are there?",
        "rule": "r-burst",
        **dict.fromkeys(("item", "ci_code"), "srv-01"),
        "items": ["srv-01"],
        "paths": ["cis.json"],
        ARCHIVE: archive({"cis.json": [SAME], "relations.json": [BESIDE]}),
        "key_id": new["line"]["key_id"],
        "asset.content": VIEW,
        "run.content": admin.post("/bundles", {"runs": [run]}).content,
    }
    return Theirs(values, admin.get(f"/runs/{run}").headers["ETag"], cursors)


def archive(files: Mapping[str, object]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, records in files.items():
            packed.writestr(name, json.dumps(records))
    return content.getvalue()


def _text(answer: httpx.Response) -> str:
    """Return what a body says, also inside of texts; of an archive what its files say."""
    if answer.headers.get("content-type") != "application/zip":
        return answer.text.replace('\\"', '"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return str({name: packed.read(name).decode() for name in packed.namelist()})


def _cursor(page: httpx.Response) -> str:
    return page.headers["Link"].partition("cursor=")[2].partition(">")[0]


def known(answer: httpx.Response, theirs: Theirs) -> tuple[object, ...]:
    """Return what is told: all but what is new with each request."""
    kept = {each for each in theirs.values.values() if isinstance(each, str)}
    body = NEW.sub(lambda found: found[0] if found[0] in kept else "#", _text(answer))
    headers = {name: NEW.sub("#", value) for name, value in answer.headers.items()}
    return answer.status_code, headers | {"x-request-id": "#", "content-length": "#"}, body
