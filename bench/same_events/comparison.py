"""Compares two logs, event by event, as text: but for what no two logs share, byte for byte.

What two logs do not share: ids, the instants at which they were made, measured times, the names of
workers. Ids and workers are numbered as they come, so that an event that names the wrong one
shows. Floats may differ in the last places. What changed on purpose is in `CHANGES`.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any, Final

_Event = dict[str, Any]
_PLACES: Final = 1e-9
_SHOWN: Final = 60
_TOLD: Final = ("type", "schema_version", "data")
_UNMEASURED: Final = r"100\.0"
_YEARS_OF_SCRIPTS: Final = "20(?:[01]|20)"  # what is dated later was dated by a clock
_FREE: Final = re.compile(
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    rf"|(?P<instant>(?!{_YEARS_OF_SCRIPTS})\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{6}})?(?=Z|\+))"
    r"|(?P<worker>[\w.-]+/\d+/\d+\.\d\d(?:/[0-9a-f]{8})?)"
    r'|(?<="duration_ms":)(?P<measured>\d+\.\d+)'
    r'|(?<="engine_version":")(?P<build>[^"]+)'
    r'|(?<="source_revision":"1-)(?P<digest>[0-9a-f]{12})'  # of a load
)
_FLOAT: Final = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?|-?\d+e[+-]?\d+")


@dataclass(frozen=True, slots=True)
class Change:
    """What stands in the data of some events, on purpose, where 693ce3c has something else."""

    then: str
    now: str
    why: str


CHANGES: Final = (
    Change(
        "A..B of dates, months or instants (an end date",
        "A..B of days, months or instants such as 2025-12-01T08:00, now or -2h (an end day",
        "one grammar reads all times, and says of itself what it takes",
    ),
)

_NEWS: Final = re.compile(
    r',"(?:looked_up|asked)":\{.*\}(?=\}$)|,"why_not_driven":"[^"]*"(?=\}[,\]])'
    r'|,"calls_in_flight":\[[^\]]*\](?=\}$)|,"newest":"[^"]*"(?=\}$)|,"deduction":[\d.]+(?=\})'
    r'|,"fallback":"[^"]*"(?=\}$)'
)
"""The fields that events of 693ce3c do not have.

What planners look up, and were not asked for; the calls in flight when a worker was lost; how new
the data behind a call are; how much a limit lowers the confidence; which tool is asked instead.
"""

_BULK_RESULTS: Final = "bulk-replay-progressed"
_NEWS_OF_RESULTS: Final = ("others", "why_not_driven", "ends_badly")
"""The fields that the results of bulk replays did not have at 693ce3c."""

ANY_ORDER: Final = {
    "forked": "a call that goes out answers after those on record that began with it",
    "asked-of-demo": "real tools answer from threads, whichever is first",
}
"""The kinds of runs in which calls that began together may answer in another order, and why."""
TELLS_LIMITS: Final = {"every-part", "list", "clamped"}
"""The kinds of runs whose limits are told with the answer since: in these of their events."""
_TOLD_IN: Final = {"plan-validated", "stage-completed", "response-composed"}
CODES: Final = {
    kind: ([1, 1, 0, 0], [1, 0, 0, 0], "a run that was resumed ends as it ended last")
    for kind in ("resumed", "resumed-in-vain")
}
"""The kinds of runs whose commands end with other codes on purpose: then, now, and why."""
_SINCE: Final = "estate-"
"""How the streams of imports begin, of which 693ce3c records nothing."""

_ENDS_CALL: Final = {"tool-call-succeeded", "tool-call-failed"}


def differences(
    older: Path, newer: Path, *, is_any_order: bool = False, tells_limits: bool = False
) -> list[str]:
    """Return where two exported logs differ, with both texts around the place; none if equal.

    With `is_any_order`, the answers of calls that began together are compared call by call. With
    `tells_limits` events that tell them are not compared.
    """
    logs = (_events(log, CHANGES, is_any_order=is_any_order) for log in (older, newer))
    return [
        told
        for number, (then, now) in enumerate(zip_longest(*logs, fillvalue=""), start=1)
        if (told := _difference(then, now, f"event {number}"))
        and not (tells_limits and any(f'"type": "{kind}"' in then for kind in _TOLD_IN))
    ]


def holds_news(log: Path) -> bool:
    """Return whether an exported log holds a field that events of 693ce3c do not have."""
    return any(
        _NEWS.search(event["data"])
        or event["stream_id"].startswith(_SINCE)
        or (
            event["type"] == _BULK_RESULTS
            and any(f'"{n}":' in event["data"] for n in _NEWS_OF_RESULTS)
        )
        for event in _in_streams(log)
    )


def _events(log: Path, changes: Iterable[Change], *, is_any_order: bool) -> Iterator[str]:
    """Yield the events of a log as text, stream by stream, without what is free."""
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        kind, text = str(found.lastgroup), found.group()
        if kind in {"id", "worker"}:
            return names.setdefault(text, f"<{kind} {len(names) + 1}>")
        return f"<{kind}>"

    events = [each for each in _in_streams(log) if not each["stream_id"].startswith(_SINCE)]
    for event in _by_call(events) if is_any_order else events:
        yield _FREE.sub(named, _text(event, changes))


def _in_streams(log: Path) -> list[_Event]:
    # Of bytes: texts have more ends of lines.
    lines = map(json.loads, log.read_bytes().splitlines())
    events = [line["event"] for line in lines if "event" in line]
    begun = {event["stream_id"]: event["position"] for event in reversed(events)}
    return sorted(events, key=lambda event: (begun[event["stream_id"]], event["version"]))


def _by_call(events: Iterable[_Event]) -> Iterator[_Event]:
    """Let what calls answered one after the other take the places in the order of their names."""
    for ends_call, group in groupby(events, lambda event: event["type"] in _ENDS_CALL):
        places = list(group)
        told = [{name: event[name] for name in _TOLD} for event in places]
        if ends_call:
            told.sort(key=lambda each: json.loads(each["data"])["call_id"])
        yield from (event | each for event, each in zip(places, told, strict=True))


def _text(event: _Event, changes: Iterable[Change]) -> str:
    """Return the whole envelope but for hashes, which cover ids, and the place in the log."""
    data = event["data"]
    for change in changes:
        data = data.replace(change.now, change.then)
    data = _NEWS.sub("", data)
    if event["type"] == _BULK_RESULTS:
        data = _without_wording(data)
    if event["type"] == "tools-ranked":
        data = _without_measured_speed(data)
    own = {"position", "content_hash", "head_hash", "data"}
    envelope = {name: value for name, value in event.items() if name not in own}
    return f"{json.dumps(envelope, ensure_ascii=False)} {data}"


def _without_wording(progress: str) -> str:
    """Leave out how differences are told: all their causes, with the values, and not the first."""
    results = json.loads(progress)["results"]
    for result in results:
        result["sentence"] = None
        for name in _NEWS_OF_RESULTS:
            result.pop(name, None)
    return json.dumps(results)


def _without_measured_speed(ranking: str) -> str:
    """Leave out how fast tools were, and what follows from it, if that is measured."""
    times = re.search(r'"estimated_time":\{([^}]*)\}', ranking)
    if times is None or not re.search(rf":(?!{_UNMEASURED}\b)", times.group(1)):
        return ranking
    unmeasured = rf'(?<=":)(?!{_UNMEASURED}\b)\d+\.\d+'
    head, tail = ranking[: times.start(1)], ranking[times.end(1) :]
    told = re.sub(unmeasured, "<measured>", times.group(1))
    return head + told + re.sub(r'(?<="score":|"speed":)[\d.]+', "<measured>", tail)


def _difference(then: str, now: str, place: str) -> str | None:
    if then == now or _differ_in_last_places(then, now):
        return None
    pairs = enumerate(zip_longest(then, now))
    at = next(index for index, (before, after) in pairs if before != after)
    begin = max(0, at - _SHOWN)
    shown = f"was  {then[begin : at + _SHOWN]}\n  is   {now[begin : at + _SHOWN]}"
    kind = re.search(r'"type": "([a-z-]+)"', then or now)
    return f"{place} ({kind.group(1) if kind else 'unknown'}) at {at}:\n  {shown}"


def _differ_in_last_places(then: str, now: str) -> bool:
    if _FLOAT.sub("", then) != _FLOAT.sub("", now):
        return False
    pairs = zip(_FLOAT.findall(then), _FLOAT.findall(now), strict=True)
    return all(
        math.isclose(float(before), float(after), rel_tol=_PLACES, abs_tol=_PLACES)
        for before, after in pairs
    )
