"""What counts as a change, and in which order changes are told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.json import JsonMap

SHORTLY_BEFORE: Final = timedelta(hours=2)
"""So long before something is seen, a change may have to do with it."""

_A_LITTLE_LATER: Final = timedelta(minutes=16)
"""What is measured every quarter of an hour may be seen that much too early."""

_CHANGING: Final = re.compile(
    "deploy|releas|roll|upgrad|updat|patch|install|remov|delet|purge|config|chang|migrat|scal|"
    "reboot|restart|start|stop|status|state|failover|switch"
)
"""Words in the types of event log entries that something was changed, or has become another."""

_BAD_RESULTS: Final = ("failed", "degraded")


def is_change(event_type: str) -> bool:
    """Return whether event log entries of a type tell of changes: no alarms, no checks."""
    return _CHANGING.search(event_type.lower()) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an item, `distance` relations away from those asked about.

    `reference` is to the record of it. `result` is there of work and maintenance; `distance` is
    None where no item was asked about.
    """

    ci_id: str
    ci_code: str
    at: datetime
    kind: str
    what: str
    reference: JsonMap
    distance: int | None = None
    result: str | None = None

    @property
    def went_badly(self) -> bool:
        """Whether it is known to have failed, at least in part."""
        return self.result in _BAD_RESULTS

    def as_json(self) -> JsonMap:
        """Return it as a row of an answer."""
        return {
            "at": self.at.isoformat(),
            "ci_id": self.ci_id,
            "ci_code": self.ci_code,
            "distance": self.distance,
            "kind": self.kind,
            "what": self.what,
            "result": self.result,
            "record": self.reference["id"],
        }


def nearest_first(changes: Iterable[Change], *, to: datetime) -> list[Change]:
    """Return them by their distance in the graph, then by how far from an instant they are."""
    return sorted(
        changes,
        key=lambda one: (
            one.distance or 0,
            abs(one.at - to),
            one.ci_code,
            str(one.reference["id"]),
        ),
    )


def shortly_before(changes: Iterable[Change], at: datetime, *, ci_id: str) -> list[Change]:
    """Return the changes of an item that may have to do with what is seen of it since then.

    Those that went badly come first, then those that somebody recorded as work, then the nearest.
    """
    first, last = at - SHORTLY_BEFORE, at + _A_LITTLE_LATER
    own = [each for each in changes if each.ci_id == ci_id and first <= each.at <= last]
    return sorted(
        own,
        key=lambda one: (
            not one.went_badly,
            one.result is None,
            abs(one.at - at),
            str(one.reference["id"]),
        ),
    )
