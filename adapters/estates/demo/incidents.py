"""The incidents planted in the demo estate: causes with their consequences."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adapters.estates.demo.incident_records import (
    CpuLoad,
    EntryMaker,
    cpu_load,
    cpu_message,
    planned_reboot,
    planted_work,
    reboot_entries,
)
from adapters.estates.demo.relations import dependents_of
from domain.estate.records import EventLogEntry, MaintenanceItem, WorkItem


class IncidentKind(StrEnum):
    """What happened."""

    BAD_DEPLOYMENT = "bad_deployment"
    FAILED_CHANGE = "failed_change"
    REBOOT = "reboot"
    SUSTAINED_LOAD = "sustained_load"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoIncident:
    """One planted incident with the records that belong to it and to nothing else.

    `ci_code` is where it begins; `affected` lists all that show it. `entries` are in order of
    time, the cause first. A reboot's item has no metric points in [started_at, ended_at).
    """

    kind: IncidentKind
    title: str
    ci_code: str
    affected: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    entries: tuple[EventLogEntry, ...]
    work: WorkItem | None = None
    maintenance: MaintenanceItem | None = None
    cpu_load: CpuLoad | None = None


def demo_incidents(*, anchor: datetime, days: int = 31) -> list[DemoIncident]:
    """Return the incidents that begin in the last `days` before the anchor, whatever the seed."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    planted = [
        _bad_deployment("app-erp-order-01-1", anchor - 6 * hour, host="srv-erp-01"),
        _reboot("srv-scada-03", anchor - 11 * hour, minutes=45),
        _failed_change("db-analytics-01", anchor - 20 * hour, host="srv-analytics-01"),
        _bad_deployment("app-mes-order-01-1", anchor - 3 * day, host="srv-mes-01"),
        _failed_change("db-cmdb-01", anchor - 6 * day, host="srv-cmdb-01"),
        _reboot("srv-apm-02", anchor - 9 * day, minutes=90),
        _sustained_load("srv-mon-01", anchor, days=days),
    ]
    oldest = anchor - days * day
    return [incident for incident in planted if incident.started_at >= oldest]


def _bad_deployment(app: str, started_at: datetime, *, host: str) -> DemoIncident:
    """A deployment; minutes later the application and its host are overloaded."""
    dependents, minutes = dependents_of(app), 75
    maker = EntryMaker(f"deployment-{app}", started_at)
    entries = [
        maker.deployment(app, 0, "Release 3.2.0 deployed"),
        maker.alarm(app, 3, severity=5, message=cpu_message(app)),
        maker.alarm(host, 4, severity=4, message=cpu_message(host)),
    ]
    for minute, code in enumerate(dependents, start=5):
        slow = f"{code}: response time above 2000 ms"
        entries.append(maker.alarm(code, minute, severity=3, message=slow))
    release = f"Deploy release 3.2.0 of {app}"
    return DemoIncident(
        kind=IncidentKind.BAD_DEPLOYMENT,
        title=f"Release 3.2.0 of {app} overloads it and slows down what depends on it",
        ci_code=app,
        affected=(app, host, *dependents),
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=minutes),
        entries=tuple(entries),
        work=planted_work(
            "deployment", app, started_at, minutes=minutes, summary=release, result="degraded"
        ),
        cpu_load=cpu_load((app, host), started_at, minutes=minutes),
    )


def _failed_change(database: str, started_at: datetime, *, host: str) -> DemoIncident:
    """A failing upgrade: load, alarms, a security alert, errors in dependents, the rollback."""
    dependents, minutes = dependents_of(database), 60
    maker = EntryMaker(f"upgrade-{database}", started_at)
    missing = "Access control list missing after the upgrade"
    entries = [
        maker.deployment(database, 0, "Version 15.0 deployed"),
        maker.alarm(database, 4, severity=5, message=cpu_message(database)),
        maker.alarm(host, 5, severity=4, message=cpu_message(host)),
        maker.entry("security_alert", database, 9, severity=4, message=missing),
    ]
    for minute, code in enumerate(dependents, start=10):
        errors = f"{code}: database errors above 5 %"
        entries.append(maker.alarm(code, minute, severity=4, message=errors))
    entries.append(maker.deployment(database, 58, "Rollback to version 14.0 deployed"))
    upgrade = f"Upgrade of {database} to version 15.0, rolled back"
    return DemoIncident(
        kind=IncidentKind.FAILED_CHANGE,
        title=f"The upgrade of {database} fails and is rolled back",
        ci_code=database,
        affected=(database, host, *dependents),
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=minutes),
        entries=tuple(entries),
        work=planted_work(
            "upgrade", database, started_at, minutes=minutes, summary=upgrade, result="failed"
        ),
        cpu_load=cpu_load((database, host), started_at, minutes=minutes),
    )


def _reboot(server: str, started_at: datetime, *, minutes: int) -> DemoIncident:
    """A maintenance reboot: down, no metrics, up again."""
    item = planned_reboot(server, started_at, minutes=minutes)
    return DemoIncident(
        kind=IncidentKind.REBOOT,
        title=f"{server} is rebooted and sends no metrics for {minutes} minutes",
        ci_code=server,
        affected=(server,),
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=minutes),
        entries=tuple(reboot_entries(item)),
        maintenance=item,
    )


def _sustained_load(server: str, anchor: datetime, *, days: int) -> DemoIncident:
    """A server that is always busy, over 80 % in all its points, with an alarm every six hours."""
    started_at = anchor - timedelta(days=days)
    maker = EntryMaker(f"load-{server}", started_at)
    busy = cpu_message(server, limit=80)
    alarms = [
        maker.alarm(server, hours * 60, severity=4, message=busy)
        for hours in range(3, days * 24, 6)
    ]
    after_the_last_point = anchor + timedelta(seconds=1)
    load = CpuLoad(
        ci_codes=(server,), started_at=started_at, ended_at=after_the_last_point, floor=80.0
    )
    return DemoIncident(
        kind=IncidentKind.SUSTAINED_LOAD,
        title=f"{server} is too small for its load",
        ci_code=server,
        affected=(server,),
        started_at=started_at,
        ended_at=anchor,
        entries=tuple(alarms),
        cpu_load=load,
    )
