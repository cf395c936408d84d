"""The 280 configuration items of the demo estate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from adapters.estates.demo.software import software_items
from adapters.estates.demo.systems import SYSTEMS, ZONES, Server, System, servers
from domain.estate.records import ConfigurationItem
from domain.json import JsonMap

ZONE_SIZES = {"zone-a": 103, "zone-b": 88, "zone-c": 89}


@dataclass(frozen=True, slots=True)
class _Shared:
    """An item that a whole system shares, before it has a place."""

    code: str
    name: str
    subtype: str
    attributes: JsonMap


def demo_items(*, anchor: datetime, seed: int) -> list[ConfigurationItem]:
    """Return all items: systems, the hardware they share, then each server with its software."""
    rng = Random(f"{seed}/items")
    free_zones = _free_zones(rng)
    items = [_system_item(system, free_zones.pop()) for system in SYSTEMS]
    for system in SYSTEMS:
        shared_items = list(_shared(system, rng))
        items.extend(_shared_item(item, system, zone=free_zones.pop()) for item in shared_items)
    for server in servers():
        items.append(_server_item(server, rng))
        items.extend(software_items(server, rng))
    return [_dated(item, rng, anchor=anchor) for item in items]


def _free_zones(rng: Random) -> list[str]:
    """Return the places that servers and software leave free, so that zones get their sizes."""
    used = dict.fromkeys(ZONES, 0)
    for server in servers():
        used[server.zone] += 1 + len(server.software)
    free = [zone for zone in ZONES for _ in range(ZONE_SIZES[zone] - used[zone])]
    rng.shuffle(free)
    return free


def _dated(item: ConfigurationItem, rng: Random, *, anchor: datetime) -> ConfigurationItem:
    created_at = anchor - timedelta(days=rng.randint(400, 1100), minutes=rng.randrange(1440))
    updated_at = anchor - timedelta(days=rng.randint(1, 300), minutes=rng.randrange(1440))
    return item.model_copy(update={"created_at": created_at, "updated_at": updated_at})


def _system_item(system: System, zone: str) -> ConfigurationItem:
    attributes: JsonMap = {
        "purpose": system.purpose,
        "depends_on": [f"sys-{key}" for key in system.depends_on],
        "zone": zone,
    }
    return ConfigurationItem(
        ci_id=system.code,
        ci_code=system.code,
        ci_name=f"{system.key.upper()} System",
        ci_type="SYSTEM",
        ci_subtype=system.subtype,
        ci_category=system.category,
        criticality=5,
        location=zone,
        owner=system.owner,
        environment="production",
        tags={"system": system.key, "role": "system"},
        attributes=attributes,
    )


def _shared(system: System, rng: Random) -> Iterator[_Shared]:
    title = system.key.upper()
    for number, code in enumerate(system.networks, start=1):
        vendor = rng.choice(("cisco", "arista", "juniper"))
        attributes: JsonMap = {
            "vendor": vendor,
            "connected_servers": [s.code for s in servers() if s.system is system],
        }
        yield _Shared(code, f"{title} Network {number:02}", "network", attributes)
    raid, capacity = rng.choice(("RAID1", "RAID10", "RAID6")), rng.choice((20, 40, 80))
    yield _Shared(
        system.storage, f"{title} Storage", "storage", {"raid": raid, "capacity_tb": capacity}
    )
    vendor = rng.choice(("fortinet", "paloalto"))
    yield _Shared(system.security, f"{title} Security", "security", {"vendor": vendor})


def _shared_item(shared: _Shared, system: System, *, zone: str) -> ConfigurationItem:
    return ConfigurationItem(
        ci_id=shared.code,
        ci_code=shared.code,
        ci_name=shared.name,
        ci_type="HW",
        ci_subtype=shared.subtype,
        ci_category="infrastructure",
        criticality=4,
        location=zone,
        owner=f"{system.key}-platform",
        environment="production",
        tags={"system": system.key, "role": shared.subtype},
        attributes={**shared.attributes, "zone": zone},
    )


def _server_item(server: Server, rng: Random) -> ConfigurationItem:
    system = server.system
    attributes: JsonMap = {
        "cpu_cores": rng.choice((16, 24, 32)),
        "memory_gb": rng.choice((128, 192, 256)),
        "ip": f"10.{SYSTEMS.index(system) + 1}.{server.number}.{rng.randint(10, 250)}",
        "zone": server.zone,
    }
    return ConfigurationItem(
        ci_id=server.code,
        ci_code=server.code,
        ci_name=f"{system.key.upper()} Server {server.number:02}",
        ci_type="HW",
        ci_subtype="server",
        ci_category="infrastructure",
        status=server.status,
        criticality=4,
        location=server.zone,
        owner=f"{system.key}-platform",
        environment=server.environment,
        tags={"system": system.key, "role": "server"},
        attributes=attributes,
    )
