"""Processes, listening ports and local connections as configuration items and relations.

Relations point to what their source needs: a port runs on its process, a client is connected to
the port that it uses,
so that what fails with a process is found by following relations inwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from adapters.estates.machine.findings import Findings, relation
from adapters.estates.machine.host import HOST_ID
from adapters.estates.machine.live_processes import Running, SeenProcess, SeenSocket
from domain.estate.records import ConfigurationItem, Relation, RelationType

if TYPE_CHECKING:
    from domain.json import JsonMap


def process_id(pid: int) -> str:
    """Return the id of the process with this number."""
    return f"process:{pid}"


def find_processes(running: Running, owners: Mapping[str, str]) -> Findings:
    """Return what runs; `owners` maps paths of programs and libraries to ids of packages."""
    listening = [socket for socket in running.sockets if socket.remote is None]
    pids = {process.pid for process in running.processes}
    relations = [
        *_process_relations(running.processes, owners),
        *_port_relations(listening, pids),
        *_connections(running.sockets, pids),
    ]
    return Findings(
        items=(*map(_process, running.processes), *_ports(listening)),
        relations=tuple(dict.fromkeys(relations)),
        warnings=tuple(running.warnings),
    )


def _process(process: SeenProcess) -> ConfigurationItem:
    return ConfigurationItem(
        ci_id=process_id(process.pid),
        ci_code=f"{process.name}-{process.pid}",
        ci_name=process.name,
        ci_type="SW",
        ci_subtype="process",
        ci_category="runtime",
        owner=process.user,
        created_at=process.started_at,
        attributes={"pid": process.pid, "exe": process.exe, "state": process.state},
    )


def _process_relations(
    processes: Iterable[SeenProcess], owners: Mapping[str, str]
) -> Iterator[Relation]:
    for process in processes:
        source = process_id(process.pid)
        yield relation(source, RelationType.RUNS_ON, HOST_ID)
        paths = sorted({process.exe or "", *process.libraries} & owners.keys())
        for path in paths:
            yield relation(source, RelationType.DEPENDS_ON, owners[path])


def _port_code(protocol: str, port: int) -> str:
    return f"{protocol}-{port}"


def _port_id(protocol: str, port: int) -> str:
    return f"port:{_port_code(protocol, port)}"


def _ports(listening: Iterable[SeenSocket]) -> Iterator[ConfigurationItem]:
    addresses: dict[tuple[str, int], set[str]] = {}
    for socket in listening:
        addresses.setdefault((socket.protocol, socket.local[1]), set()).add(socket.local[0])
    for (protocol, port), bound in sorted(addresses.items()):
        code = _port_code(protocol, port)
        attributes: JsonMap = {"port": port, "protocol": protocol, "addresses": [*sorted(bound)]}
        yield ConfigurationItem(
            ci_id=_port_id(protocol, port),
            ci_code=code,
            ci_name=f"Port {port}/{protocol}",
            ci_type="SW",
            ci_subtype="port",
            ci_category="runtime",
            attributes=attributes,
        )


def _port_relations(listening: Iterable[SeenSocket], pids: set[int]) -> Iterator[Relation]:
    for socket in listening:
        source = _port_id(socket.protocol, socket.local[1])
        target = process_id(socket.pid) if socket.pid in pids else HOST_ID
        yield relation(source, RelationType.RUNS_ON, target)


def _connections(sockets: Iterable[SeenSocket], pids: set[int]) -> Iterator[Relation]:
    """Yield client processes connected to the local port that they use.

    A connection is local when its far end is the near end of another socket here; the far end's
    port must be one that listens, else both ends would look like clients.
    """
    found = list(sockets)
    listening = {(s.protocol, s.local[1]) for s in found if s.remote is None}
    ends = {(socket.protocol, socket.local) for socket in found if socket.remote is not None}
    for socket in found:
        if socket.remote is None or socket.pid not in pids:
            continue
        is_local = (socket.protocol, socket.remote) in ends
        if is_local and (socket.protocol, socket.remote[1]) in listening:
            target = _port_id(socket.protocol, socket.remote[1])
            yield relation(process_id(socket.pid), RelationType.CONNECTED_TO, target)
