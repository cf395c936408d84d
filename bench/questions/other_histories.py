"""What happened in the invented hospital: points, events, work, maintenance, documents."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

ANCHOR: Final = datetime(2026, 9, 18, 14, 30, tzinfo=UTC)
"""A Friday; nothing is younger."""

Row = dict[str, object]

_EVENTS: Final = (
    "leak_detected",
    "over_temperature",
    "power_loss",
    "door_open",
    "calibration_due",
    "firmware_mismatch",
)
_WORK: Final = ("replacement", "rewiring", "relocation", "firmware_update")
_MAINTENANCE: Final = ("filter_change", "calibration", "lubrication", "inspection")
_PEOPLE: Final = ("Okafor", "Lindqvist", "Marchetti", "Novak", "Tanaka")
_FIRMS: Final = ("AquaServ", "MedTech Ltd", "in-house")
_DOCUMENTS: Final = (
    "Legionella prevention plan", "Chiller start-up guide", "Generator black start procedure",
    "Ventilator quick card", "Infusion pump cleaning guide", "Emergency power concept",
    "Ward 3 East floor plan", "Wireless coverage survey", "Gateway hardening checklist",
    "Pump spare parts list", "Nurse call user manual", "Imaging archive retention policy",
    "UPS battery test report", "Fire drill minutes",
)  # fmt: skip


def points(items: list[Row], chance: random.Random) -> Iterable[Row]:
    """Two metrics, hourly over a week."""
    metered = {"pump": ("pressure", 2.5), "rack": ("power_draw", 3000.0)}
    for item in items:
        metric, level = metered.get(str(item["ci_subtype"]), ("", 0.0))
        if not metric:
            continue
        level *= chance.uniform(0.7, 1.4)
        for hour in range(7 * 24, -1, -1):
            at = ANCHOR - timedelta(hours=hour, minutes=3)
            value = round(level * chance.gauss(1, 0.08), 2)
            yield {"ci_code": item["ci_code"], "metric_name": metric,
                   "measured_at": at.isoformat(), "value": value}  # fmt: skip


def _some(items: list[Row], chance: random.Random) -> object:
    """A code; of the first half of each kind more often, so that there are items with nothing."""
    devices = [item["ci_code"] for item in items if item["ci_type"] not in {"Area", "Service"}]
    return devices[min(chance.randrange(len(devices)), chance.randrange(len(devices)))]


def events(items: list[Row], chance: random.Random) -> Iterable[Row]:
    """A fortnight of events."""
    for number in range(1, 241):
        at = ANCHOR - timedelta(minutes=2 + int(number * 83.7))
        kind = chance.choices(_EVENTS, (9, 6, 4, 8, 5, 3))[0]
        code = _some(items, chance)
        title = f"{kind.replace('_', ' ').capitalize()} at {code}"
        yield {"entry_id": f"E{number:04}", "ci_code": code, "occurred_at": at.isoformat(),
               "event_type": kind, "severity": chance.choices((1, 2, 3, 4, 5), (5, 6, 4, 2, 1))[0],
               "source": chance.choice(("BMS", "bedside", "SNMP")), "title": title,
               "message": title}  # fmt: skip


def _span(number: int, chance: random.Random, *, is_open: bool) -> Row:
    start = ANCHOR - timedelta(hours=5 + number * 31, minutes=chance.randrange(60))
    minutes = chance.randrange(20, 400)
    end = start + timedelta(minutes=minutes)
    if is_open:
        return {
            "started_at": start.isoformat(),
            "ended_at": None,
            "duration_min": None,
            "result": None,
        }
    result = chance.choices(("success", "degraded", "failed"), (8, 2, 2))[0]
    return {"started_at": start.isoformat(), "ended_at": end.isoformat(),
            "duration_min": minutes, "result": result}  # fmt: skip


def work(items: list[Row], chance: random.Random) -> Iterable[Row]:
    """Work of four months; some of it is still open."""
    for number in range(90):
        code, kind = _some(items, chance), chance.choice(_WORK)
        people = chance.sample(_PEOPLE, 2)
        yield {"work_id": f"J-{number + 1:03}", "ci_code": code, "work_type": kind,
               "summary": f"{kind.replace('_', ' ').capitalize()} of {code}",
               "requested_by": people[0], "approved_by": people[1],
               "impact_level": chance.randrange(1, 6),
               **_span(number, chance, is_open=number in {0, 2, 3})}  # fmt: skip


def maintenance(items: list[Row], chance: random.Random) -> Iterable[Row]:
    """Maintenance of three months."""
    for number in range(70):
        code, kind = _some(items, chance), chance.choice(_MAINTENANCE)
        yield {"maintenance_id": f"M-{number + 1:03}", "ci_code": code, "maint_type": kind,
               "summary": f"{kind.replace('_', ' ').capitalize()} of {code}",
               "performer": chance.choice(_FIRMS),
               **_span(number, chance, is_open=False)}  # fmt: skip


def documents(chance: random.Random) -> Iterable[Row]:
    """The documents of the hospital."""
    for number, title in enumerate(_DOCUMENTS, 1):
        made = ANCHOR - timedelta(days=chance.randrange(5, 900))
        yield {"document_id": f"D{number:02}", "title": title,
               "category": chance.choice(("safety", "operation", "record")),
               "document_type": chance.choice(("pdf", "docx")),
               "status": chance.choice(("released", "draft")),
               "size_bytes": chance.randrange(20_000, 4_000_000),
               "content": f"{title}. Valid for all wards until revoked.",
               "created_at": made.isoformat()}  # fmt: skip
