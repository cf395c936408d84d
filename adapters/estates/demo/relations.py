"""The relations of the demo estate: each points to what its source needs or consists of."""

from collections.abc import Iterator

from adapters.estates.demo.systems import SYSTEMS, Server, System, servers
from domain.estate.records import Relation, RelationType


def demo_relations() -> list[Relation]:
    """Return all relations; they do not depend on anchor or seed."""
    relations = [relation for system in SYSTEMS for relation in _system_relations(system)]
    for server in servers():
        relations += _server_relations(server)
    for system in SYSTEMS:
        relations += _application_dependencies(system)
    return relations


def _edge(source: str, rel_type: RelationType, target: str) -> Relation:
    return Relation(source_id=source, target_id=target, rel_type=rel_type)


def _servers_of(system: System) -> list[Server]:
    return [server for server in servers() if server.system is system]


def _system_relations(system: System) -> Iterator[Relation]:
    parts = [*system.networks, system.storage, system.security]
    for server in _servers_of(system):
        parts += [server.code, *server.software]
    for part in parts:
        yield _edge(system.code, RelationType.COMPOSED_OF, part)
    for key in system.depends_on:
        yield _edge(system.code, RelationType.DEPENDS_ON, f"sys-{key}")


def _server_relations(server: Server) -> Iterator[Relation]:
    system = server.system
    yield _edge(server.code, RelationType.USES, system.storage)
    yield _edge(server.code, RelationType.PROTECTED_BY, system.security)
    for network in system.networks:
        yield _edge(server.code, RelationType.CONNECTED_TO, network)
    for code in server.software:
        yield _edge(code, RelationType.DEPLOYED_ON, server.code)
    yield _edge(server.was, RelationType.RUNS_ON, server.os)
    if server.db is not None:
        yield _edge(server.db, RelationType.RUNS_ON, server.os)
    for code in [*server.apps, *([server.web] if server.web else [])]:
        yield _edge(code, RelationType.RUNS_ON, server.was)


def _application_dependencies(system: System) -> Iterator[Relation]:
    """Each application needs a database and another application of its own environment."""
    for is_staging in (False, True):
        members = [s for s in _servers_of(system) if s.is_staging is is_staging]
        apps = [app for server in members for app in server.apps]
        dbs = [server.db for server in members if server.db is not None]
        for index, app in enumerate(apps):
            yield _edge(app, RelationType.DEPENDS_ON, dbs[index % len(dbs)])
        for index, app in enumerate(apps[1:]):
            yield _edge(app, RelationType.DEPENDS_ON, apps[index // 2])
    yield from _needs_of_other_systems(system)


def _needs_of_other_systems(system: System) -> Iterator[Relation]:
    """The last production application calls the first one of each system that it needs."""
    caller = [server for server in _servers_of(system) if not server.is_staging][-1].apps[-1]
    for key in system.depends_on:
        called = next(server for server in servers() if server.system.key == key)
        yield _edge(caller, RelationType.DEPENDS_ON, called.apps[0])


def dependents_of(code: str) -> list[str]:
    """Return the codes of the applications that depend directly on this one or database."""
    return [
        relation.source_id
        for relation in demo_relations()
        if relation.target_id == code and relation.rel_type is RelationType.DEPENDS_ON
    ]
