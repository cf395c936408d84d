"""What a diagnosis advises can be done: each command is obeyed, none is refused."""

import shlex
from collections.abc import Callable

import pytest

from domain.run.facts import Patches, ResultPatch
from domain.tools.contracts import ToolErrorCode
from tests.acceptance.diagnosis.planting import METRIC_OF_SRV_01, Site, failing, slow
from tests.adapters.cli.command import Command
from tests.estate_fixture import TENANT

Plant = Callable[..., Site]
IMPACT = "What is affected if srv-01 fails?"
REFUSED = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")


def _timed_out(planted: Plant) -> tuple[Site, str]:
    site = planted({"graph": slow(9)})
    return site, site.ask(IMPACT, call_timeout_ms=1500)


def _out_of_budget(planted: Plant) -> tuple[Site, str]:
    site = planted({"metric": slow(9)})
    return site, site.run({**METRIC_OF_SRV_01, "budget": {"timeout_seconds": 0.2}})


def _cancelled(planted: Plant) -> tuple[Site, str]:
    site = planted()
    return site, site.cancel(site.request(IMPACT), "not now")


def _cancelled_after_failing(planted: Plant) -> tuple[Site, str]:
    site = planted({"graph": REFUSED})
    return site, site.cancel(site.ask(IMPACT), "not now")


def _partial(planted: Plant) -> tuple[Site, str]:
    site = planted({"metric": REFUSED})
    return site, site.run({**METRIC_OF_SRV_01, "history": {"enabled": True}})


def _degraded(planted: Plant) -> tuple[Site, str]:
    site = planted({"metric": REFUSED}, standing_in={"metric": "metric-archive"})
    return site, site.run(METRIC_OF_SRV_01)


def _unknown(planted: Plant) -> tuple[Site, str]:
    site = planted()
    return site, site.ask("What is affected if srv-99 fails?")


def _not_understood(planted: Plant) -> tuple[Site, str]:
    site = planted()
    return site, site.ask("Frobnicate the gizmo")


def _rejected(planted: Plant) -> tuple[Site, str]:
    site = planted()
    return site, site.ask("Delete srv-01")


def _cut_off(planted: Plant) -> tuple[Site, str]:
    site = planted()
    graph = {"view": "COMPOSITION", "limits": {"max_nodes": 3}}
    return site, site.run({"primary": {"keywords": ["sys-shop"]}, "graph": graph})


def _replaced(planted: Plant) -> tuple[Site, str]:
    site = planted()
    patches = Patches(results={"metric": ResultPatch(kind="empty")})
    return site, site.fork(site.run(METRIC_OF_SRV_01), patches=patches)


def _blocked(planted: Plant) -> tuple[Site, str]:
    site = planted()
    patches = Patches(params={"metric": {"time_range": "last_1h"}})
    return site, site.fork(site.run(METRIC_OF_SRV_01), is_blocked=True, patches=patches)


@pytest.mark.parametrize(
    "plant",
    [
        *(_timed_out, _out_of_budget, _cancelled, _cancelled_after_failing, _partial, _degraded),
        *(_unknown, _not_understood, _rejected, _cut_off, _replaced, _blocked),
    ],
)
def test_what_is_advised_can_be_done(
    plant: Callable[[Plant], tuple[Site, str]],
    planted: Plant,
    capsys: pytest.CaptureFixture[str],
) -> None:
    site, run_id = plant(planted)
    hypotheses = site.diagnosis(run_id).hypotheses
    opstrail = Command(site.database, capsys, TENANT)
    for step in dict.fromkeys(each.next_step for each in hypotheses[:1]):
        assert step
        ended = opstrail(*shlex.split(step)[1:])
        assert (ended.code, ended.err) in {(0, ""), (1, "")}, step
