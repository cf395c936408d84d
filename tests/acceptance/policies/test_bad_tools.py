"""Tools of packages that do wrong: their runs end, say what it was, and keep nothing of it."""

import asyncio
import time
from pathlib import Path

import pytest

from adapters.tools.guarded import GuardedTool
from adapters.tools.installed import register_installed
from domain.json import JsonMap
from domain.replay.verify.verify import verify
from domain.run.call_events import ToolCallFailed, ToolCallSucceeded
from domain.run.events import RunCompleted
from domain.run.summary import summary_of
from domain.tools.catalogue import ToolCatalogue
from domain.tools.contracts import BaseTool, ToolResult
from domain.tools.policies.policy import ToolPolicy
from tests.acceptance.policies.policed import DOWN, GIVEN, Ran, Site, call, slow
from tests.fakes import Script, ScriptedTool, answering
from tests.packages import install

FOREIGN: JsonMap = {"tenant_id": "globex", "secret": "only-for-globex"}
ORIGIN = "wild 1.0"
GOOD = {**call(2), "tool": "good"}


async def never_ends(*_: object) -> ToolResult:
    until = time.monotonic() + 1
    while time.monotonic() < until:  # so that the test has an end
        try:
            await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            continue
    return ToolResult(success=True, data={"rows": []})


def is_same(ran: Ran) -> bool:
    """Whether the run verifies as it does for people: there no package is imported."""
    return asyncio.run(verify(ran.history, ToolCatalogue([]))).is_same


def of_package(site: Site, tool: BaseTool) -> Site:
    """Return the site with this tool of a package."""
    site.opstrail.tools.register_dynamic(GuardedTool(tool, ORIGIN), ORIGIN)
    return site


@pytest.mark.parametrize(
    ("deed", "code", "said"),
    [
        (answering({"rows": ["x" * 50_000_000]}), "MAX_ROWS_EXCEEDED", "at most 16,777,216"),
        (answering({"rows": [{"in": FOREIGN}]}), "TENANT_MISMATCH", "rows of another tenant"),
        (answering({"rows": [float("nan")]}), "INTERNAL_ERROR", "not JSON"),
        (never_ends, "TOOL_TIMEOUT", "may still work"),
    ],
    ids=["50 MB", "rows of another tenant", "NaN", "a coroutine that never ends"],
)
def test_what_a_tool_does_wrong_fails_its_call_and_nothing_of_it_is_kept(
    url: str, tmp_path: Path, deed: Script, code: str, said: str
) -> None:
    site = of_package(Site(url, ScriptedTool("good", get=GIVEN)), slow(deed))
    site.policies["slow"] = ToolPolicy(
        max_retries=0, timeout_ms=300 if said[:3] == "may" else None
    )
    ran = site.run(call(1), GOOD)
    (failed,) = ran.all(ToolCallFailed)
    assert (failed.call_id, failed.error.code) == ("c1", code)
    assert said in failed.error.message
    assert (ran.all(RunCompleted)[0].status, is_same(ran)) == ("partial", True)
    files = [each.read_bytes() for each in tmp_path.glob("runs.db*")]
    assert b"only-for-globex" not in b"".join(files)
    assert sum(map(len, files)) < 4_000_000


def test_a_plan_that_names_a_tool_whose_package_raises_when_imported_ends_and_says_so(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(
        install(tmp_path / "packages", "ruined", "1 / 0", {"slow": "ruined:T"})
    )
    site = Site(url)
    register_installed(site.opstrail.tools)
    ran = site.run(call(1))
    summary = summary_of(ran.history)
    assert summary.state == "failed"
    assert "tool 'slow' of ruined 1.0 cannot be used" in str(summary.error)
    assert is_same(ran)


def test_a_run_is_taken_up_with_a_tool_that_takes_other_params_now_and_ends(url: str) -> None:
    before = of_package(Site(url), slow(DOWN))
    before.policies["slow"] = ToolPolicy(max_retries=0)
    failed = before.run(call(1))
    now = of_package(Site(url), ScriptedTool("slow", fetch=GIVEN))  # `get` is gone
    later = now.ran(failed.run_id)
    assert is_same(later)
    resumed = now.resume(later)
    assert resumed.all(ToolCallFailed)[-1].error.code != "UPSTREAM_UNAVAILABLE"
    assert (summary_of(resumed.history).state, is_same(resumed)) == ("failed", True)
    assert not resumed.all(ToolCallSucceeded)
