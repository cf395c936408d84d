"""The packages of a Debian system: items, dependencies, log, and which files are theirs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.estates.machine.findings import Findings, readable, relation
from adapters.estates.machine.host import HOST_ID
from adapters.estates.machine.package_log import read_package_log
from adapters.estates.machine.package_status import Dependency, Package, parse_status
from domain.estate.records import ConfigurationItem, Relation, RelationType

_CRITICALITY = {"required": 5, "important": 4, "standard": 3, "optional": 2, "extra": 1}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PackageGraph:
    """The installed packages by name and by what they provide."""

    by_name: dict[str, list[Package]]
    by_provided: dict[str, list[Package]]

    def code(self, package: Package) -> str:
        """Return the name people type: `libc6`, with the architecture if there are several."""
        is_alone = len(self.by_name[package.name]) == 1
        return package.name if is_alone else f"{package.name}:{package.arch}"

    def needs(self, package: Package) -> Iterator[Package]:
        """Yield the packages that satisfy the dependencies of this one, itself excepted.

        Of alternatives it is the first that is installed; a real package goes before one that
        provides it. Versions are not compared: dpkg did so before it installed the package.
        """
        for alternatives in package.depends:
            found = [self._satisfying(needed, package) for needed in alternatives]
            first = next((other for other in found if other is not None), None)
            if first is not None and first is not package:
                yield first

    def unsatisfied(self, package: Package) -> list[str]:
        """Return the names of the needed packages of which nothing is installed."""
        return [
            alternatives[0].name
            for alternatives in package.depends
            if alternatives and not any(self._satisfying(n, package) for n in alternatives)
        ]

    def named(self, name: str) -> Package | None:
        """Return the package of a `name` or `name:arch`, as dpkg's files and log write it."""
        plain, _, arch = name.partition(":")
        found = self.by_name.get(plain, [])
        if arch:
            found = [package for package in found if package.arch in {arch, "all"}]
        return found[0] if found else None

    def _satisfying(self, needed: Dependency, package: Package) -> Package | None:
        candidates = [*self.by_name.get(needed.name, []), *self.by_provided.get(needed.name, [])]
        fitting = [other for other in candidates if _fits(other, needed, package)]
        # A package of another architecture may satisfy it too (Multi-Arch: foreign).
        return next(iter(fitting or candidates), None)


@dataclass(frozen=True, slots=True)
class DpkgFolders:
    """Where dpkg keeps its records."""

    library: Path = Path("/var/lib/dpkg")
    log: Path = Path("/var/log")

    @property
    def status(self) -> Path:
        """The file that lists the packages; it exists on Debian and what descends from it."""
        return self.library / "status"


def read_packages(folders: DpkgFolders) -> PackageGraph:
    """Return the installed packages. Raises `OSError` where there is no dpkg to ask."""
    return package_graph(parse_status(readable(folders.status.read_text("utf-8", "replace"))))


def find_packages(graph: PackageGraph, folders: DpkgFolders) -> Findings:
    """Return all packages, what each depends on, and their log."""
    packages = [package for same_name in graph.by_name.values() for package in same_name]
    log = read_package_log(folders.log, lambda name: _logged_item(graph, name))
    relations = [found for package in packages for found in _relations(graph, package)]
    return Findings(
        items=tuple(_item(graph, package) for package in packages),
        relations=tuple(dict.fromkeys(relations)),
        event_log=tuple(log.entries),
        warnings=(*log.warnings, *_unsatisfied(graph, packages)),
    )


def owners_of(
    paths: Iterable[str], graph: PackageGraph, *, folders: DpkgFolders
) -> dict[str, str]:
    """Return the ids of the packages that these files belong to, by path.

    Packages may list a file as `/bin/x` that is found as `/usr/bin/x` since both are one folder.
    """
    wanted = {listed: path for path in paths for listed in (path, path.removeprefix("/usr"))}
    owners: dict[str, str] = {}
    for file in sorted((folders.library / "info").glob("*.list")):
        package = graph.named(file.name.removesuffix(".list"))
        if package is not None:
            owned = _lines(file) & wanted.keys()
            owners |= {wanted[name]: _id(graph, package) for name in owned}
    return owners


def _lines(file: Path) -> set[str]:
    try:
        return set(file.read_text("utf-8", "replace").splitlines())
    except OSError:
        return set()


def _id(graph: PackageGraph, package: Package) -> str:
    return f"package:{graph.code(package)}"


def _logged_item(graph: PackageGraph, name: str) -> str:
    """Return the package's id; what happened to a package that is gone is about the host."""
    package = graph.named(name)
    return HOST_ID if package is None else _id(graph, package)


def _item(graph: PackageGraph, package: Package) -> ConfigurationItem:
    return ConfigurationItem(
        ci_id=_id(graph, package),
        ci_code=graph.code(package),
        ci_name=package.name,
        ci_type="SW",
        ci_subtype="package",
        ci_category=package.section,
        criticality=_CRITICALITY.get(package.priority),
        attributes={
            "version": package.version,
            "architecture": package.arch,
            "priority": package.priority,
            "maintainer": package.maintainer,
            "summary": package.summary,
        },
    )


def _relations(graph: PackageGraph, package: Package) -> Iterator[Relation]:
    source = _id(graph, package)
    yield relation(source, RelationType.DEPLOYED_ON, HOST_ID)
    for needed in graph.needs(package):
        yield relation(source, RelationType.DEPENDS_ON, _id(graph, needed))


def _unsatisfied(graph: PackageGraph, packages: Iterable[Package]) -> list[str]:
    missing = sorted({name for package in packages for name in graph.unsatisfied(package)})
    if not missing:
        return []
    shown = ", ".join(missing[:_SHOWN]) + (", ..." if len(missing) > _SHOWN else "")
    return [f"{len(missing)} needed packages are not installed: {shown}"]


def package_graph(packages: Sequence[Package]) -> PackageGraph:
    """Return the packages, found by their names and by what they provide."""
    by_name: dict[str, list[Package]] = {}
    by_provided: dict[str, list[Package]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
        for provided in package.provides:
            by_provided.setdefault(provided, []).append(package)
    return PackageGraph(by_name, by_provided)


def _fits(other: Package, needed: Dependency, package: Package) -> bool:
    if needed.arch == "any":
        return True
    return other.arch in {needed.arch or package.arch, "all"} or package.arch == "all"
