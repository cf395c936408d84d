"""Which installed package satisfies which dependency."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.estates.machine.package_status import Dependency, Package


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


def package_graph(packages: Sequence[Package]) -> PackageGraph:
    """Return the graph of these packages."""
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
