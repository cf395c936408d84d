"""The 280 configuration items of the demo estate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from adapters.estates.demo.systems import SYSTEMS, ZONES, Server, System, app_name, servers
from domain.estate.records import ConfigurationItem
from domain.json import JsonMap

_ZONE_SIZES = {"zone-a": 103, "zone-b": 88, "zone-c": 89}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What software of one subtype may be, and how critical it is."""

    subtype: str
    engines: tuple[str, ...]
    versions: tuple[str, ...]
    criticality: int


@dataclass(frozen=True, slots=True)
class _Software:
    """One piece of software, and the code of what it runs on (None for an operating system)."""

    code: str
    name: str
    kind: _Kind
    runs_on: str | None


@dataclass(frozen=True, slots=True)
class _Hardware:
    """A piece of hardware of a system, before it has a place."""

    code: str
    name: str
    subtype: str
    attributes: JsonMap


_OS = _Kind("os", ("Linux",), ("8.4", "9.1", "9.3"), 4)
_DB = _Kind("db", ("postgres", "timescaledb", "cockroach"), ("14.0",), 4)
_WAS = _Kind("was", ("uvicorn", "gunicorn", "tomcat"), ("1.2", "2.0", "9.0"), 3)
_WEB = _Kind("web", ("nginx", "haproxy", "caddy"), ("1.24", "2.8"), 3)
_APP = _Kind("app", ("python", "java", "nodejs", "go"), ("1.4.2", "2.0.1", "3.1.0"), 3)


def demo_items(*, anchor: datetime, seed: int) -> list[ConfigurationItem]:
    """Return all items: systems, the hardware they share, then each server with its software."""
    rng = Random(f"{seed}/items")
    free_zones = _free_zones(rng)
    items = [_system_item(system, free_zones.pop()) for system in SYSTEMS]
    for system in SYSTEMS:
        shared_items = list(_shared(system, rng))
        items.extend(_hardware_item(item, system, zone=free_zones.pop()) for item in shared_items)
    for server in servers():
        items.append(_server_item(server, rng))
        items.extend(_item(software, server, rng=rng) for software in _software(server))
    return [_dated(item, rng, anchor=anchor) for item in items]


def _free_zones(rng: Random) -> list[str]:
    """Return the places that servers and software leave free, so that zones get their sizes."""
    used = dict.fromkeys(ZONES, 0)
    for server in servers():
        used[server.zone] += 1 + len(server.software)
    free = [zone for zone in ZONES for _ in range(_ZONE_SIZES[zone] - used[zone])]
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


def _shared(system: System, rng: Random) -> Iterator[_Hardware]:
    title = system.key.upper()
    for number, code in enumerate(system.networks, start=1):
        vendor = rng.choice(("cisco", "arista", "juniper"))
        attributes: JsonMap = {
            "vendor": vendor,
            "connected_servers": [s.code for s in servers() if s.system is system],
        }
        yield _Hardware(code, f"{title} Network {number:02}", "network", attributes)
    raid, capacity = rng.choice(("RAID1", "RAID10", "RAID6")), rng.choice((20, 40, 80))
    yield _Hardware(
        system.storage, f"{title} Storage", "storage", {"raid": raid, "capacity_tb": capacity}
    )
    vendor = rng.choice(("fortinet", "paloalto"))
    yield _Hardware(system.security, f"{title} Security", "security", {"vendor": vendor})


def _hardware_item(shared: _Hardware, system: System, *, zone: str) -> ConfigurationItem:
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
    }
    name = f"{system.key.upper()} Server {server.number:02}"
    item = _hardware_item(
        _Hardware(server.code, name, "server", attributes), system, zone=server.zone
    )
    return item.model_copy(update={"status": server.status, "environment": server.environment})


def _software(server: Server) -> Iterator[_Software]:
    title, number = server.system.key.upper(), f"{server.number:02}"
    yield _Software(server.os, f"{title} OS {number}", _OS, None)
    if server.db is not None:
        yield _Software(server.db, f"{title} Database {number}", _DB, server.os)
    yield _Software(server.was, f"{title} WAS {number}", _WAS, server.os)
    if server.web is not None:
        yield _Software(server.web, f"{title} Web {number}", _WEB, server.was)
    for position, code in enumerate(server.apps, start=1):
        purpose = app_name(server.number, position).title()
        yield _Software(code, f"{title} {purpose} App {number}-{position}", _APP, server.was)


def _item(software: _Software, server: Server, *, rng: Random) -> ConfigurationItem:
    kind = software.kind
    tags: JsonMap = {"system": server.system.key, "role": kind.subtype, "host_server": server.code}
    if software.runs_on is not None:
        tags["runs_on"] = software.runs_on
    return ConfigurationItem(
        ci_id=software.code,
        ci_code=software.code,
        ci_name=software.name,
        ci_type="SW",
        ci_subtype=kind.subtype,
        ci_category="application",
        criticality=kind.criticality,
        location=server.zone,
        owner=server.system.owner,
        environment=server.environment,
        tags=tags,
        attributes={
            "engine": rng.choice(kind.engines),
            "version": rng.choice(kind.versions),
            "zone": server.zone,
        },
    )
