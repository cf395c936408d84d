"""A service with a tool that logs, warns and fails: makes one run on a database."""

import asyncio
import logging
import sys
import warnings
from collections.abc import Mapping
from typing import Any

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.json import JsonMap
from domain.run.commands import RequestRun
from domain.tools.contracts import BaseTool, Operation, ToolContext, ToolParams, ToolResult
from domain.writer import Authorship

PLAN: JsonMap = {
    "kind": "plan",
    "plan": {
        "calls": [
            {"call_id": "talks", "tool": "chatty", "operation": "talk", "params": {"lines": 3}},
            {"call_id": "floods", "tool": "chatty", "operation": "talk", "params": {"lines": 900}},
            {"call_id": "quiet", "tool": "chatty", "operation": "talk"},
            {"call_id": "breaks", "tool": "chatty", "operation": "break"},
        ]
    },
}


class Talk(ToolParams):
    lines: int = 0


def talk(context: ToolContext, params: Talk) -> ToolResult:
    """Log so many lines."""
    if params.lines:
        logging.getLogger("chatty.talk").info("begins with password=hunter2")
    for line in range(params.lines):
        context.log(f"line {line}")
    return ToolResult(success=True, data={"rows": []})


def break_down(_: ToolContext, __: Talk) -> ToolResult:
    """Warn, and fail with a chain of exceptions."""
    warnings.warn("the door is old", FutureWarning, stacklevel=1)
    raise LookupError(*["no answer"]) from ConnectionRefusedError("nobody at home")


class Chatty(BaseTool):
    """Talks."""

    tool_type = "chatty"
    operations: Mapping[str, Operation[Any]] = {
        "talk": Operation("talk", "Talk.", Talk, talk),
        "break": Operation("break", "Break.", Talk, break_down),
    }


def make_run(url: str, tenant_id: str = "default") -> str:
    """Carry out the plan, and return the id of its run."""
    with open_service(url) as opstrail:
        opstrail.tools.register_dynamic(Chatty())
        by = Authorship(tenant_id, Actor("person", "ann"))
        run = opstrail.runs.request(RequestRun(question="Who talks?", plan_output=PLAN), by)
        asyncio.run(opstrail.runs.carry_out(tenant_id, run.run_id))
        return run.run_id


if __name__ == "__main__":
    print(make_run(sys.argv[1]))  # noqa: T201 - for the test
