"""The command with the tool alone that does nothing: `python -m bench.served_noop serve`."""

import sys

from adapters.bootstrap import Opstrail
from adapters.cli.__main__ import run
from bench.noop import NoopTool
from domain.tools.registry import ToolRegistry

_TOOLS = ToolRegistry()
_TOOLS.register_dynamic(NoopTool())
Opstrail.tools = property(lambda _: _TOOLS)  # type: ignore[assignment,method-assign]  # in its place

if __name__ == "__main__":
    sys.exit(run())
