"""Runs that the reader plans over the demo estate, to be planned again from their record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from adapters.planners.reader.planner import ReaderPlanner
from domain.estate.queries import Vocabulary
from domain.replay.verify.planning import DrivenPlanning, drive_planner
from domain.replay.verify.verifier import Verifier
from domain.run.events import HistoryEntry
from domain.views.verdict import Divergence
from tests.adapters.planners.vocabularies import demo
from tests.domain.stages.running import Running, ci, finish
from tests.fakes import Empty

if TYPE_CHECKING:
    from domain.estate.port import Estate

VERIFIER = Verifier(planner=ReaderPlanner())


class Demo(Empty):
    """The words of the demo estate; it holds nothing else."""

    def vocabulary(self, tenant_id: str) -> Vocabulary:
        return demo()


def running() -> Running:
    """A service that looks up one item: what else is planned fails, which is no matter."""
    return Running(ci(), planner=ReaderPlanner(), estate=cast("Estate", Demo()))


def asked(question: str, **request: object) -> list[HistoryEntry]:
    """The history of a run of this question."""
    service = running()
    run_id = service.request(question=question, **request)
    service.carry_out(run_id)
    return service.history(run_id)


def driven(history: Sequence[HistoryEntry], verifier: Verifier = VERIFIER) -> DrivenPlanning:
    """What comes of asking the planner again."""
    return finish(drive_planner(history, verifier))


def the_one(found: DrivenPlanning) -> Divergence:
    """The only divergence; the planner was driven."""
    assert found.why_not is None
    (divergence,) = found.divergences
    return divergence
