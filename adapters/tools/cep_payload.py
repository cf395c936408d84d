"""The payload that a rule is tried with: three small maps of plain JSON without secrets."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from domain.json import JsonMap, as_map, as_maps
from domain.times import in_utc
from domain.tools.contracts import ToolErrorCode, ToolFailure

MOST_BYTES = 16 * 1024
_LONGEST_TEXT = 200
MOST_RECENT = 3
_MASK = "***"
_SECRET_NAMES = ("token", "authorization", "api_key", "apikey", "password", "secret")
_CI_KEYS = (
    *("ci_id", "ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category", "status"),
    *("criticality", "location", "owner", "environment", "tags", "attributes"),
)
_METRIC_KEYS = ("metric_name", "unit", "agg", "time_range", "value")
# What is dropped first when a payload is too large.
_DROPPED = (("history", "recent"), ("ci", "attributes"), ("ci", "tags"))


@dataclass(frozen=True, slots=True)
class Payload:
    """The maps, their size as JSON, and what was shortened or dropped to keep it small."""

    maps: JsonMap
    size_bytes: int
    cuts: list[str]


def ci_map(context: Mapping[str, JsonValue]) -> JsonMap:
    """Return the map `ci` of a configuration item's row."""
    return {key: context[key] for key in _CI_KEYS if key in context}


def metric_map(context: Mapping[str, JsonValue]) -> JsonMap:
    """Return the map `metric` of the result of a metric call."""
    return {key: context[key] for key in _METRIC_KEYS if key in context}


def history_map(context: Mapping[str, JsonValue]) -> JsonMap:
    """Return the map `history` of the result of a history call: the count and three records."""
    recent = context.get("recent", context.get("rows"))
    return {
        "source": context.get("source"),
        "time_range": context.get("time_range"),
        "count": context.get("count", context.get("total")),
        "recent": recent[:MOST_RECENT] if isinstance(recent, list) else [],
    }


def newest_in(context: Mapping[str, JsonValue]) -> datetime | None:
    """Return the instant of the newest record behind the result of a metric or history call."""
    records = as_maps(context.get("recent", context.get("rows")))
    told = [as_map(context.get("summary")).get("last_at")]
    told += [each.get(name) for each in records for name in ("occurred_at", "started_at")]
    found = list[datetime]()
    for at in filter(None, told):
        with suppress(ValueError):  # a context that is given may say anything
            found.append(in_utc(datetime.fromisoformat(str(at))))
    return max(found, default=None)


def make_payload(maps: Mapping[str, JsonMap]) -> Payload:
    """Return the payload, at most 16 KB. Raises `ToolFailure` (INVALID_PARAMS) beyond."""
    cuts: list[str] = []
    small: JsonMap = {
        name: _short(masked(values), path=name, cuts=cuts) for name, values in maps.items()
    }
    for name, key in _DROPPED:
        dropped = small.get(name)
        if _size(small) > MOST_BYTES and isinstance(dropped, dict) and key in dropped:
            del dropped[key]
            cuts.append(f"{name}.{key} dropped")
    if _size(small) > MOST_BYTES:
        raise ToolFailure(
            ToolErrorCode.INVALID_PARAMS,
            f"the payload has {_size(small)} bytes as JSON; allowed: {MOST_BYTES}",
        )
    return Payload(small, _size(small), cuts)


def masked(value: JsonValue) -> JsonValue:
    """Return the value with everything masked that is kept under the name of a secret."""
    if isinstance(value, dict):
        return {key: _MASK if _is_secret(key) else masked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each) for each in value]
    return value


def _short(value: JsonValue, *, path: str, cuts: list[str]) -> JsonValue:
    if isinstance(value, dict):
        return {key: _short(each, path=f"{path}.{key}", cuts=cuts) for key, each in value.items()}
    if isinstance(value, list):
        return [_short(each, path=f"{path}[]", cuts=cuts) for each in value]
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        cuts.append(f"{path} cut to {_LONGEST_TEXT} characters")
        return value[:_LONGEST_TEXT]
    return value


def _is_secret(name: str) -> bool:
    return any(secret in name.lower().replace("-", "_") for secret in _SECRET_NAMES)


def _size(maps: JsonMap) -> int:
    return len(json.dumps(maps).encode())
