"""The command with a tool that changes something: it appends a line to the file LINES.

At KILL_AT (before or during) the process dies there, without a word; at `after` it dies when the
next call begins. `host.restart` is an effect, `host.tag` is idempotent.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.cli.__main__ import run
from adapters.sources.sources import Sources
from adapters.tools import builtin
from domain.query.selection import QueriedEstate
from domain.tools.catalogue import DeclaredTool, ToolCatalogue
from domain.tools.contracts import BaseTool, Operation, ToolContext, ToolParams, ToolResult
from domain.tools.registry import ToolRegistry
from domain.values.effect import Effect


class Named(ToolParams):
    """What is changed."""

    name: str = "web"


class Host(BaseTool):
    """Changes things."""

    tool_type = "host"

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        effects = {"restart": Effect.EFFECT, "tag": Effect.IDEMPOTENT}
        return {
            name: Operation(name, f"Does {name}", Named, _change, (), effect)
            for name, effect in effects.items()
        }


def _change(context: ToolContext, params: Named) -> ToolResult:
    kill_at = os.environ.get("KILL_AT")
    if kill_at == "before" or (kill_at == "after" and params.name == "next"):
        os._exit(9)
    with Path(os.environ["LINES"]).open("a") as lines:
        lines.write(f"{context.idempotency_key} {params.name}\n")
    if kill_at == "during":
        os._exit(9)
    return ToolResult(success=True, data={"name": params.name}, metadata={"effect": params.name})


_usual, _usually_known = builtin.builtin_registry, builtin.declared_tools


def _with_host(estate: QueriedEstate, sources: Sources | None = None) -> ToolRegistry:
    registry = _usual(estate, sources)
    registry.register_dynamic(Host())
    return registry


def _known_with_host() -> ToolCatalogue:
    usual = _usually_known().get_available_tools().values()
    return ToolCatalogue([*usual, DeclaredTool("host", "host", Host().operations)])


INSTALLED = {"builtin_registry": _with_host, "declared_tools": _known_with_host}
"""What takes the place of the functions of `builtin`."""

if __name__ == "__main__":
    for name, with_host in INSTALLED.items():
        setattr(builtin, name, with_host)
    sys.exit(run())
