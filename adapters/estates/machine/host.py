"""The host itself, with its disks and network interfaces."""

import platform
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil

from adapters.estates.machine.findings import Findings, readable, relation
from adapters.estates.machine.live_processes import UNREADABLE
from domain.estate.records import ConfigurationItem, RelationType
from domain.json import JsonMap

HOST_ID = "host"
_GIB = 1024**3


def disk_id(mount_point: str) -> str:
    """Return the id of the disk that is mounted there."""
    return f"disk:{mount_point}"


def interface_id(name: str) -> str:
    """Return the id of the network interface of this name."""
    return f"interface:{name}"


def mount_points() -> dict[str, JsonMap]:
    """Return the mounted disks and what they are; the root is there in containers too."""
    mounts = {mount.mountpoint: mount for mount in psutil.disk_partitions(all=True)}
    real = {mount.mountpoint for mount in psutil.disk_partitions(all=False)} | {"/"}
    return {
        readable(point): {"device": readable(mount.device), "file_system": mount.fstype}
        for point, mount in mounts.items()
        if point in real and Path(point).is_dir()
    }


def find_host() -> Findings:
    """Return the host, composed of its disks and interfaces."""
    disks, disk_problems = _readable("disks", _disks)
    interfaces, interface_problems = _readable("network interfaces", _interfaces)
    parts = [*disks, *interfaces]
    return Findings(
        items=(_host(), *parts),
        relations=tuple(relation(HOST_ID, RelationType.COMPOSED_OF, part.ci_id) for part in parts),
        warnings=(*disk_problems, *interface_problems),
    )


def _readable(
    what: str, find: Callable[[], Iterable[ConfigurationItem]]
) -> tuple[list[ConfigurationItem], list[str]]:
    try:
        return list(find()), []
    except UNREADABLE as error:
        return [], [f"{what} may not be read: {error}"]


def _host() -> ConfigurationItem:
    name = readable(platform.node()) or "localhost"
    return ConfigurationItem(
        ci_id=HOST_ID,
        ci_code=name,
        ci_name=name,
        ci_type="HW",
        ci_subtype="host",
        ci_category="infrastructure",
        attributes={
            "system": platform.system(),
            "kernel": platform.release(),
            "architecture": platform.machine(),
            "cpu_cores": psutil.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / _GIB, 1),
            "started_at": datetime.fromtimestamp(psutil.boot_time(), UTC).isoformat(),
        },
    )


def _disks() -> Iterator[ConfigurationItem]:
    for point, attributes in sorted(mount_points().items()):
        yield ConfigurationItem(
            ci_id=disk_id(point),
            ci_code=point,
            ci_name=f"Disk {point}",
            ci_type="HW",
            ci_subtype="disk",
            ci_category="infrastructure",
            attributes={**attributes, "mount_point": point},
        )


def _interfaces() -> Iterator[ConfigurationItem]:
    states = psutil.net_if_stats()
    for name, addresses in sorted(psutil.net_if_addrs().items()):
        state = states.get(name)
        is_up = state is not None and state.isup
        yield ConfigurationItem(
            ci_id=interface_id(name),
            ci_code=f"if-{name}",
            ci_name=f"Interface {name}",
            ci_type="HW",
            ci_subtype="interface",
            ci_category="infrastructure",
            status="active" if is_up else "inactive",
            attributes={
                "addresses": [readable(address.address) for address in addresses],
                "mtu": state.mtu if state else None,
                "speed_mbit": state.speed if state else None,
            },
        )
