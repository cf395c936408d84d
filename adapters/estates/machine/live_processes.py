"""What runs on the machine, as the operating system shows it: processes and their sockets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import SOCK_STREAM
from typing import Any

import psutil

from adapters.estates.machine.findings import readable

UNREADABLE = (psutil.Error, OSError, ValueError)
"""What the operating system's refusals and processes that end meanwhile are raised as."""

_ATTRIBUTES = ["pid", "ppid", "name", "exe", "username", "status", "create_time"]
_KERNEL_PARENT = 2
_FIRST_EPHEMERAL_PORT = 32768


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProcess:
    """One process; `exe` is None when it may not be read, `libraries` are mapped files."""

    pid: int
    name: str
    exe: str | None
    user: str
    state: str
    started_at: datetime | None
    libraries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SeenSocket:
    """One socket; `remote` is None when it listens, `pid` is None when it may not be read."""

    protocol: str
    local: tuple[str, int]
    remote: tuple[str, int] | None
    pid: int | None


@dataclass(frozen=True, slots=True)
class Running:
    """Everything that was seen running, and what could not be seen."""

    processes: list[SeenProcess]
    sockets: list[SeenSocket]
    warnings: list[str]


def see_running(*, own_pid: int, proc: Path = Path("/proc")) -> Running:
    """Return processes and sockets, but not those of the discovery itself nor of the kernel."""
    processes, failed = see_processes(psutil.process_iter(), own_pid=own_pid, proc=proc)
    warnings = [f"{failed} processes could not be read"] if failed else []
    hidden = sum(process.exe is None for process in processes)
    if hidden:
        warnings.append(f"the programs of {hidden} processes may not be read: run as root")
    sockets, problems = _see_sockets()
    return Running(processes, sockets, warnings + problems)


def see_processes(
    found: Iterable[psutil.Process], *, own_pid: int, proc: Path
) -> tuple[list[SeenProcess], int]:
    """Return the processes that could be read, and how many could not."""
    seen, failed = [], 0
    for process in found:
        try:
            facts = process.as_dict(_ATTRIBUTES)
        except psutil.NoSuchProcess:
            continue
        except UNREADABLE:
            failed += 1
            continue
        if facts["pid"] not in {own_pid, _KERNEL_PARENT} and facts["ppid"] != _KERNEL_PARENT:
            seen.append(_process(facts, proc=proc))
    return seen, failed


def _process(facts: dict[str, Any], *, proc: Path) -> SeenProcess:
    """Return the process; `as_dict` gives None for what may not be read."""
    created = facts["create_time"]
    return SeenProcess(
        pid=facts["pid"],
        name=" ".join(readable(facts["name"] or "unknown").split())[:100],
        exe=None if facts["exe"] is None else readable(facts["exe"]),
        user=facts["username"] or "",
        state=facts["status"] or "",
        started_at=None if created is None else datetime.fromtimestamp(created, UTC),
        libraries=_mapped_files(proc / str(facts["pid"]) / "maps"),
    )


def _mapped_files(maps: Path) -> frozenset[str]:
    """Return the mapped files, if readable: psutil's memory_maps also counts pages, slowly."""
    try:
        lines = maps.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(line[line.index("/") :] for line in lines if "/" in line and ".so" in line)


def _see_sockets() -> tuple[list[SeenSocket], list[str]]:
    try:
        found = psutil.net_connections(kind="inet")
    except UNREADABLE as error:
        return [], [f"ports and connections may not be read: {error}"]
    sockets = [_socket(connection) for connection in found if connection.laddr]
    seen = [socket for socket in sockets if _matters(socket)]
    hidden = sum(socket.pid is None and socket.remote is None for socket in seen)
    if hidden:
        return seen, [f"the processes of {hidden} listening sockets may not be read: run as root"]
    return seen, []


def _socket(connection: Any) -> SeenSocket:  # noqa: ANN401  psutil's type has no public name
    is_tcp = connection.type == SOCK_STREAM
    listens = connection.status == psutil.CONN_LISTEN if is_tcp else not connection.raddr
    remote = None if listens else _address(connection.raddr)
    protocol = "tcp" if is_tcp else "udp"
    return SeenSocket(protocol, _address(connection.laddr), remote, connection.pid)


def _address(end: Any) -> tuple[str, int]:  # noqa: ANN401  the same, or empty when not connected
    """Return host and port; an IPv4 address in IPv6 clothes is the IPv4 address."""
    return (end.ip.removeprefix("::ffff:"), end.port) if end else ("", 0)


def _matters(socket: SeenSocket) -> bool:
    """A UDP socket on an ephemeral port is a client that waits for an answer, not a service."""
    is_client = socket.protocol == "udp" and socket.local[1] >= _FIRST_EPHEMERAL_PORT
    return not (socket.remote is None and is_client)
