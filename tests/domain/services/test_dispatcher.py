"""The dispatcher carries runs to their ends, and names the lost ones."""

import asyncio

import pytest

from domain.run.commands import RequestRun
from domain.services.requested_run import NobodyWaits, RequestedRun
from domain.views.response import RunResponse
from tests.domain.services.losing_workers import HERE, Site
from tests.domain.stages.running import BY, TENANT, finish


class Desk:
    """A dispatcher on a site, and what it told."""

    def __init__(self, site: Site) -> None:
        self.told: list[str] = []
        self.dispatcher = site.recovery().dispatcher
        self.service = self.dispatcher._runs

    def request(self) -> RequestedRun:
        request = RequestRun(question="Which?", idempotency_key="k1")
        return self.service.request(request, BY)

    def answer(self) -> RunResponse:
        return finish(self.dispatcher.answer(TENANT, self.request, self.told.append))

    def left(self) -> RunResponse:
        """Ask, and wait for nothing."""
        request = RequestRun(question="Which?", idempotency_key="k1")
        return finish(self.dispatcher.ask(request, BY, self.told.append, is_awaited=False))


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


def test_lost_runs_are_named_and_left_alone() -> None:
    site = Site()
    lost = [site.left_behind(HERE) for _ in range(4)]
    before = [len(site.events(each)) for each in lost]
    site.pass_lease()
    desk = Desk(site)
    assert desk.answer()["status"] == "success"
    assert desk.told == [
        "opstrail: 4 runs of this tenant wait or have lost their worker:"
        f" {', '.join(lost[:3])}, ...; `run.recover` carries on what can go on"
    ]
    assert [len(site.events(each)) for each in lost] == before


def test_what_others_carry_out_is_not_named() -> None:
    site = Site()
    site.left_behind(HERE)
    desk = Desk(site)
    desk.answer()
    assert desk.told == []


def test_who_does_not_wait_is_told_of_no_lost_runs() -> None:
    site = Site()
    site.left_behind(HERE)
    site.pass_lease()
    desk = Desk(site)
    with pytest.raises(NobodyWaits):
        desk.left()
    assert desk.told == []


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


def test_a_run_that_nobody_awaits_is_carried_out_all_the_same() -> None:
    site = Site()
    with pytest.raises(NobodyWaits):
        Desk(site).left()
    assert site.memory.read_log()[-1].envelope.type == "run-completed"


def test_a_repeated_request_is_answered_whoever_awaits_it() -> None:
    desk = Desk(Site())
    first = desk.answer()
    assert desk.left() == first
