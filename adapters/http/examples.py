"""Examples of what the body of a request says, by operation, or by the param where all agree."""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.json import JsonMap

_OF_PARAMS: Final[JsonMap] = {
    "question": "How many servers are there?",
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
    "run.approve": {"reason": "agreed with the owner", "every": True},
    "run.deny": {"reason": "not today", "every": True},
    "estate.remove": {"ci_code": "srv-99", "reason": "scrapped"},
    "key.create": {"principal": "ada", "roles": ["operator"], "expires": "90d", "why": "on call"},
    "tool.call": {"operation": "ci.search", "params": {"keywords": ["srv"]}},
    "view.save": {"of": "runs", "text": "status = failed AND started > -7d"},
    "replay.start": {"mode": "verify", "filter": "started > -7d", "reason": "an upgrade"},
    "replay.preview": {"mode": "verify", "filter": "started > -7d", "reason": "an upgrade"},
}
_IN_PATHS: Final[Mapping[str, str]] = {
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
}


def example_in_path(operation: str, param: str) -> JsonMap:
    """Return the member that shows a param of the path."""
    of_kind = f"{operation.partition('.')[0]}.{param}"
    return {"example": _IN_PATHS.get(of_kind) or _IN_PATHS[param]}


def example_of(operation: str, required: Iterable[str]) -> JsonMap:
    """Return a body that the operation takes."""
    found = _OF_OPERATIONS.get(operation)
    return found if found is not None else {name: _OF_PARAMS[name] for name in required}
