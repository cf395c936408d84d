"""A run that failed, paused and was resumed: what it worked and waited, in all commands."""

from datetime import datetime, timedelta

import pytest

from infrastructure.clock import SystemClock
from tests.adapters.cli.command import Command

IMPACT = "What is affected if srv-01 fails?"
WHY = ("--reason", "to see")
now = SystemClock.now


@pytest.fixture
def paused(opstrail: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The newest run failed, was resumed eight seconds later, and failed again."""
    opstrail("ask", IMPACT)
    opstrail("run", "fork", "latest", *WHY, "--result", "graph=error")
    later(monkeypatch, timedelta(seconds=8))
    opstrail("run", "resume", "latest", *WHY)
    return opstrail


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    def moved(clock: SystemClock) -> datetime:
        return now(clock) + by

    monkeypatch.setattr(SystemClock, "now", moved)


def test_a_pause_before_a_resumption_is_no_work(paused: Command) -> None:
    assert paused("run", "list", "-q", "duration > 5s").out == ""
    listed = paused("run", "list", "-q", "waited > 5s").out
    assert "ms (and waited 8." in listed


def test_the_views_of_a_run_agree_on_what_it_worked_and_waited(paused: Command) -> None:
    shown, trace = (paused("run", view, "latest", "-o", "json").json for view in ("show", "trace"))
    meta = paused("run", "response", "latest", "-o", "json").json["meta"]
    summary = paused("run", "timeline", "latest", "-o", "json").json["summary"]
    worked = {meta["timing_ms"], *(each["duration_ms"] for each in (shown, trace, summary))}
    waited = {each["waited_ms"] for each in (meta, shown, trace, summary)}
    assert (len(worked), len(waited)) == (1, 1)
    assert worked.pop() < 5000 < waited.pop()


def test_the_timeline_folds_the_pause_and_says_what_it_was_for(paused: Command) -> None:
    lines = paused("run", "timeline", "latest").lines
    assert "/" in lines[5]
    assert any(line.startswith("/ 8.") and "waited to be resumed" in line for line in lines)
    assert any(line.startswith("◆ +0 the run is resumed") for line in lines)


def test_what_a_run_waited_for_is_told_apart(paused: Command) -> None:
    told = [line for line in paused("run", "show", "latest").lines if line.startswith("waited")]
    assert "for a worker, 8." in told[0]
    assert told[0].endswith("to be resumed")


def test_a_remark_made_later_is_below_the_timeline_and_leaves_the_bars_alone(
    paused: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = paused("run", "timeline", "latest").lines
    later(monkeypatch, timedelta(days=30))
    paused("run", "annotate", "latest", "the disk was full")
    after = paused("run", "timeline", "latest").lines
    assert after[3 : len(before)] == before[3:]
    assert after[len(before)] == "when it had ended:"
    assert "a remark: the disk was full" in after[-1]


def test_a_clock_that_was_set_back_is_told(
    paused: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, timedelta(hours=-2))
    paused("run", "resume", "latest", *WHY)
    lines = paused("run", "timeline", "latest").lines
    assert any(line.startswith("! the clock went back by 2 h 00 min at event") for line in lines)
    shown = paused("run", "show", "latest")
    assert "the clock went back by 2 h 00 min" in shown.out


def test_a_run_that_failed_and_was_cancelled_shows_both_ends(paused: Command) -> None:
    paused("run", "cancel", "latest", "--reason", "enough")
    ends = [line for line in paused("run", "show", "latest").lines if line.startswith("ended  ")]
    assert ["the run fails" in ends[0], "the run is cancelled: enough" in ends[1]] == [True, True]


def test_of_a_call_the_last_attempt_counts(paused: Command) -> None:
    assert "2, of which 1 failed" in paused("run", "show", "latest").out
