"""The records that the planted incidents leave behind: event log entries, changes and CPU load."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.estate.records import EventLogEntry, MaintenanceItem, WorkItem

_Result = Literal["degraded", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuLoad:
    """These items' cpu_usage is above `floor` percent in [started_at, ended_at)."""

    ci_codes: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    floor: float


@dataclass(frozen=True, slots=True)
class EntryMaker:
    """Makes the event log entries of one incident; minutes count from its start."""

    incident_id: str
    started_at: datetime

    def deployment(self, code: str, minutes: int, message: str) -> EventLogEntry:
        """Return the entry of a deployment."""
        return self.entry("deployment", code, minutes, severity=2, message=message)

    def alarm(self, code: str, minutes: int, *, severity: int, message: str) -> EventLogEntry:
        """Return the entry of a threshold alarm."""
        return self.entry("threshold_alarm", code, minutes, severity=severity, message=message)

    def entry(
        self, event_type: str, code: str, minutes: int, *, severity: int, message: str
    ) -> EventLogEntry:
        """Return the entry of whatever happened."""
        return EventLogEntry(
            entry_id=f"ev-{self.incident_id}-{code}-{minutes}",
            ci_id=code,
            occurred_at=self.started_at + timedelta(minutes=minutes),
            event_type=event_type,
            severity=severity,
            source="cep" if event_type == "threshold_alarm" else "device",
            title=f"{event_type.replace('_', ' ').capitalize()} on {code}",
            message=message,
            attributes={"ci_code": code, "system": code.split("-")[1]},
        )


def cpu_message(code: str, *, limit: int = 90) -> str:
    """Return the message of an alarm about CPU."""
    return f"{code}: cpu_usage above {limit} %"


def cpu_load(codes: tuple[str, ...], started_at: datetime, *, minutes: int) -> CpuLoad:
    """Return a load over 90 % that begins two minutes after its cause."""
    return CpuLoad(
        ci_codes=codes,
        started_at=started_at + timedelta(minutes=2),
        ended_at=started_at + timedelta(minutes=minutes),
        floor=90.0,
    )


def planted_work(
    kind: str, item: str, started_at: datetime, *, minutes: int, summary: str, result: _Result
) -> WorkItem:
    """Return the work item that an incident begins with."""
    return WorkItem(
        work_id=f"work-{kind}-{item}",
        ci_id=item,
        work_type=kind,
        summary=summary,
        detail="See the event log for its consequences",
        requested_by="carl",
        approved_by="emma",
        impact_level=4,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=minutes),
        duration_min=minutes,
        result=result,
    )


def planned_reboot(server: str, started_at: datetime, *, minutes: int) -> MaintenanceItem:
    """Return the maintenance item of a successful reboot."""
    return MaintenanceItem(
        maintenance_id=f"maint-reboot-{server}",
        ci_id=server,
        maint_type="reboot",
        summary=f"Reboot of {server}",
        detail="Restart after a kernel update",
        performer="infra-team",
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=minutes),
        duration_min=minutes,
        result="success",
    )


def reboot_entries(item: MaintenanceItem) -> list[EventLogEntry]:
    """Return the two status changes of a reboot: down when it starts, up again when it ends."""
    maker, code = EntryMaker(item.maintenance_id, item.started_at), item.ci_id
    kind, minutes = "status_change", item.duration_min or 0
    return [
        maker.entry(kind, code, 0, severity=3, message=f"{code} is down for a reboot"),
        maker.entry(kind, code, minutes, severity=1, message=f"{code} is up again"),
    ]
