"""The event log of the demo estate: a thousand entries a day around incidents and reboots."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from adapters.estates.demo.incident_records import reboot_entries
from adapters.estates.demo.incidents import DemoIncident
from adapters.estates.demo.systems import measured_codes
from domain.estate.records import ConfigurationItem, EventLogEntry, MaintenanceItem

_TYPE_WEIGHTS = {
    "threshold_alarm": 23,
    "security_alert": 21,
    "health_check": 20,
    "status_change": 19,
    "deployment": 17,
}
_SEVERITY_WEIGHTS = {1: 2, 2: 4, 3: 2, 4: 1, 5: 1}
_DEVICE_SHARE = 0.7
_MESSAGES = {
    "threshold_alarm": ("queue length above 500", "response time above 800 ms", "disk over 85 %"),
    "security_alert": ("repeated failed logins", "port scan detected", "certificate expires soon"),
    "health_check": ("health check passed", "health check slow", "health check answered late"),
    "status_change": ("status confirmed", "failover group changed", "monitoring interval changed"),
    "deployment": ("configuration deployed", "patch release deployed", "rules deployed"),
}


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The items that entries of one type may be about; some have more of them than others."""

    codes: list[str]
    cumulative_weights: list[float]

    def pick(self, rng: Random) -> str:
        return rng.choices(self.codes, cum_weights=self.cumulative_weights)[0]


def demo_event_log(
    items: Sequence[ConfigurationItem],
    *,
    anchor: datetime,
    seed: int,
    days: int,
    incidents: Sequence[DemoIncident],
    reboots: Sequence[MaintenanceItem],
) -> list[EventLogEntry]:
    """Return all entries of the last `days` before the anchor, in order of time."""
    rng = Random(f"{seed}/event_log")
    entries = list(_background(items, rng, anchor=anchor, days=days))
    entries += [entry for incident in incidents for entry in incident.entries]
    planted = {incident.maintenance for incident in incidents}
    for item in reboots:
        if item not in planted:
            entries += reboot_entries(item)
    oldest = anchor - timedelta(days=days)
    recent = [entry for entry in entries if entry.occurred_at >= oldest]
    return sorted(recent, key=lambda entry: (entry.occurred_at, entry.entry_id))


def _background(
    items: Sequence[ConfigurationItem], rng: Random, *, anchor: datetime, days: int
) -> Iterator[EventLogEntry]:
    candidates = {event_type: _candidates(event_type, items, rng=rng) for event_type in _MESSAGES}
    number = 0
    for day in range(days, 0, -1):
        start = anchor - timedelta(days=day)
        for second in sorted(rng.choices(range(86_400), k=rng.randint(850, 1150))):
            number += 1
            event_type = rng.choices(list(_TYPE_WEIGHTS), list(_TYPE_WEIGHTS.values()))[0]
            yield _entry(
                f"ev-{number:05}",
                start + timedelta(seconds=second),
                event_type=event_type,
                code=candidates[event_type].pick(rng),
                rng=rng,
            )


def _candidates(
    event_type: str, items: Sequence[ConfigurationItem], *, rng: Random
) -> _Candidates:
    """Alarms of measured items come from incidents alone, so that each has a cause."""
    measured = set(measured_codes())
    codes = [
        item.ci_code
        for item in items
        if not (event_type == "threshold_alarm" and item.ci_code in measured)
        and not (event_type == "deployment" and item.ci_type != "SW")
    ]
    weights = [rng.choice((0.5, 1.0, 1.0, 1.5, 3.0)) for _ in codes]
    return _Candidates(codes, list(accumulate(weights)))


def _entry(
    entry_id: str, occurred_at: datetime, *, event_type: str, code: str, rng: Random
) -> EventLogEntry:
    severity = rng.choices(list(_SEVERITY_WEIGHTS), list(_SEVERITY_WEIGHTS.values()))[0]
    return EventLogEntry(
        entry_id=entry_id,
        ci_id=code,
        occurred_at=occurred_at,
        event_type=event_type,
        severity=severity,
        source="device" if rng.random() < _DEVICE_SHARE else "cep",
        title=f"{event_type.replace('_', ' ').capitalize()} on {code}",
        message=f"{code}: {rng.choice(_MESSAGES[event_type])}",
        attributes={"ci_code": code, "system": code.split("-")[1]},
    )
