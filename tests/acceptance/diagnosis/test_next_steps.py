"""What a diagnosis advises can be done: each command is obeyed, none is refused."""

import shlex
from collections.abc import Callable

import pytest

from domain.replay.diagnosis import next_steps
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


def test_what_a_block_refused_is_advised_to_be_asked_with_the_same_changes(
    planted: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    site = planted()
    parent = site.ask(IMPACT)
    fork = site.fork(parent, is_blocked=True, patches=Patches(plan={"graph.depth": 1}))
    hypotheses = site.diagnosis(fork).hypotheses
    assert "stage-failed" not in {each.rule for each in hypotheses}, "the call that failed it is"
    assert not any("run resume" in (each.next_step or "") for each in hypotheses)
    step = hypotheses[0].next_step or ""
    assert step.startswith(f"opstrail run fork {parent[-8:]}")
    assert "--patch graph.depth=1" in step
    assert "--blocked" not in step
    ended = Command(site.database, capsys, TENANT)(*shlex.split(step)[1:])
    assert (ended.code, ended.err) == (0, "")


def test_every_change_of_a_blocked_run_is_in_the_advice(planted: Plant) -> None:
    site = planted()
    patches = Patches(
        params={"metric": {"time_range": "last_1h"}},
        assets={"compose:prompt": "short"},
        results={"primary": ResultPatch(kind="error", error_code="TOOL_TIMEOUT")},
    )
    parent = site.run(METRIC_OF_SRV_01)
    step = next_steps.unblocked(site.case(site.fork(parent, is_blocked=True, patches=patches)))
    assert "--patch 'params.metric.time_range=\"last_1h\"'" in step
    assert "--patch 'assets.compose:prompt=\"short\"'" in step
    assert "--result primary=error:TOOL_TIMEOUT" in step


def test_a_planted_limit_is_not_advised_to_be_waited_for(planted: Plant) -> None:
    site = planted()
    patches = Patches(results={"metric": ResultPatch(kind="error", error_code="RATE_LIMITED")})
    fork = site.fork(site.run(METRIC_OF_SRV_01), patches=patches)
    assert "held-back" not in {each.rule for each in site.diagnosis(fork).hypotheses}


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
