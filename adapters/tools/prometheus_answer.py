"""What a Prometheus answers, as rows; see https://prometheus.io/docs/prometheus/latest/querying/api."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from domain.json import JsonMap
from domain.tools.contracts import ToolErrorCode, ToolFailure

_C: Final = ToolErrorCode
_ERRORS: Final = {
    "bad_data": _C.INVALID_PARAMS,
    "execution": _C.TOOL_BAD_REQUEST,
    "timeout": _C.TOOL_TIMEOUT,
    "canceled": _C.TOOL_TIMEOUT,
    "unavailable": _C.UPSTREAM_UNAVAILABLE,
    "not_found": _C.DATA_NOT_FOUND,
}
_SAID: Final = re.compile(r'"errorType":\s*"(\w+)",\s*"error":\s*"((?:[^"\\]|\\.)*)')
_OWN: Final = frozenset({"time", "value", "metric"})
Sample = tuple[float, str]


class _Part(BaseModel):
    model_config = ConfigDict(defer_build=True)


class _Series(_Part):
    metric: dict[str, str] = {}
    value: Sample | None = None
    values: list[Sample] = []
    histogram: Any = None
    histograms: Any = None

    def rows(self) -> Iterator[JsonMap]:
        labels = _named(self.metric)
        for at, text in [*self.values, *([self.value] if self.value else [])]:
            number = float(text)
            instant = datetime.fromtimestamp(at, UTC).isoformat()
            yield {**labels, "time": instant, "value": number if isfinite(number) else None}


class _Result(_Part):
    result: list[_Series] | Sample


class _Body(_Part):
    status: Literal["success"]
    data: _Result | list[dict[str, str]]
    warnings: list[str] = []
    infos: list[str] = []


@dataclass(slots=True)
class Found:
    """The rows of an answer: labels, time and value; `newest` is the latest time."""

    rows: list[JsonMap]
    warnings: list[str] = field(default_factory=list)
    newest: str | None = None


def found_in(body: JsonValue, *, source: str) -> Found:
    """Return what the body of a reply holds. Raises `ToolFailure` when it is no answer."""
    try:
        return _found(_Body.model_validate(body))
    except (ValueError, OverflowError) as error:
        message = f"source {source}: it answered with something that is no Prometheus answer"
        raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message) from error


def refused(failure: ToolFailure) -> ToolFailure:
    """Return the failure as the server means it, in the words of the server."""
    said = _SAID.search(str(failure))
    if said is None:
        return failure
    kind, why = said.groups()
    before, _, _ = str(failure).partition(" it answered ")
    message = f"{before} {kind}: {why.replace(chr(92) + chr(34), chr(34))}"
    return ToolFailure(_ERRORS.get(kind, failure.code), message, details=failure.details)


def _found(body: _Body) -> Found:
    warnings = [f"Prometheus: {each}" for each in (*body.warnings, *body.infos)]
    if isinstance(body.data, list):
        return Found([_named(labels) for labels in body.data], warnings)
    result = body.data.result
    series = result if isinstance(result, list) else [_Series(value=result)]
    rows = [row for each in series for row in each.rows()]
    unknown = [row for row in rows if row["value"] is None]
    if unknown:
        warnings.append(f"{len(unknown)} of {len(rows)} values are NaN or infinite: null")
    if any(each.histogram or each.histograms for each in series):
        warnings.append("native histograms are left out")
    return Found(rows, warnings, max((str(row["time"]) for row in rows), default=None))


def _named(metric: dict[str, str]) -> JsonMap:
    """Return the labels as fields; one that is named like a field of ours is `label_...`."""
    own = {f"label_{name}" if name in _OWN else name: text for name, text in metric.items()}
    name = own.pop("__name__", None)
    return {**({} if name is None else {"metric": name}), **own}
