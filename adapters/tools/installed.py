"""The tools that installed packages bring through the entry point group `opstrail.tools`."""

from importlib.metadata import EntryPoint, entry_points
from typing import Final

from domain.tools.registry import ToolRegistry

GROUP: Final = "opstrail.tools"


def register_installed(registry: ToolRegistry) -> None:
    """Register the tools of all packages; one that cannot be used is refused, with the reason.

    Without such a package nothing is imported.
    """
    for point in sorted(entry_points(group=GROUP), key=lambda each: (_origin(each), each.name)):
        _register(registry, point)


def _register(registry: ToolRegistry, point: EntryPoint) -> None:
    from adapters.tools.guarded import GuardedTool, NoTool, loaded  # noqa: PLC0415 - few have any

    origin = _origin(point)
    try:
        registry.register_dynamic(GuardedTool(loaded(point), origin), origin)
    except (NoTool, ValueError) as error:
        registry.refused[point.name] = f"of {origin} cannot be used: {error}"


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value
