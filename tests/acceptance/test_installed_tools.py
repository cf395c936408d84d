"""A package that brings a tool: installed, used, taken away."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.acceptance.cli import ROOT, opstrail
from tests.packages import install, install_example

CHANGED = """
from domain.tools.contracts import *

class Params(ToolParams):
    target: str

def check(context: ToolContext, params: Params) -> ToolResult:
    "Check."
    print("noise")
    return ToolResult(success=True, data={"rows": [{"target": params.target}]})

class TcpTool(BaseTool):
    "Checks."
    tool_type = "tcp"
    operations = operations_of(check)
"""


class Site:
    """A database, and a folder of installed packages."""

    def __init__(self, folder: Path, port: int) -> None:
        self.database, self.packages, self.plan = (
            folder / name for name in ("opstrail.db", "packages", "plan.json")
        )
        params = {"host": "127.0.0.1", "ports": [port]}
        call = {"call_id": "ports", "tool": "tcp", "operation": "check", "params": params}
        self.plan.write_text(json.dumps({"calls": [call]}))

    def __call__(self, *arguments: str, is_installed: bool = True) -> CompletedProcess[str]:
        path = f"{ROOT}:{self.packages}" if is_installed else str(ROOT)
        return opstrail(self.database, *arguments, PYTHONPATH=path)

    def run(self) -> CompletedProcess[str]:
        return self("run", "start", "--plan", str(self.plan), "-o", "json")

    def event(self, name: str) -> dict[str, object]:
        events = json.loads(self("run", "events", "latest", "-o", "json").stdout)
        (found,) = [each for each in events if each["type"] == name]
        data: dict[str, object] = json.loads(found["data"])
        return data


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        site = Site(tmp_path, server.getsockname()[1])
        install_example(site.packages)
        yield site


def test_a_plan_calls_the_tool_of_a_package_and_is_verified_without_it(site: Site) -> None:
    ran = site.run()
    assert ran.returncode == 0, ran.stderr
    succeeded = site.event("tool-call-succeeded")
    assert succeeded["source_revision"] == "opstrail-tool-tcp 1.0"
    assert '"is_open":true' in json.dumps(succeeded["data"], separators=(",", ":"))
    verified = site("run", "verify", "latest", is_installed=False)
    assert verified.returncode == 0, verified.stdout
    assert verified.stdout.count("taken as recorded, of packages: tcp") == 1


def test_without_the_package_a_plan_says_what_is_not_installed(site: Site) -> None:
    refused = site("run", "start", "--plan", str(site.plan), is_installed=False)
    assert "tool 'tcp' is not installed; tools: causes, cep, ci" in refused.stdout
    assert refused.returncode == 2
    assert site("run", "verify", "latest").stdout.startswith("same")


def test_a_package_that_takes_other_params_now_is_told_and_its_output_is_json(site: Site) -> None:
    assert site.run().returncode == 0
    install(site.packages, "opstrail-tool-tcp", CHANGED, {"tcp": "opstrail_tool_tcp:TcpTool"})
    again = site("run", "rerun", "latest", "--reason", "to see")
    assert "ports.target: field required" in again.stdout + again.stderr
    site.plan.write_text(site.plan.read_text().replace('"host"', '"target"'))
    plan = json.loads(site.plan.read_text())
    del plan["calls"][0]["params"]["ports"]
    site.plan.write_text(json.dumps(plan))
    ran = site.run()
    assert (json.loads(ran.stdout)["status"], ran.stderr) == ("success", "noise\n")


def test_a_package_that_cannot_be_used_is_named_by_list_and_doctor(site: Site) -> None:
    assert site.run().returncode == 0
    install(site.packages, "opstrail-tool-ruin", "1 / 0", {"ruin": "opstrail_tool_ruin:Tool"})
    why = "tool 'ruin' of opstrail-tool-ruin 1.0 cannot be used"
    listed, examined = site("tool", "list"), site("doctor")
    assert why in listed.stderr
    assert "opstrail-tool-tcp 1.0" in listed.stdout
    assert (why in " ".join(examined.stdout.split()), examined.returncode) == (True, 1)
