"""Waits for limits: told for what they are, and no call is blamed for them."""

from domain.replay.diagnosis.case import Case
from domain.run.call_events import ToolCallThrottled
from domain.run.events import RunEvent
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.diagnosis.diagnosing import case_of, found, rules_of
from tests.domain.run.samples import EXECUTING

WHERE_CALLS_START = len(EXECUTING) + 2


def held(call_id: str, waited_ms: float, took_ms: float) -> list[RunEvent]:
    """Return a call that waited for the rate limit of its tool, and took so long with that."""
    begun, ended = call(call_id, duration_ms=took_ms)
    wait = ToolCallThrottled(call_id=call_id, attempt=1, cause="rate_limit", waited_ms=waited_ms)
    return [begun, wait, ended]


def limited(tool_ms: int) -> Case:
    """Return a run of three calls at a time: the second waited for a second, the third for two."""
    (a, *a_ends), (b, *b_ends), (c, *c_ends) = (
        call("a", duration_ms=tool_ms),
        held("b", 1000, 1000 + tool_ms),
        held("c", 2000, 2000 + tool_ms),
    )
    return case_of(run_of([a, b, c], a_ends, b_ends, c_ends))


def test_a_call_that_waited_for_a_limit_is_told_for_that_and_not_blamed() -> None:
    case = limited(tool_ms=40)
    assert not {"slowest-path", "slow-call"} & {*rules_of(case)}
    hypothesis = found(case, "waited")
    assert hypothesis.sentence == (
        "ci.search (b), ci.search (c) waited 2.0 s for the rate limit of the tool; "
        f"the run was worked on for {case.time.duration_ms:.0f} ms."
    )
    assert hypothesis.evidence == tuple(WHERE_CALLS_START + after for after in (1, 2, 4, 6))


def test_a_wait_for_a_limit_is_told_too_where_as_much_was_worked() -> None:
    case = limited(tool_ms=960)
    assert "waited 2.0 s for the rate limit" in found(case, "waited").sentence


def test_what_is_told_of_the_slowest_path_is_no_more_than_the_run_took() -> None:
    case = case_of(run_of(held("a", 1000, 2900), held("b", 100, 300)))
    sentence = found(case, "slowest-path").sentence
    assert sentence == (
        f"1900 of the run's {case.summary.duration_ms} ms went into ci.search (a) 1900 ms."
    )


def test_a_wait_for_a_limit_that_was_a_small_part_is_not_told() -> None:
    assert "waited" not in rules_of(case_of(run_of(held("a", 900, 2900))))


def test_a_call_that_worked_while_another_waited_is_told_for_its_own_time() -> None:
    (a, *a_ends), (b, *b_ends) = call("a", duration_ms=1900), held("b", 2000, 2010)
    case = case_of(run_of([a, b], a_ends, b_ends, call("c", duration_ms=100)))
    assert "ci.search (a) took 1900 ms" in found(case, "slow-call").sentence
