"""A tool that was left alone is tried by one call at a time, whoever else has died of it."""

from domain.run.call_events import ToolCallFailed, ToolCallSucceeded, ToolCallThrottled
from domain.run.summary import summary_of
from domain.tools.policies.breakers import Circuit
from domain.tools.policies.policy import ToolPolicy
from infrastructure.breakers.sql import SqlBreakers
from tests.acceptance.policies.policed import (
    TENANT,
    Site,
    call,
    down_for,
    most_at_once,
    slow,
    slowly,
)

CIRCUIT = Circuit(TENANT, "slow", "get")
TRIED = ToolPolicy(max_retries=0, breaker_threshold=1, breaker_reset_ms=1)


def tried_by_a_dead_process(url: str, *, for_ms: int, max_wait_ms: int) -> Site:
    """Return a site whose tool failed, and is tried by a process that will tell nothing."""
    site = Site(url, slow(down_for(1, slowly)))
    site.policies["slow"] = TRIED.model_copy(update={"max_wait_ms": max_wait_ms})
    site.run(call(0))
    assert SqlBreakers(site.opstrail.engine).take_probe(CIRCUIT, reset_ms=0, term_ms=for_ms)
    return site


def test_when_the_time_of_a_dead_process_is_over_another_one_tries(any_url: str) -> None:
    ran = tried_by_a_dead_process(any_url, for_ms=600, max_wait_ms=5000).run(call(1))
    (wait,) = ran.all(ToolCallThrottled)
    assert (wait.cause, 400 < wait.waited_ms < 5000) == ("breaker_probe", True)
    assert (len(ran.all(ToolCallSucceeded)), ran.is_same()) == (1, True)


def test_who_may_not_wait_for_a_dead_process_is_refused_and_its_run_ends(url: str) -> None:
    ran = tried_by_a_dead_process(url, for_ms=20_000, max_wait_ms=100).run(call(1))
    (failed,) = ran.all(ToolCallFailed)
    (wait,) = ran.all(ToolCallThrottled)
    assert (failed.error.code, 100 <= wait.waited_ms < 1000) == ("CIRCUIT_OPEN", True)
    assert "another call tries it and has not answered" in failed.error.message
    assert (summary_of(ran.history).state, ran.is_same()) == ("failed", True)


def test_a_call_that_has_less_time_does_not_try_beside_another_one(any_url: str) -> None:
    site = Site(any_url, slow(down_for(1, slowly)))
    site.policies["slow"] = TRIED
    site.run(call(0))
    runs = [site.request(call(1)), site.request(call(2), call_timeout_ms=5000)]
    site.carry_out(*runs)
    spans = [span for run in runs for span in site.ran(run).spans()]
    assert (len(spans), most_at_once(spans)) == (2, 1)
