"""The software on the servers of the demo estate."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from adapters.estates.demo.systems import Server, app_name
from domain.estate.records import ConfigurationItem

if TYPE_CHECKING:
    from domain.json import JsonMap


@dataclass(frozen=True, slots=True)
class _Kind:
    """What software of one subtype may be, and how critical it is."""

    subtype: str
    engines: tuple[str, ...]
    versions: tuple[str, ...]
    criticality: int


_OS = _Kind("os", ("Linux",), ("8.4", "9.1", "9.3"), 4)
_DB = _Kind("db", ("postgres", "timescaledb", "cockroach"), ("14.0",), 4)
_WAS = _Kind("was", ("uvicorn", "gunicorn", "tomcat"), ("1.2", "2.0", "9.0"), 3)
_WEB = _Kind("web", ("nginx", "haproxy", "caddy"), ("1.24", "2.8"), 3)
_APP = _Kind("app", ("python", "java", "nodejs", "go"), ("1.4.2", "2.0.1", "3.1.0"), 3)


@dataclass(frozen=True, slots=True)
class _Software:
    """One piece of software, and the code of what it runs on (None for an operating system)."""

    code: str
    name: str
    kind: _Kind
    runs_on: str | None


def software_items(server: Server, rng: Random) -> list[ConfigurationItem]:
    """Return everything deployed on the server, the operating system first."""
    return [_item(software, server, rng=rng) for software in _software(server)]


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
    tags: JsonMap = {
        "system": server.system.key,
        "role": kind.subtype,
        "host_server": server.code,
    }
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
