"""Asking a question through the whole service."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from adapters.bootstrap import Opstrail
from adapters.tools.builtin import declared_tools
from domain.aggregate.envelope import Actor
from domain.replay.verify.verify import verify
from domain.run.commands import RequestRun
from domain.run.facts import Anchor, RunOptions
from domain.views.response import run_response
from domain.writer import Authorship
from tests.acceptance.questions.answer import Answer

if TYPE_CHECKING:
    from domain.json import JsonMap

Ask = Callable[[str], Answer]


@dataclass(frozen=True)
class Asker:
    """Asks each question once, as one tenant; relative times count back from the newest data."""

    opstrail: Opstrail
    tenant_id: str
    anchor: Anchor = "data"
    _answers: dict[str, Answer] = field(default_factory=dict)

    def ask(self, question: str) -> Answer:
        """Return the answer of a run that this question started."""
        if question not in self._answers:
            self._answers[question] = self._run(question)
        return self._answers[question]

    def _run(self, question: str) -> Answer:
        service = self.opstrail.runs
        request = RequestRun(question=question, options=RunOptions(anchor=self.anchor, edition=3))
        by = Authorship(self.tenant_id, Actor("person", "alice"))
        run_id = service.request(request, by).run_id
        asyncio.run(service.carry_out(self.tenant_id, run_id))
        history = self.opstrail.reader.history(self.tenant_id, run_id)
        verdict = asyncio.run(verify(history, declared_tools()))
        assert verdict.divergence is None, "every run can be driven again from its record"
        return Answer(cast("JsonMap", run_response(history)))
