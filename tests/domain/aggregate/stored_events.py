"""The golden files: every event shape that was ever stored.

A golden file holds one event as it was stored: type, schema version, data. When a shape changes,
its files stay as they are, and a file with the new shape is added; its name begins with the type
and the version.
"""

import json
from pathlib import Path
from typing import Any, Final

from domain.aggregate.aggregate import Aggregate
from domain.aggregate.event import EventData
from domain.aggregates import AGGREGATES

GOLDEN: Final = sorted((Path(__file__).parents[2] / "golden" / "events").glob("*.json"), key=str)
OWNERS: Final = {kind: each for each in AGGREGATES for kind in each.types.values()}
"""The aggregate of each event type."""


def stored(path: Path) -> tuple[str, int, str]:
    """The event as text, without the line breaks that make the file readable."""
    golden = json.loads(path.read_text())
    data = json.dumps(golden["data"], ensure_ascii=False, separators=(",", ":"))
    return golden["type"], golden["schema_version"], data


def owner(stored_as: str) -> Aggregate[Any, Any, Any]:
    """The aggregate that has an event of this stored name."""
    (found,) = [each for each in AGGREGATES if stored_as in each.types]
    return found


def decoded(path: Path) -> EventData:
    """The event in the file, lifted to its present shape."""
    stored_as, schema_version, data = stored(path)
    event: EventData = owner(stored_as).decode(stored_as, schema_version=schema_version, data=data)
    return event


def current(kind: type[EventData]) -> list[Path]:
    """The files that hold an event of this type just as it is written today."""
    return [
        path
        for path in GOLDEN
        if stored(path)[0] == kind.stored_as and OWNERS[kind].encode(decoded(path)) == stored(path)
    ]
