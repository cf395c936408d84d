"""Calls of one run that ask the very same are not taken for one another."""

import pytest

from domain.replay.fork.descent import Fork
from domain.run.call_events import ToolCallSucceeded
from tests.domain.services.hosts import Site, call, same
from tests.domain.services.walks import Walk
from tests.domain.stages.running import BY

WEB = {"text": "web"}
TWO = call("a", params=WEB), call("b", params=WEB)
DURING = 3
"""The append that carries the answer of the first of calls that are made one by one."""
_SEEDS = 40


def answers(site: Site, run_id: str) -> dict[str, tuple[str, object]]:
    """Who answered each call that succeeded, and with whose idempotency key."""
    return {
        event.call_id: (event.answered_by, event.data["key"])
        for event in site.events(run_id)
        if isinstance(event, ToolCallSucceeded) and isinstance(event.data, dict)
    }


def test_where_one_waits_its_likeness_that_went_out_verifies() -> None:
    site = Site(*TWO, execution_strategy="serial")
    run_id = site.ask_and_lose(DURING)
    site.recover(run_id)
    assert ([*site.waits(run_id)], [*answers(site, run_id)]) == (["a"], ["b"])
    assert same(site, run_id)


def forked_after_the_first() -> tuple[Site, str, str]:
    """A run of two calls alike, and a fork of it that parts before the second one began."""
    site = Site(*TWO, execution_strategy="serial")
    run_id = site.ask()
    fork = Fork(reason="again", from_call="b")
    forked = site.replays().fork(run_id, fork, BY).run_id
    site.carry_out(forked)
    return site, run_id, forked


def test_in_a_fork_the_second_waits_though_the_first_is_on_record() -> None:
    site, run_id, forked = forked_after_the_first()
    assert ([*site.waits(forked)], answers(site, forked)) == (
        ["b"],
        {"a": ("record", f"{run_id}/a")},
    )
    assert same(site, forked)


def test_approved_in_a_fork_the_second_goes_out_and_has_not_the_answer_of_the_first() -> None:
    site, _, forked = forked_after_the_first()
    site.decide(forked, "b")
    assert (site.state(forked), answers(site, forked)["b"]) == (
        "completed",
        ("live", f"{forked}/b"),
    )
    assert same(site, forked)


@pytest.mark.parametrize("seed", range(_SEEDS))
def test_whatever_happens_none_is_taken_for_another(seed: int) -> None:
    walk = Walk(seed)
    walk.go_on()
    assert [*walk.faults()] == []
