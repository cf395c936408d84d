"""What breaks on the way of a call to its tool: the run ends, and says what it was."""

import asyncio
import dataclasses
from contextlib import AbstractAsyncContextManager

import pytest

from domain.json import JsonMap
from domain.replay.verify.verify import verify
from domain.run.call_events import ToolCallFailed, ToolCallLogged
from domain.run.events import RunCompleted, RunFailed
from domain.stages.call_making import CallMaking
from domain.stages.road import Enforcement
from domain.tools.contracts import ToolResult
from domain.tools.policies.gates import Gate, Gates
from domain.tools.policies.policy import ToolPolicy
from domain.tools.policies.waits import Patience
from tests.domain.services.hosts import Site, call
from tests.domain.stages.running import finish
from tests.fakes import ScriptedTool


class _BrokenGates(Gates):
    """Stands where something on the road breaks."""

    def place(
        self, gate: Gate, policy: ToolPolicy, patience: Patience
    ) -> AbstractAsyncContextManager[None]:
        message = "the disk is full"
        raise OSError(message)


def run_with_broken_gates(*calls: JsonMap) -> tuple[Site, str]:
    site = Site(*calls)
    enforcement = Enforcement(gates=_BrokenGates())
    site.workshop = dataclasses.replace(site.workshop, enforcement=enforcement)
    return site, site.ask()


def test_what_breaks_on_the_road_is_the_failure_of_the_call() -> None:
    site, run_id = run_with_broken_gates(call("a", "look"))
    (failed,) = [e for e in site.events(run_id) if isinstance(e, ToolCallFailed)]
    assert (failed.error.code, failed.error.message) == (
        "INTERNAL_ERROR",
        "OSError: the disk is full",
    )
    assert isinstance(site.events(run_id)[-1], RunFailed)


def test_the_log_of_the_call_has_where_it_broke() -> None:
    site, run_id = run_with_broken_gates(call("a", "look"))
    (logged,) = [e for e in site.events(run_id) if isinstance(e, ToolCallLogged)]
    assert "in place" in str(logged.data)


def test_a_run_with_a_broken_road_verifies() -> None:
    site, run_id = run_with_broken_gates(call("a", "look"), call("b", "restart"))
    assert finish(verify(site.history(run_id), site.registry)).is_same


async def _cancels_itself(*_: object) -> ToolResult:
    raise asyncio.CancelledError


def test_a_tool_that_cancels_itself_fails_alone() -> None:
    site = Site(call("a", "look"), {"call_id": "b", "tool": "odd", "operation": "do"})
    site.registry.register_dynamic(ScriptedTool("odd", do=_cancels_itself))
    run_id = site.ask()
    (failed,) = [e for e in site.events(run_id) if isinstance(e, ToolCallFailed)]
    (completed,) = [e for e in site.events(run_id) if isinstance(e, RunCompleted)]
    assert (failed.call_id, failed.error.message, completed.status) == (
        "b",
        "CancelledError",
        "partial",
    )
    assert finish(verify(site.history(run_id), site.registry)).is_same


def test_what_breaks_elsewhere_is_named_by_the_end_of_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(CallMaking, "make", breaks)
    site = Site(call("a", "look"))
    failed = site.events(site.ask())[-1]
    assert isinstance(failed, RunFailed)
    assert failed.error.message.startswith("ZeroDivisionError")
