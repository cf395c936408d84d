"""An invented estate that is no data centre: the plant, network and devices of a hospital."""

import csv
import json
import random
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from bench.questions.other_histories import (
    ANCHOR,
    Row,
    documents,
    events,
    maintenance,
    points,
    work,
)

_WARDS: Final = ("1 West", "2 East", "2 West", "3 East", "3 West", "4 East", "ICU", "Maternity")


class _Kind(NamedTuple):
    """A kind of item: how many there are, who has them, and what their attributes may be."""

    prefix: str
    name: str
    ci_type: str
    how_many: int
    owner: str
    models: tuple[str, ...]
    voltages: tuple[int, ...]


_KINDS: Final = {
    "circuit": _Kind("CIR", "Circuit", "Power", 24, "Electrical", ("Moeller C16",), (230, 400)),
    "ups": _Kind("UPS", "UPS", "Power", 6, "Electrical", ("Socomec 40", "Eaton 93"), (400,)),
    "generator": _Kind("GEN", "Diesel", "Power", 2, "Electrical", ("Cummins 500",), (400,)),
    "chiller": _Kind(
        "CHL", "Chiller", "Cooling", 5, "Facilities", ("Trane X", "Daikin Z"), (400,)
    ),
    "pump": _Kind(
        "PMP",
        "Circulation Pump",
        "Cooling",
        18,
        "Facilities",
        ("Hydra 40", "Hydra 60", "Wilo S"),
        (230, 400),
    ),
    "gateway": _Kind(
        "GW", "Gateway", "Network", 6, "Network Crew", ("Moxa G9", "Teltonika R2"), (24,)
    ),
    "access point": _Kind(
        "AP", "Access Point", "Network", 20, "Network Crew", ("Ruckus 350", "Ruckus 650"), (48,)
    ),
    "rack": _Kind(
        "RCK", "Rack", "Network", 10, "Network Crew", ("Rittal 42U", "Rittal 24U"), (230,)
    ),
    "infusion pump": _Kind(
        "INF", "Infusion Pump", "Medical", 24, "Biomedical", ("Alaris 8", "Perfusor P"), (12, 24)
    ),
    "ventilator": _Kind(
        "VNT",
        "Ventilator",
        "Medical",
        14,
        "Biomedical",
        ("Evita V3", "Evita V5", "Hamilton C6"),
        (230,),
    ),
    "monitor": _Kind(
        "MON", "Bedside Monitor", "Medical", 16, "Biomedical", ("Mindray 12", "Philips 7"), (24,)
    ),
}
_SERVICES: Final = (
    "Nurse Call",
    "Pharmacy Robot",
    "Lab Results",
    "Imaging Archive",
    "Bed Board",
    "Paging",
)


def write_other_estate(folder: Path, *, seed: int = 7) -> None:
    """Write the files of the estate. The same seed writes the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    items = [*_wards(chance), *_services(chance), *_devices(chance)]
    _write(folder / "cis.jsonl", items)
    _write(folder / "relations.csv", _relations(items, chance))
    _write(folder / "metrics.csv", _METRICS)
    _write(folder / "metric_points.csv", points(items, chance))
    _write(folder / "event_log.jsonl", events(items, chance))
    _write(folder / "work_history.csv", work(items, chance))
    _write(folder / "maintenance_history.csv", maintenance(items, chance))
    _write(folder / "documents.jsonl", documents(chance))


_METRICS: Final[list[Row]] = [
    {"metric_name": "pressure", "unit": "bar", "description": "Pressure behind the pump"},
    {"metric_name": "power_draw", "unit": "W", "description": "Electric power taken"},
]


def _write(path: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(f"{json.dumps(row)}\n" for row in rows)
            return
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _item(code: str, name: str, ci_type: str, subtype: str, chance: random.Random) -> Row:
    ward = chance.choice(_WARDS)
    made = ANCHOR - timedelta(days=chance.randrange(200, 3000), minutes=chance.randrange(1440))
    return {
        "ci_code": code,
        "ci_name": name,
        "ci_type": ci_type,
        "ci_subtype": subtype,
        "ci_category": "clinical" if ci_type in {"Medical", "Area", "Service"} else "plant",
        "status": chance.choices(("in service", "standby", "out of order"), (14, 3, 2))[0],
        "criticality": chance.randrange(1, 6),
        "location": f"Ward {ward}" if ward[0].isdigit() else ward,
        "environment": chance.choice(("main building", "annex")),
        "created_at": made.isoformat(),
    }


def _wards(chance: random.Random) -> Iterable[Row]:
    for ward in _WARDS:
        name = f"Ward {ward}" if ward[0].isdigit() else ward
        code = f"W-{ward.replace(' ', '')[: 2 if ward[0].isdigit() else 3].upper()}"
        row = _item(code, name, "Area", "ward", chance)
        attributes = {"beds": chance.randrange(8, 33), "floor": chance.randrange(1, 5)}
        yield {**row, "location": name, "owner": "Nursing", "attributes": attributes}


def _services(chance: random.Random) -> Iterable[Row]:
    for name in _SERVICES:
        code = f"SVC-{name.replace(' ', '').upper()}"
        row = _item(code, name, "Service", "service", chance)
        attributes = {"software": f"{chance.randrange(2, 9)}.{chance.randrange(10)}"}
        yield {**row, "owner": "Clinical IT", "attributes": attributes}


def _devices(chance: random.Random) -> Iterable[Row]:
    for subtype, kind in _KINDS.items():
        for number in range(1, kind.how_many + 1):
            code, name = f"{kind.prefix}-{number:03}", f"{kind.name} {number}"
            attributes: Row = {
                "model": chance.choice(kind.models),
                "voltage": chance.choice(kind.voltages),
                "floor": chance.randrange(6),
                "serial": f"{chance.randrange(16**6):06X}",
            }
            if kind.ci_type in {"Network", "Medical"}:
                attributes["firmware"] = chance.choice(("2.1.0", "2.1.4", "3.0.2"))
            tags = {"line": chance.choice(("red", "green", "blue"))}
            row = _item(code, name, kind.ci_type, subtype, chance)
            yield {**row, "owner": kind.owner, "attributes": attributes, "tags": tags}


def _relations(items: list[Row], chance: random.Random) -> list[Row]:
    of: dict[object, list[object]] = {}
    for item in items:
        of.setdefault(item["ci_subtype"], []).append(item["ci_code"])
    medical = [*of["infusion pump"], *of["ventilator"], *of["monitor"]]
    wards = of["ward"]
    rows = [(wards[number % 7], "COMPOSED_OF", code) for number, code in enumerate(medical)]
    for source, rel_type, target in (
        (of["circuit"], "DEPENDS_ON", of["ups"]),
        (of["ups"], "DEPENDS_ON", of["generator"]),
        (medical, "DEPENDS_ON", of["circuit"][:-3]),
        (of["pump"], "DEPENDS_ON", of["circuit"][:-3]),
        (of["chiller"], "USES", of["pump"][:9]),
        (of["chiller"], "USES", of["pump"][9:]),
        (of["rack"], "DEPENDS_ON", of["chiller"][:-1]),
        (of["gateway"], "DEPLOYED_ON", of["rack"]),
        (of["gateway"], "PROTECTED_BY", of["ups"]),
        (of["access point"], "CONNECTED_TO", of["gateway"]),
        ([*of["ventilator"], *of["monitor"]], "CONNECTED_TO", of["access point"]),
        (of["service"], "RUNS_ON", of["rack"][:-2]),
    ):
        rows += [(code, rel_type, chance.choice(target)) for code in source]
    needs = (("BEDBOARD", "NURSECALL"), ("NURSECALL", "PAGING"), ("PHARMACYROBOT", "LABRESULTS"))
    rows += [(f"SVC-{source}", "DEPENDS_ON", f"SVC-{target}") for source, target in needs]
    return [{"source_code": a, "rel_type": b, "target_code": c} for a, b, c in rows]
