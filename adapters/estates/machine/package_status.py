"""The installed packages, read from dpkg's status file.

The format is that of deb-control(5): stanzas of "Field: value" lines divided by empty lines,
continued by lines that begin with a blank.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DEPENDENCY = re.compile(
    r"\s*(?P<name>[a-z0-9][a-z0-9+.-]*)(?::(?P<arch>[a-z0-9-]+))?\s*(?:[(]|$)"
)


@dataclass(frozen=True, slots=True)
class Dependency:
    """One package that would do; `arch` is None when it is not said, "any" when any will do."""

    name: str
    arch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One installed package; each of `depends` lists alternatives in order of preference."""

    name: str
    arch: str
    version: str
    section: str = ""
    priority: str = ""
    maintainer: str = ""
    summary: str = ""
    depends: tuple[tuple[Dependency, ...], ...] = ()
    provides: tuple[str, ...] = ()


def parse_status(text: str) -> list[Package]:
    """Return the packages that are installed, not those of which only configuration is left."""
    return [
        _package(stanza)
        for stanza in _stanzas(text)
        if stanza.get("Status", "").endswith(" installed")
    ]


def _stanzas(text: str) -> Iterator[dict[str, str]]:
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        for line in block.splitlines():
            if line[:1].isspace() or ":" not in line:
                continue
            field, _, value = line.partition(":")
            fields[field] = value.strip()
        if "Package" in fields:
            yield fields


def _package(stanza: dict[str, str]) -> Package:
    depends = [stanza.get("Pre-Depends", ""), stanza.get("Depends", "")]
    return Package(
        name=stanza["Package"],
        arch=stanza.get("Architecture", ""),
        version=stanza.get("Version", ""),
        section=stanza.get("Section", ""),
        priority=stanza.get("Priority", ""),
        maintainer=stanza.get("Maintainer", ""),
        summary=stanza.get("Description", ""),
        depends=tuple(_alternatives(part) for field in depends for part in _listed(field)),
        provides=tuple(
            found.name
            for part in _listed(stanza.get("Provides", ""))
            for found in _alternatives(part)
        ),
    )


def _listed(field: str) -> list[str]:
    return [part for part in field.split(",") if part.strip()]


def _alternatives(text: str) -> tuple[Dependency, ...]:
    matches = [_DEPENDENCY.match(alternative) for alternative in text.split("|")]
    return tuple(Dependency(match["name"], match["arch"]) for match in matches if match)
