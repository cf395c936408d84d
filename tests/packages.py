"""Installing packages that bring tools: into a folder, as an installer unpacks a wheel."""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "opstrail-tool-tcp"


def install(
    folder: Path, name: str, source: str, tools: Mapping[str, str], *, version: str = "1.0"
) -> Path:
    """Install a package of one module; `tools` are the entry points of its tools."""
    folder.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    for older in folder.glob(f"{module}-*.dist-info"):
        shutil.rmtree(older)
    facts = folder / f"{module}-{version}.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = [f"{tool} = {place}" for tool, place in tools.items()]
    (facts / "entry_points.txt").write_text("\n".join(["[opstrail.tools]", *lines, ""]))
    (folder / f"{module}.py").write_text(source)
    return folder


def install_example(folder: Path) -> Path:
    """Install the example as its pyproject says."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())
    (module,) = project["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]
    facts, source = project["project"], (EXAMPLE / module).read_text()
    tools = facts["entry-points"]["opstrail.tools"]
    return install(folder, facts["name"], source, tools, version=facts["version"])
