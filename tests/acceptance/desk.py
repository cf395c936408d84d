"""One person who does what operations do, at a small estate."""

import asyncio
from dataclasses import dataclass
from typing import Any

from adapters.bootstrap import Opstrail
from domain.aggregate.envelope import Actor
from domain.json import JsonMap
from domain.operations.operation import Caller, Operation
from domain.operations.table import OPERATIONS
from domain.run.call_events import ToolCallStarted
from domain.writer import Authorship
from infrastructure.clock import SystemClock
from tests.estate_fixture import SMALL_ESTATE, TENANT

IMPACT = "What is affected if srv-01 fails?"
WHY = {"why": "to see", "reason": "to see"}


@dataclass
class Desk:
    """One person at one database."""

    opstrail: Opstrail
    tenant_id: str = TENANT

    def do(self, name: str, /, **params: Any) -> Any:  # noqa: ANN401 - whatever comes back
        """Do what an operation does, with a reason where it takes one."""
        operation: Operation[Any, Any] = OPERATIONS[name]
        wanted = {key: why for key, why in WHY.items() if key in operation.params.model_fields}
        by = Authorship(self.tenant_id, Actor("person", "ada"))
        given = operation.params(**{**wanted, **params})
        return asyncio.run(operation.do(self.opstrail, Caller(by), given))

    def publish(self, asset: str, content: JsonMap) -> None:
        self.do("asset.publish", asset=asset, content=content)

    def ask(self, **params: Any) -> str:  # noqa: ANN401 - the fields of a request
        run_id: str = self.do("run.ask", **{"question": IMPACT, **params})["run_id"]
        return run_id

    def events(self, run_id: str, kind: type) -> list[Any]:
        history = self.opstrail.reader.history(self.tenant_id, run_id)
        return [entry.event for entry in history if isinstance(entry.event, kind)]

    def walk(self, run_id: str) -> JsonMap:
        (found,) = [e for e in self.events(run_id, ToolCallStarted) if e.tool == "graph"]
        walk: JsonMap = found.params.get("walk", {})
        return walk

    def verdict(self, run_id: str) -> str:
        verdict: str = self.do("run.verify", run=run_id).verdict
        return verdict


def fill(opstrail: Opstrail) -> None:
    opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=SystemClock().now())
