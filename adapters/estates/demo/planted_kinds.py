"""What planted incidents look like: their effects and records, by kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Final

from adapters.estates.demo.effects import Effect
from adapters.estates.demo.incident_records import EntryMaker, cpu_message
from adapters.estates.demo.relations import dependents_of
from adapters.estates.demo.systems import Server, measured_codes, servers
from domain.estate.records import EventLogEntry, MaintenanceItem, WorkItem


class PlantedKind(StrEnum):
    """What goes wrong."""

    EXHAUSTION = "resource exhaustion"
    DEPLOYMENT = "failed deployment"
    DEPENDENCY = "failed dependency"
    MAINTENANCE = "maintenance gone wrong"
    NEIGHBOUR = "noisy neighbour"
    LEAK = "slow leak"


@dataclass(slots=True)
class PlantedIncident:
    """The truth: where it begins, who shows it, from when to when it is seen; and its records."""

    kind: PlantedKind
    cause: str
    symptoms: list[str]
    started_at: datetime
    ended_at: datetime
    entries: list[EventLogEntry] = field(default_factory=list)
    work: list[WorkItem] = field(default_factory=list)
    maintenance: list[MaintenanceItem] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)


@dataclass(slots=True)
class Place:
    """Where and when an incident is planted, and what it is made with."""

    rng: Random
    number: int
    first: Server
    started_at: datetime
    minutes: int

    @property
    def ended_at(self) -> datetime:
        """When it is over."""
        return self.started_at + timedelta(minutes=self.minutes)

    @property
    def hosts(self) -> list[Server]:
        """The servers of the system that have metrics, but for the one that is always busy."""
        known = set(measured_codes()) - {"srv-mon-01"}
        own = [server for server in servers() if server.system is self.first.system]
        return [server for server in own if server.code in known]

    def incident(self, kind: PlantedKind, cause: str, symptoms: Sequence[str]) -> PlantedIncident:
        """Return an incident here, without records and effects so far."""
        return PlantedIncident(kind, cause, [*symptoms], self.started_at, self.ended_at)

    def load(self, code: str, metric: str, floor: float) -> Effect:
        """Return a load above the floor, from two minutes after the start on."""
        begin = self.started_at + timedelta(minutes=2)
        return Effect(code, metric, "load", begin, self.ended_at, floor)

    def alarms(self, codes: Sequence[str], message: str, *, after: int) -> list[EventLogEntry]:
        """Return one to three alarms of each, minutes after the start and during the incident."""
        maker = EntryMaker(f"{self.number:03}", self.started_at)
        return [
            maker.alarm(
                code, minute, severity=self.rng.choice((3, 4, 5)), message=f"{code}: {message}"
            )
            for code in codes
            for minute in sorted(
                self.rng.sample(range(after, self.minutes), self.rng.randint(1, 3))
            )
        ]

    def entry(self, code: str, kind: str, severity: int, message: str) -> EventLogEntry:
        """Return an entry of the start."""
        maker = EntryMaker(f"{self.number:03}", self.started_at)
        return maker.entry(kind, code, 0, severity=severity, message=message)


def _exhaustion(place: Place) -> PlantedIncident:
    """A server runs out of CPU or memory; what runs on it becomes slow."""
    host = place.rng.choice(place.hosts or [place.first])
    metric = place.rng.choice(("cpu_usage", "memory_usage"))
    incident = place.incident(PlantedKind.EXHAUSTION, host.code, host.apps)
    incident.effects = [place.load(host.code, metric, 92.0)]
    high, slow = f"{metric} above 90 %", "response time above 2000 ms"
    incident.entries = place.alarms([host.code], high, after=4)
    incident.entries += place.alarms(host.apps, slow, after=8)
    return incident


def _deployment(place: Place) -> PlantedIncident:
    """A release overloads its application, and through it the host."""
    app, host = place.first.apps[0], place.first.code
    dependents = dependents_of(app)[:3]
    incident = place.incident(PlantedKind.DEPLOYMENT, app, dependents or [host])
    release = f"Release {place.rng.randint(3, 6)}.{place.rng.randint(0, 9)}.0"
    incident.effects = [place.load(app, "cpu_usage", 88.0), place.load(host, "cpu_usage", 85.0)]
    incident.entries = [place.entry(app, "deployment", 2, f"{release} deployed")]
    incident.entries += place.alarms([app], cpu_message(app).partition(": ")[2], after=4)
    incident.entries += place.alarms(dependents, "errors above 5 %", after=8)
    incident.work = [_work(place, app, f"Deploy {release.lower()} of {app}")]
    return incident


def _dependency(place: Place) -> PlantedIncident:
    """A storage or a switch fails; the servers do less, and what runs on them has errors."""
    system = place.first.system
    is_storage = place.rng.random() < 0.5  # noqa: PLR2004 - one or the other
    cause = system.storage if is_storage else place.rng.choice(system.networks)
    metric = "disk_io" if is_storage else "network_in"
    hosts = place.hosts or [place.first]
    apps = [app for host in hosts for app in host.apps][:4]
    incident = place.incident(PlantedKind.DEPENDENCY, cause, apps)
    incident.effects = [
        Effect(host.code, metric, "slowed", place.started_at, place.ended_at, 0.2)
        for host in hosts
    ]
    failed = "controller failed, running on the other" if is_storage else "ports flapping"
    incident.entries = [place.entry(cause, "status_change", 5, f"{cause}: {failed}")]
    incident.entries += place.alarms([cause], "errors above limit", after=2)
    incident.entries += place.alarms(apps, "timeouts above 5 %", after=6)
    return incident


def _maintenance(place: Place) -> PlantedIncident:
    """A reboot that does not end well, or a patch after which a database is overloaded."""
    if place.hosts and place.rng.random() < 0.5:  # noqa: PLR2004 - one or the other
        host = place.rng.choice(place.hosts)
        incident = place.incident(PlantedKind.MAINTENANCE, host.code, host.apps)
        incident.effects = [
            Effect(code, metric, "silent", place.started_at, place.ended_at)
            for code in [host.code, *host.software]
            for metric in ("cpu_usage", "memory_usage", "temperature", "disk_io", "network_in")
        ]
        down = f"{host.code} is down for a reboot"
        incident.entries = [place.entry(host.code, "status_change", 4, down)]
        incident.entries += place.alarms(host.apps, "not reachable", after=3)
        incident.maintenance = [_repair(place, host.code, "reboot")]
        return incident
    database = place.first.db or place.first.was
    dependents = dependents_of(database)[:3]
    incident = place.incident(PlantedKind.MAINTENANCE, database, dependents)
    incident.effects = [place.load(database, "cpu_usage", 90.0)]
    incident.entries = place.alarms([database], "cpu_usage above 90 %", after=5)
    incident.entries += place.alarms(dependents, "database errors above 5 %", after=8)
    incident.maintenance = [_repair(place, database, "patch")]
    return incident


def _neighbour(place: Place) -> PlantedIncident:
    """Something on a host takes its CPU; its neighbours suffer."""
    host, cause = place.first, place.first.db or place.first.was
    victims = [app for app in host.apps if cause not in _needs(app)] or host.apps
    incident = place.incident(PlantedKind.NEIGHBOUR, cause, victims)
    incident.effects = [
        place.load(cause, "cpu_usage", 90.0),
        place.load(host.code, "cpu_usage", 90.0),
    ]
    incident.entries = place.alarms([host.code], "cpu_usage above 90 %", after=4)
    incident.entries += place.alarms(victims, "response time above 2000 ms", after=6)
    return incident


def _leak(place: Place) -> PlantedIncident:
    """Memory of an application or a server rises for a day or two, until what needs it fails."""
    is_app = place.rng.random() < 0.5 or not place.hosts  # noqa: PLR2004 - one or the other
    host = place.first if is_app else place.rng.choice(place.hosts)
    code = host.apps[0] if is_app else host.code
    symptoms = (dependents_of(code)[:3] or [host.web or host.code]) if is_app else host.apps
    incident = place.incident(PlantedKind.LEAK, code, symptoms)
    begin = place.started_at - timedelta(hours=place.rng.randint(18, 40))
    incident.effects = [Effect(code, "memory_usage", "ramp", begin, place.ended_at, 98.0)]
    incident.entries = place.alarms([code], "memory_usage above 90 %", after=3)
    incident.entries += place.alarms(symptoms, "response time above 2000 ms", after=6)
    return incident


MAKERS: Final[Mapping[PlantedKind, Callable[[Place], PlantedIncident]]] = {
    PlantedKind.EXHAUSTION: _exhaustion,
    PlantedKind.DEPLOYMENT: _deployment,
    PlantedKind.DEPENDENCY: _dependency,
    PlantedKind.MAINTENANCE: _maintenance,
    PlantedKind.NEIGHBOUR: _neighbour,
    PlantedKind.LEAK: _leak,
}


def _needs(app: str) -> set[str]:
    databases = [server.db for server in servers() if server.db]
    return {code for code in databases if app in dependents_of(code)}


def _work(place: Place, code: str, summary: str) -> WorkItem:
    return WorkItem(
        work_id=f"work-9{place.number:03}",
        ci_id=code,
        work_type="deployment",
        summary=summary,
        requested_by="carl",
        approved_by="emma",
        impact_level=3,
        started_at=place.started_at,
        ended_at=place.ended_at,
        duration_min=place.minutes,
        result=place.rng.choice(("degraded", "failed", "success")),
    )


def _repair(place: Place, code: str, kind: str) -> MaintenanceItem:
    return MaintenanceItem(
        maintenance_id=f"maint-9{place.number:03}",
        ci_id=code,
        maint_type=kind,
        summary=f"{kind.capitalize()} of {code}",
        performer="infra-team",
        started_at=place.started_at,
        ended_at=place.ended_at,
        duration_min=place.minutes,
        result=place.rng.choice(("degraded", "failed")),
    )
