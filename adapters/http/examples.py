"""Examples of what a request says, by operation, or by the param where all agree."""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.json import JsonMap

_QUESTION: Final = "How many servers are there?"
_OF_PARAMS: Final[JsonMap] = {
    "question": _QUESTION,
    "reason": "to see what it does now",
    "why": "less noise",
    "text": "seen with the network team",
    "verdict": "right",
    "name": "servers",
    "names": ["servers"],
    "runs": ["latest"],
    "operation": "ci.search",
    "rule": "rule-high-cpu",
    "stage": "compose",
    "mode": "verify",
    "to_version": 1,
    "content": {"max_depth": 3},
    "word": "box",
    "principal": "ada",
}
_OF_OPERATIONS: Final[Mapping[str, JsonMap]] = {
    **{name: {"question": _QUESTION} for name in ("run.ask", "run.plan", "run.explain")},
    "run.approve": {"reason": "agreed with the owner", "every": True},
    "run.deny": {"reason": "not today", "every": True},
    "estate.remove": {"ci_code": "srv-99", "reason": "scrapped"},
    "key.create": {"principal": "ada", "roles": ["operator"], "expires": "90d", "why": "on call"},
    "tool.call": {"operation": "ci.search", "params": {"keywords": ["srv"]}},
    "view.save": {"of": "runs", "text": "status = failed AND started > -7d"},
    "replay.start": {"mode": "verify", "filter": "started > -7d", "reason": "an upgrade"},
    "replay.preview": {"mode": "verify", "filter": "started > -7d", "reason": "an upgrade"},
}
_OUTSIDE: Final[JsonMap] = {
    "run": "latest",
    "call": "answer",
    "replay": "latest",
    "asset": "view:IMPACT",
    "rule": "rule-high-cpu",
    "item": "srv-erp-01",
    "key_id": "0123456789ab",
    "golden.name": "servers",
    "tool.name": "ci",
    "view.name": "night",
    "projection.name": "run_calls",
    "at": "-5m",
    "since": "-7d",
    "until": "now",
    "text": "srv",
    "run.search.text": "servers",
    "query": "state = failed",
    "audit.query": "outcome != allowed",
    "audit.before": 900,
    "estate.history.before": "estate-0",
    "state": "completed",
    "run.status": "success",
    "before": "latest",
    "failure": "0",
    "a": "previous",
    "b": "latest",
    "good": "latest",
    "bad": "latest",
    "runs": ["latest"],
    "ignore": ["/window"],
    "version": 1,
    "asset.version": 0,
    "only": "drift",
    "type": ["run-"],
    "stage": "execute",
    "from_version": 0,
    "to_version": 1,
    "kind": "view",
    "estate.status": "active",
    "ci_type": "SYSTEM",
    "ci_subtype": "server",
    "paths": ["cis.csv"],
    "environment": "prod",
    "location": "zone-a",
    "owner": "ops",
}


def example_outside(operation: str, param: str, schema: JsonMap) -> JsonMap:
    """Return the member that shows a param of the path or the query, which may be its default."""
    names = (f"{operation}.{param}", f"{operation.partition('.')[0]}.{param}", param)
    found = next((_OUTSIDE[name] for name in names if name in _OUTSIDE), schema.get("default"))
    return {"example": found}


def example_of(operation: str, required: Iterable[str]) -> JsonMap:
    """Return a body that the operation takes."""
    found = _OF_OPERATIONS.get(operation)
    return found if found is not None else {name: _OF_PARAMS[name] for name in required}
