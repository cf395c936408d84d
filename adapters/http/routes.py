"""Where each operation is found over HTTP: data, of which binding and OpenAPI are made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

PREFIX: Final = "/v1"
RUN: Final = "/runs/{run}"
GOLDEN: Final = "/goldens/{name:path}"
ASSET: Final = "/assets/{asset}"
ITEM: Final = "/estate/items/{item:path}"
REPLAY: Final = "/replays/{replay}"
ARCHIVE: Final = "archive"
"""What the files are called that a request brings for a folder."""


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path below `/v1`.

    Params that are in the path come from there; a GET takes the others from the query, a POST
    from the body, which is JSON, or the bytes of one file that fill the param `file`: then the
    others are in the query, too. What `goes_on` answers early with where it goes on. A list
    that is `paged_by` a field of its lines says where the next page is, and takes `columns`, as
    does one that `has_columns`.
    What `has_version` tells the version of the run as its ETag. What `has_key` takes the
    header Idempotency-Key as its param `key`. A `folder_in` is the param that names files of
    the archive that is the body, and a `folder_out` the one that names a folder, of which an
    archive is the body of the answer.
    """

    method: Literal["GET", "POST"]
    path: str
    goes_on: Literal["runs", "replays"] | None = None
    file: str | None = None
    paged_by: str | None = None
    has_version: bool = False
    has_columns: bool = False
    has_key: bool = False
    answers_file: bool = False
    folder_in: str | None = None
    folder_out: str | None = None

    @property
    def body(self) -> str | None:
        """What the bytes of the body are called; None where it is JSON."""
        return self.file if self.folder_in is None else ARCHIVE

    @property
    def takes_columns(self) -> bool:
        """Whether the answer can be cut to some columns of its lines."""
        return self.has_columns or self.paged_by is not None

    @property
    def has_folder(self) -> bool:
        """Whether files come with the request or go with the answer."""
        return self.folder_in is not None or self.folder_out is not None

    @property
    def params_in_path(self) -> frozenset[str]:
        """The names of the params that are in the path."""
        parts = [part for part in self.path.split("/") if part.startswith("{")]
        return frozenset(part.strip("{}").partition(":")[0] for part in parts)


def _get(path: str) -> Route:
    return Route("GET", path)


def _post(path: str) -> Route:
    return Route("POST", path)


def _view(name: str) -> Route:
    return Route("GET", f"{RUN}/{name}" if name else RUN, has_version=True)


def _carried_out(path: str) -> Route:
    return Route("POST", path, goes_on="runs")


ROUTES: Final[Mapping[str, Route]] = {
    "run.ask": Route("POST", "/runs", goes_on="runs", has_key=True),
    "run.list": Route("GET", "/runs", paged_by="run_id"),
    "run.search": Route("GET", "/runs/search", paged_by="run_id"),
    "run.lost": _get("/runs/lost"),
    "run.recover": _post("/runs/recover"),
    "run.verify_all": Route("POST", "/runs/verify", goes_on="replays"),
    "run.aggregate": _post("/runs/aggregates"),
    "run.failures": _get("/failures"),
    "run.plan": _post("/queries"),
    "run.explain": _post("/queries/explanation"),
    "query.complete": _get("/queries/completions"),
    "run.compare": _get("/compare"),
    "run.bisect": _get("/bisect"),
    "run.show": _view(""),
    "run.events": _view("events"),
    "run.timeline": _view("timeline"),
    "run.trace": _view("trace"),
    "run.response": _view("response"),
    "run.query": _view("queries"),
    "run.state": _view("state"),
    "run.state_change": _view("state/change"),
    "run.step": replace(_view("steps"), has_columns=True),
    "run.status": _view("status"),
    "run.calls": _view("calls"),
    "run.call": _view("calls/{call}"),
    "run.proof": _view("proof"),
    "run.lineage": _get(f"{RUN}/lineage"),
    "run.diagnose": _get(f"{RUN}/diagnosis"),
    "run.verify": _post(f"{RUN}/verify"),
    "run.ablate": _post(f"{RUN}/ablate"),
    "run.cancel": _post(f"{RUN}/cancel"),
    "run.resume": _carried_out(f"{RUN}/resume"),
    "run.resume_preview": _post(f"{RUN}/resume/preview"),
    "run.fork": _carried_out(f"{RUN}/fork"),
    "run.fork_preview": _post(f"{RUN}/fork/preview"),
    "run.rerun": _carried_out(f"{RUN}/rerun"),
    "run.rerun_preview": _post(f"{RUN}/rerun/preview"),
    "run.stage": _post(f"{RUN}/stage"),
    "run.annotate": _post(f"{RUN}/annotations"),
    "run.flag": _post(f"{RUN}/flag"),
    "run.approve": _carried_out(f"{RUN}/approve"),
    "run.deny": _carried_out(f"{RUN}/deny"),
    "run.erase": _post(f"{RUN}/calls/{{call}}/erase"),
    "run.erase_preview": _get(f"{RUN}/calls/{{call}}/erase"),
    "golden.pin": _post(f"{RUN}/pin"),
    "golden.list": _get("/goldens"),
    "golden.check": _post("/goldens/check"),
    "golden.check_live": _post("/goldens/check-live"),
    "golden.unpin": _post(f"{GOLDEN}/unpin"),
    "golden.history": _get(f"{GOLDEN}/history"),
    "golden.show": _get(GOLDEN),
    "replay.list": Route("GET", "/replays", paged_by="replay_id"),
    "replay.start": Route("POST", "/replays", goes_on="replays"),
    "replay.preview": _post("/replays/preview"),
    "replay.show": _get(REPLAY),
    "replay.results": _get(f"{REPLAY}/results"),
    "replay.continue": Route("POST", f"{REPLAY}/continue", goes_on="replays"),
    "replay.abort": _post(f"{REPLAY}/abort"),
    "run.export": Route("POST", "/bundles", answers_file=True),
    "run.import": Route("POST", "/bundles/import", file="content"),
    "run.verify_bundle": Route("POST", "/bundles/verify", file="content"),
    "run.verify_bundle_runs": Route("POST", "/bundles/verify-runs", file="content"),
    "estate.summary": _get("/estate"),
    "estate.history": Route("GET", "/estate/history", paged_by="change_id"),
    "estate.changes": _get("/estate/changes"),
    "estate.items": _get("/estate/items"),
    "estate.relations": _get(f"{ITEM}/relations"),
    "estate.runs": Route("GET", f"{ITEM}/runs", paged_by="run_id"),
    "estate.item": _get(ITEM),
    "estate.import": Route("POST", "/estate/import", folder_in="paths"),
    "estate.export": Route("POST", "/estate/export", folder_out="folder"),
    "estate.demo": _post("/estate/demo"),
    "estate.remove": _post("/estate/remove"),
    "tool.list": _get("/tools"),
    "tool.rank": _post("/tools/rank"),
    "tool.call": _post("/tools/call"),
    "tool.describe": _get("/tools/{name}"),
    "tool.sources": _post("/sources/try"),
    "rule.list": _get("/rules"),
    "rule.test": _carried_out("/rules/test"),
    "rule.show": _get("/rules/{rule}"),
    "asset.list": _get("/assets"),
    "asset.diff": _get(f"{ASSET}/diff"),
    "asset.draft": _post(f"{ASSET}/draft"),
    "asset.publish": _post(f"{ASSET}/publish"),
    "asset.rollback": _post(f"{ASSET}/rollback"),
    "asset.retire": _post(f"{ASSET}/retire"),
    "asset.show": _get(ASSET),
    "view.list": _get("/views"),
    "view.save": _post("/views/{name}"),
    "view.remove": _post("/views/{name}/remove"),
    "view.show": _get("/views/{name}"),
    "words.list": _get("/words"),
    "words.add": _post("/words"),
    "words.test": _post("/words/test"),
    "words.remove": _post("/words/remove"),
    "key.list": _get("/keys"),
    "key.create": _post("/keys"),
    "key.rotate": _post("/keys/{key_id}/rotate"),
    "key.revoke": _post("/keys/{key_id}/revoke"),
    "audit.list": Route("GET", "/audit", paged_by="position"),
    "projection.list": _get("/projections"),
    "projection.rebuild_run_list": _post("/projections/run-list/rebuild"),
    "projection.rebuild": _post("/projections/{name}/rebuild"),
    "projection.status": _get("/projections/{name}"),
    "delivery.list": _get("/deliveries"),
    "delivery.resend": _post("/deliveries/resend"),
    "log.list": _get("/log"),
    "log.timeline": _get("/log/timeline"),
    "log.verify": _post("/log/verify"),
}
"""By the names of operations. Of two that fit a path the first one counts."""

NOT_OF_A_SERVICE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("db.upgrade", "db.check", "db.backup", "db.size", "db.sweep", "db.roles", "db.doctor"),
        "who runs the server cares for its database",
    ),
    **dict.fromkeys(
        ("log.export", "log.import"),
        "the log is that of all tenants, and a file of the machine that it runs on",
    ),
    "estate.discover": "it looks at the machine that it runs on",
    "run.watch": "a stream tells it",
}
"""The operations that have no route, each with the reason."""
