"""The page needs nothing but itself, and nothing of a run becomes markup."""

import base64
import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.exporters.html_page import page
from domain.run.commands import CancelRun, RequestRun
from tests.adapters.exporters.pages import content_of, page_of
from tests.bundles import TENANT, Log, two_runs
from tests.domain.run.samples import ANSWERED, EXECUTING, FAILED

if TYPE_CHECKING:
    from domain.run.events import RunEvent

EVIL = (
    """</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> & ' " \u2028 $style"""
)
PAGE = page_of(two_runs(), "run-1", "run-2")


def parts(made: str, tag: str) -> list[str]:
    return re.findall(f"<{tag}>(.*?)</{tag}>", made, re.DOTALL)


def test_the_page_shows_every_event_with_its_hashes() -> None:
    events = content_of(PAGE)["events"]
    assert [event["version"] for event in events] == list(range(1, len(ANSWERED) + 1))
    assert events[-1]["head_hash"] == content_of(PAGE)["head_hash"]


def test_the_page_shows_answer_plan_and_timeline() -> None:
    content = content_of(PAGE)
    assert content["response"]["answer"] == "Two."
    assert content["plan"] == {"intent": "LOOKUP"}
    assert [call["title"] for lane in content["timeline"]["lanes"] for call in lane["calls"]] == [
        "ci.search",
        "ci.search",
    ]


def test_a_wait_is_folded_and_the_bars_are_where_the_axis_has_them() -> None:
    events: list[RunEvent] = [*EXECUTING[1:], FAILED]
    log = Log(step=timedelta(hours=3)).record("run-1", RequestRun(question="?"), events)
    drawn = content_of(page_of(log, "run-1"))["timeline"]
    gap, bar = drawn["gaps"][0], drawn["lanes"][0]["bar"]
    assert (gap["text"], gap["left"]) == ("3 h 00 min waited for a worker", 0)
    assert (bar["left"], bar["from"], bar["took"]) == (gap["width"], "+0", "9 h 00 min")


def test_a_failed_run_that_was_cancelled_is_cancelled_on_the_page_and_tells_both_ends() -> None:
    log = Log().record("run-1", RequestRun(question="?"), [*EXECUTING[1:], FAILED])
    content = content_of(page_of(log.command("run-1", CancelRun("enough")), "run-1"))
    assert content["summary"]["outcome"] == "cancelled"
    assert content["response"]["error"]["code"] == "TOOL_TIMEOUT"
    assert [note["sentence"] for note in content["timeline"]["notes"]] == [
        "the run is cancelled: enough"
    ]


def test_the_page_shows_every_run() -> None:
    assert content_of(PAGE, 1)["summary"]["question"] == "Wie groß?"


@pytest.mark.parametrize("tag", ["script", "style"])
def test_the_policy_allows_the_page_s_own_script_and_style_only(tag: str) -> None:
    digest = base64.b64encode(hashlib.sha256(parts(PAGE, tag)[0].encode()).digest()).decode()
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', PAGE)
    assert policy is not None
    assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]


def test_nothing_is_loaded_from_anywhere() -> None:
    own = re.sub('<script type="application/json".*?</script>', "", PAGE)
    loading = r"src=|href=|action=|url\(|@import|import\(|fetch\(|XMLHttp|WebSocket|sendBeacon"
    assert re.findall(loading, own) == []
    assert set(re.findall(r"\w+://[^\s\"']+", own)) == {"http://www.w3.org/2000/svg"}  # a name


def test_no_text_is_ever_read_as_markup_or_code() -> None:
    writing = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|setTimeout"
    assert re.findall(writing, parts(PAGE, "script")[0]) == []


def test_a_question_cannot_leave_its_place() -> None:
    log = Log().record("run-1", RequestRun(question=EVIL))
    made = page_of(log, "run-1")
    assert content_of(made)["summary"]["question"] == EVIL
    plain = page_of(Log().record("run-1", RequestRun(question="why?")), "run-1")
    for mark in ("<script", "</script>", "<!--", "<img", "\u2028"):
        assert made.count(mark) == plain.count(mark)


def test_the_name_of_a_tenant_cannot_leave_its_place() -> None:
    made = page(
        [two_runs().store.read(TENANT, "run-2")],
        tenant_id="</title><script>",
        engine_version="1",
        created_at="2026",
    )
    assert b"&lt;/title&gt;&lt;script&gt;" in made
