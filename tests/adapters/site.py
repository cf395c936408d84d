"""A database with runs that went in many ways, for tests of what faces show."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from msgspec import structs

from adapters.bootstrap import Opstrail, open_service
from adapters.cli.app import main
from domain.aggregate.envelope import Actor
from domain.ports import LeaseTerm
from domain.replay.bulk.orders import BulkOrder
from domain.run.commands import RequestRun
from domain.run.events import PlanValidated
from domain.views.bulk_replay import BulkMode
from domain.writer import Authorship
from infrastructure.deliveries import DELIVERIES
from tests.domain.run.samples import EXECUTING, PLANNED, VALIDATED, waiting
from tests.infrastructure.payloads.keeping import age, write_run

BY: Final = Authorship("acme", Actor("person", "ada"))
IMPACT: Final = "What is affected if srv-01 fails?"
WHY: Final = ("--reason", "to see")
EVERY: Final = ("-q", "started > -7d")
LETTER: Final = {
    "target": "desk",
    "event_id": "e-1",
    "tenant_id": "acme",
    "kind": "run.failed",
    "position": 1,
    "tries": 9,
    "due_at": None,
    "error": "it answered 500",
}
SECOND_SERVER: Final = {
    "ci_id": "id-srv-02",
    "ci_code": "srv-02",
    "ci_name": "Shop Server 02",
    "ci_type": "HW",
    "ci_subtype": "server",
    "status": "monitoring",
}


class Site:
    """A database with runs that went in many ways, made once and copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "opstrail.db"
        self.names = {
            "@bundle": str(folder / "run.zip"),
            "@items": str(folder / "cis.json"),
            "@plan": str(folder / "plan.json"),
            "@words": str(folder / "words.json"),
        }

    def fill(self) -> None:
        for box in ("server", "host"):
            self._write("@words", {"words": {"box": box}})
            self.run("asset", "publish", "words:house", self.names["@words"], "--why", "to see")
        self._write("@words", {"words": {"box": "other"}})
        self.run("words", "add", "pray")
        self._write("@items", [{**SECOND_SERVER, "owner": "somebody"}])
        self._write("@plan", self.run("ask", IMPACT, "--plan-only"))
        self.run("estate", "import", self.names["@items"])
        self._write("@items", [SECOND_SERVER])
        self.run("ask", "What is affected if srv-99 fails?")  # there is no such item
        self.run("ask", IMPACT)
        self.names["@good"] = self.run("ask", IMPACT, "-o", "json")["run_id"]
        forked = ("run", "fork", self.names["@good"], *WHY, "-o", "json")
        self.names["@failed"] = self.run(*forked, "--result", "graph=error")["run_id"]
        self.run("run", "export", self.names["@good"], "--bundle", self.names["@bundle"])
        self.run("golden", "pin", self.names["@good"], "--name", "impact")
        verified = self.run("replay", "start", "--mode", "verify", *EVERY, *WHY, "-o", "json")
        self.names["@replay"] = verified["replay_id"]
        made = self.run("key", "create", "nightly", "--role", "viewer", "--why", "x", "-o", "json")
        self.names["@key"] = made["line"]["key_id"]
        with open_service(f"sqlite:///{self.database}") as service:
            self._leave_undone(service)

    def run(self, *arguments: str) -> Any:  # noqa: ANN401 - tests look into it
        with redirect_stdout(StringIO()) as out:
            main(["--database", str(self.database), "--tenant", "acme", *arguments])
        return json.loads(out.getvalue()) if out.getvalue().startswith("{") else None

    def _write(self, name: str, content: object) -> None:
        Path(self.names[name]).write_text(json.dumps(content), encoding="utf-8")

    def _leave_undone(self, service: Opstrail) -> None:
        """Start a bulk replay, lose a run, and leave one with a large result, of long ago."""
        order = BulkOrder(mode=BulkMode.VERIFY, filter="started > -7d", reason="to see")
        replay_id = str(service.bulk_replays.start(order, BY))
        service.leases.give_back("acme", replay_id, service.holder.owner)
        write_run(service.store, "run-1")
        age(service.engine)
        self.names["@large"] = "run-1"
        waiting = service.runs.request(RequestRun(question=IMPACT), BY).run_id
        service.leases.renew("acme", waiting, LeaseTerm(service.holder.owner, seconds=0))
        self.names["@waiting"] = waiting
        self.names["@asking"] = self._leave_asking(service)
        with service.engine.begin() as connection:
            connection.execute(sa.insert(DELIVERIES), {**LETTER, "stream_id": waiting})

    def _leave_asking(self, service: Opstrail) -> str:
        """Leave a run that waits for the approval of a call."""
        plan: dict[str, Any] = {"calls": [{"call_id": "a", "tool": "ci", "operation": "search"}]}
        run_id = service.runs.request(RequestRun(question=IMPACT), BY).run_id
        writer = service.runs.continued(service.runs.history("acme", run_id), BY)
        made = structs.replace(PLANNED, plan_output={"kind": "plan", "plan": plan})
        later = structs.replace(waiting("a"), expires_at="2999-01-01T00:00:00.000000Z")
        for event in EXECUTING[1:]:
            known = made if event is PLANNED else event
            writer.report(PlanValidated(plan=plan) if event is VALIDATED else known)
        writer.report(later)
        writer.append()
        return run_id
