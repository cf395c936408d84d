"""Answers that are given again: to new runs of one tenant alone, with their age."""

import asyncio

import pytest

from domain.run.call_events import ToolCallFailed, ToolCallSucceeded
from domain.run.facts import Patches
from domain.tools.policies.policy import ToolPolicy
from domain.views.calls import call_views
from domain.views.response import run_response
from tests.acceptance.policies.policed import DOWN, GIVEN, Ran, Site, call, down_for, slow
from tests.fakes import ScriptedTool

ASKED = call(1, time_range="2026-03-01")
KEPT = ToolPolicy(cache_ttl_seconds=60, max_retries=0)


def by(ran: Ran) -> list[str]:
    """Who answered each call."""
    return [each.answered_by for each in ran.all(ToolCallSucceeded)]


@pytest.fixture
def site(url: str) -> Site:
    site = Site(url, slow(GIVEN))
    site.policies["slow"] = KEPT
    return site


def test_a_hit_says_on_the_record_and_with_the_answer_how_old_it_is(site: Site) -> None:
    site.run(ASKED)
    ran = site.run(ASKED)
    (answer,) = ran.all(ToolCallSucceeded)
    assert (answer.answered_by, answer.duration_ms) == ("cache", 0.0)
    assert answer.source == f"cache of {answer.cached_age_ms} ms ago"
    (told,) = run_response(ran.history)["meta"]["other_sources"]
    assert told.startswith("c1: answered from the cache, ")
    assert told.endswith(" old")
    assert call_views(ran.history)[0].told_beside == told.removeprefix("c1: ")


def test_an_answer_of_the_tool_itself_has_no_age(site: Site) -> None:
    ran = site.run(ASKED)
    assert (by(ran), run_response(ran.history)["meta"]["other_sources"]) == (["live"], [])


def test_a_rerun_asks_past_the_cache(site: Site) -> None:
    ran = site.run(ASKED)
    rerun = site.rerun(ran)
    assert (by(rerun), by(site.run(ASKED)), rerun.is_same()) == (["live"], ["cache"], True)


def test_a_check_of_a_golden_run_asks_past_the_cache(site: Site) -> None:
    ran = site.run(ASKED)
    desk = site.opstrail.golden_desk
    desk.pin(ran.run_id, "first", {}, site.by)
    (golden,) = site.opstrail.goldens.named(site.by.tenant_id, ["first"])
    checked = asyncio.run(desk.rerun(golden, site.by))
    assert by(site.ran(str(checked.run_id))) == ["live"]


def test_a_fork_has_the_recorded_answers_and_asks_past_the_cache_for_others(site: Site) -> None:
    other = {"text": "other", "time_range": "2026-03-01"}
    site.run(call(3, **other))  # what the fork will ask is at hand
    ran = site.run(ASKED, call(2, time_range="2026-03-01"))
    fork = site.fork(ran, patches=Patches(params={"c2": other}))
    assert {each.call_id: each.answered_by for each in fork.all(ToolCallSucceeded)} == {
        "c1": "record",
        "c2": "live",
    }
    assert (by(site.run(call(3, **other))), fork.is_same()) == (["cache"], True)


def test_a_repetition_asks_past_the_cache(url: str) -> None:
    site = Site(url, slow(down_for(1)), ScriptedTool("slow", name="spare", get=DOWN))
    site.policies["slow"] = ToolPolicy(cache_ttl_seconds=60, max_retries=2, retry_backoff_ms=300)
    runs = [site.request(ASKED), site.request(ASKED)]
    site.carry_out(*runs)  # of two at once one asks, fails, and asks again after a while
    ends = [site.ran(run).all(ToolCallSucceeded)[0] for run in runs]
    assert sorted((each.attempt, each.answered_by) for each in ends) == [(1, "live"), (2, "live")]
    assert all(site.ran(run).is_same() for run in runs)


def test_a_failure_is_not_given_again(url: str) -> None:
    site = Site(url, slow(down_for(1)))
    site.policies["slow"] = KEPT
    failed = site.run(ASKED)
    assert (len(failed.all(ToolCallFailed)), by(site.run(ASKED))) == (1, ["live"])


@pytest.mark.parametrize("kind", ["sql", "http", "prometheus"])
def test_what_is_outside_is_given_again_only_where_a_time_to_live_is_stated(
    url: str, kind: str
) -> None:
    site = Site(url, ScriptedTool(kind, name="slow", get=GIVEN))
    assert by(site.run(ASKED)) + by(site.run(ASKED)) == ["live", "live"]
    site.policies["slow"] = ToolPolicy(cache_ttl_seconds=60)
    assert by(site.run(ASKED)) + by(site.run(ASKED)) == ["live", "cache"]


def test_an_answer_to_another_tenant_is_never_given(site: Site) -> None:
    site.run(ASKED)
    other = site.of_tenant("globex")
    assert by(other.run(ASKED)) + by(other.run(ASKED)) == ["live", "cache"]


def test_the_age_of_an_answer_counts_from_when_its_tool_gave_it(site: Site) -> None:
    site.run(ASKED)
    first, later = (site.run(ASKED).all(ToolCallSucceeded)[0].cached_age_ms for _ in range(2))
    assert isinstance(first, int)
    assert isinstance(later, int)
    assert first < later  # an answer that is given again is no younger for it
