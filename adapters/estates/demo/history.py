"""The work and the maintenance of the year before the anchor."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from adapters.estates.demo.incidents import DemoIncident
from domain.estate.records import ConfigurationItem, MaintenanceItem, WorkItem

WORK_COUNTS = {"audit": 455, "integration": 433, "upgrade": 423, "deployment": 420}
MAINTENANCE_COUNTS = {"capacity": 384, "patch": 378, "inspection": 369, "reboot": 347}

_Result = Literal["success", "degraded", "failed"]
_RESULTS: tuple[_Result, ...] = ("success", "degraded", "failed")
_RESULT_WEIGHTS = {
    "audit": (90, 9, 1),
    "integration": (72, 22, 6),
    "upgrade": (68, 24, 8),
    "deployment": (74, 20, 6),
    "capacity": (82, 16, 2),
    "patch": (74, 22, 4),
    "inspection": (88, 11, 1),
    "reboot": (66, 28, 6),
}
_SUBTYPES = {
    "audit": ("server", "db", "app", "security", "network"),
    "integration": ("app", "was"),
    "upgrade": ("os", "db", "was", "web"),
    "deployment": ("app", "web"),
    "capacity": ("server", "storage", "db"),
    "patch": ("server", "os", "db", "was"),
    "inspection": ("server", "network", "storage", "security"),
    "reboot": ("server",),
}
_SUMMARIES = {
    "audit": "Audit of access rights on {code}",
    "integration": "Connect {code} to a new interface",
    "upgrade": "Upgrade of {code}",
    "deployment": "Deploy a new release of {code}",
    "capacity": "Extend the capacity of {code}",
    "patch": "Install security patches on {code}",
    "inspection": "Inspection of {code}",
    "reboot": "Reboot of {code}",
}
_DETAILS: dict[_Result, str] = {
    "success": "Done as planned",
    "degraded": "Done, with restrictions that remain",
    "failed": "Broken off and undone",
}
_PEOPLE = ("alice", "bob", "carl", "dana", "emma")
_TEAMS = ("infra-team", "platform-ops", "secops-team", "automation-team")
_RECENT_SHARE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Activity:
    """What work and maintenance have in common."""

    kind: str
    ci_code: str
    started_at: datetime
    duration_min: int
    result: _Result

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(minutes=self.duration_min)

    @property
    def summary(self) -> str:
        return _SUMMARIES[self.kind].format(code=self.ci_code)


def demo_work(
    items: Sequence[ConfigurationItem],
    *,
    anchor: datetime,
    seed: int,
    incidents: Sequence[DemoIncident],
) -> list[WorkItem]:
    """Return all work, that of the incidents included, in order of time."""
    planted = [incident.work for incident in incidents if incident.work is not None]
    counts = Counter(WORK_COUNTS)
    counts.subtract(item.work_type for item in planted)
    rng = Random(f"{seed}/work")
    activities = _activities(items, rng, anchor=anchor, counts=counts, spared=frozenset())
    usual = [_work(number, activity, rng=rng) for number, activity in enumerate(activities, 1)]
    return sorted([*usual, *planted], key=lambda item: item.started_at)


def demo_maintenance(
    items: Sequence[ConfigurationItem],
    *,
    anchor: datetime,
    seed: int,
    incidents: Sequence[DemoIncident],
) -> list[MaintenanceItem]:
    """Return all maintenance, in order of time; nothing else reboots what an incident affects."""
    planted = [incident.maintenance for incident in incidents if incident.maintenance is not None]
    counts = Counter(MAINTENANCE_COUNTS)
    counts.subtract(item.maint_type for item in planted)
    rng = Random(f"{seed}/maintenance")
    spared = frozenset(code for incident in incidents for code in incident.affected)
    activities = _activities(items, rng, anchor=anchor, counts=counts, spared=spared)
    usual = [
        _maintenance(number, activity, rng=rng) for number, activity in enumerate(activities, 1)
    ]
    return sorted([*usual, *planted], key=lambda item: item.started_at)


def _activities(
    items: Iterable[ConfigurationItem],
    rng: Random,
    *,
    anchor: datetime,
    counts: Mapping[str, int],
    spared: frozenset[str],
) -> list[_Activity]:
    """Return so many activities of each kind, by time; what is spared is not rebooted."""
    codes: dict[str, list[str]] = {}
    for kind in counts:
        candidates = [item for item in items if item.ci_subtype in _SUBTYPES[kind]]
        usable = [i.ci_code for i in candidates if kind != "reboot" or i.ci_code not in spared]
        codes[kind] = usable
    found = [
        _activity(kind, rng, anchor=anchor, codes=codes[kind])
        for kind, count in counts.items()
        for _ in range(count)
    ]
    return sorted(found, key=lambda activity: activity.started_at)


def _activity(kind: str, rng: Random, *, anchor: datetime, codes: Sequence[str]) -> _Activity:
    duration = rng.randint(30, 240)
    span_days = 31 if rng.random() < _RECENT_SHARE else 365
    started_at = anchor - timedelta(minutes=duration + rng.randrange(span_days * 1440 - 240))
    return _Activity(
        kind=kind,
        ci_code=rng.choice(codes),
        started_at=started_at,
        duration_min=duration,
        result=rng.choices(_RESULTS, _RESULT_WEIGHTS[kind])[0],
    )


def _work(number: int, activity: _Activity, *, rng: Random) -> WorkItem:
    requester, approver = rng.sample(_PEOPLE, 2)
    return WorkItem(
        work_id=f"work-{number:04}",
        ci_id=activity.ci_code,
        work_type=activity.kind,
        summary=activity.summary,
        detail=_DETAILS[activity.result],
        requested_by=requester,
        approved_by=approver,
        impact_level=rng.randint(1, 5),
        started_at=activity.started_at,
        ended_at=activity.ended_at,
        duration_min=activity.duration_min,
        result=activity.result,
    )


def _maintenance(number: int, activity: _Activity, *, rng: Random) -> MaintenanceItem:
    return MaintenanceItem(
        maintenance_id=f"maint-{number:04}",
        ci_id=activity.ci_code,
        maint_type=activity.kind,
        summary=activity.summary,
        detail=_DETAILS[activity.result],
        performer=rng.choice(_TEAMS),
        started_at=activity.started_at,
        ended_at=activity.ended_at,
        duration_min=activity.duration_min,
        result=activity.result,
    )
