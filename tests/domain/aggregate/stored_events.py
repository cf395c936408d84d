"""The golden files: every event shape that was ever stored.

A golden file holds an event, or a list of them, as stored: type, schema version, data. When a
shape changes, its files stay as they are, and the new shape is added.
"""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from domain.aggregate.aggregate import Aggregate
from domain.aggregate.event import EventData
from domain.aggregates import AGGREGATES


class Stored(NamedTuple):
    """One event of a golden file; `data` is its text without the breaks that make it readable."""

    file: str
    type: str
    schema_version: int
    data: str


def _stored_in(path: Path) -> list[Stored]:
    content = json.loads(path.read_text())
    return [
        Stored(
            path.name,
            each["type"],
            each["schema_version"],
            json.dumps(each["data"], ensure_ascii=False, separators=(",", ":")),
        )
        for each in (content if isinstance(content, list) else [content])
    ]


GOLDEN: Final = [
    each
    for path in sorted((Path(__file__).parents[2] / "golden" / "events").glob("*.json"), key=str)
    for each in _stored_in(path)
]
OWNERS: Final = {kind: each for each in AGGREGATES for kind in each.types.values()}
"""The aggregate of each event type."""


def owner(stored_as: str) -> Aggregate[Any, Any, Any]:
    """The aggregate that has an event of this stored name."""
    (found,) = [each for each in AGGREGATES if stored_as in each.types]
    return found


def decoded(stored: Stored) -> EventData:
    """The event, lifted to its present shape."""
    event: EventData = owner(stored.type).decode(
        stored.type, schema_version=stored.schema_version, data=stored.data
    )
    return event


def current(kind: type[EventData]) -> list[Stored]:
    """The golden events of this type that are just as it is written today."""
    return [
        each
        for each in GOLDEN
        if each.type == kind.stored_as and OWNERS[kind].encode(decoded(each)) == each[1:]
    ]
