"""The dispatcher carries runs to their ends, the lost ones first."""

import asyncio

import pytest

from domain.aggregate.envelope import RecordedEvent
from domain.ports import FoundRuns
from domain.run.commands import RequestRun
from domain.services.dispatcher import Dispatcher
from domain.services.reader import RunReader
from domain.services.runs import RequestedRun
from domain.views.response import RunResponse
from tests.domain.services.losing_workers import HERE, KnownWorkers, Site
from tests.domain.stages.running import BY, TENANT, finish
from tests.fakes import FrozenClock


class NoSearch:
    """Finds nothing; see `RunSearch`."""

    def search(self, tenant_id: str, text: str, *, limit: int) -> FoundRuns:
        raise NotImplementedError


class Desk:
    """A dispatcher on a site, and what it told."""

    def __init__(self, site: Site) -> None:
        self.told: list[str] = []
        self.service = site.service(KnownWorkers().own)
        reader = RunReader(site.memory, site.memory, NoSearch(), FrozenClock())
        self.dispatcher = Dispatcher(self.service, reader, site.recovery(KnownWorkers()))

    def request(self) -> RequestedRun:
        request = RequestRun(question="Which?", idempotency_key="k1")
        return self.service.request(request, BY)

    def answer(self) -> RunResponse:
        return finish(self.dispatcher.answer(TENANT, self.request, self.told.append))


def test_what_is_asked_is_carried_out_and_answered() -> None:
    response = Desk(Site()).answer()
    assert (response["status"], response["meta"]["call_count"]) == ("success", 2)


def test_a_repeated_request_is_not_carried_out_again() -> None:
    site = Site()
    desk = Desk(site)
    first = desk.answer()
    assert (desk.answer(), len(site.memory.read_log()), site.value.calls) == (
        first,
        first["meta"]["version"],
        1,
    )


def test_lost_runs_are_carried_out_before_what_is_asked() -> None:
    site = Site()
    lost = site.left_behind(HERE)
    desk = Desk(site)
    asked = desk.answer()["run_id"]
    ends = [each.envelope.stream_id for each in site.memory.read_log() if is_end(each)]
    assert (desk.told, ends) == (
        [f"recovered {lost}: its worker {HERE} is gone"],
        [lost, asked],
    )


def is_end(recorded: RecordedEvent) -> bool:
    return recorded.envelope.type == "run-completed"


def test_who_interrupts_is_told_what_became_of_the_run() -> None:
    site = Site()
    desk = Desk(site)

    async def interrupted() -> None:
        work = asyncio.ensure_future(
            desk.dispatcher.answer(TENANT, desk.request, desk.told.append)
        )
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        work.cancel()
        await work

    with pytest.raises(asyncio.CancelledError):
        finish(interrupted())
    (run_id,) = {each.envelope.stream_id for each in site.memory.read_log()}
    assert desk.told == [f"opstrail: interrupted; {run_id} is cancelled"]
