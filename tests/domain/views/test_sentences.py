"""Events as lines that people read."""

import pytest
from hypothesis import given

from domain.run.call_events import ToolCallSkipped, ToolCallSucceeded
from domain.run.events import ResponseComposed, RunEvent, RunRecovered
from domain.run.lifecycle import Stage
from domain.views.sentences import sentence_of
from tests.domain.run.random_events import EVENTS
from tests.domain.run.samples import (
    ANNOTATED,
    CANCELLED,
    COMPLETED,
    COMPOSED,
    FAILED,
    PINNED,
    PLANNED,
    RANKED,
    RECOVERED,
    REJECTED,
    REQUESTED,
    RESUMED,
    ROUTED,
    UNPINNED,
    VALIDATED,
    call_failed,
    call_started,
    call_succeeded,
    completed,
    failed,
    skipped,
    started,
)

ANSWERED = ToolCallSucceeded(call_id="a", attempt=1, row_count=1, duration_ms=7.6)
SENTENCES: list[tuple[RunEvent, str]] = [
    (REQUESTED, "somebody asks: Which servers are there?"),
    (PLANNED, "planner rules 1 makes a plan"),
    (ROUTED, "the router takes the route lookup"),
    (started(Stage.EXECUTE), "stage execute begins"),
    (started(Stage.EXECUTE, 2), "stage execute begins, attempt 2"),
    (completed(Stage.EXECUTE), "stage execute ends: ok"),
    (skipped(Stage.COMPOSE), "stage compose is skipped: direct_answer"),
    (failed(Stage.EXECUTE), "stage execute fails: TOOL_TIMEOUT: Timeout after 5 ms"),
    (VALIDATED, "the plan is settled, with 0 decisions"),
    (RANKED, "the selector ranks 0 tools"),
    (call_started(), "call a of ci.search begins"),
    (call_started(attempt=2), "call a of ci.search begins, attempt 2"),
    (call_succeeded(), "call a answers after 1 ms (live)"),
    (ANSWERED, "call a answers after 8 ms (live, 1 row)"),
    (call_failed(), "call a fails: TOOL_TIMEOUT: Timeout after 5 ms"),
    (
        ToolCallSkipped(call_id="c", tool="ci", operation="get", reason="b failed"),
        "call c of ci.get is skipped: b failed",
    ),
    (COMPOSED, "the answer: Two."),
    (COMPLETED, "the run is completed: success"),
    (REJECTED, "the run is rejected: not allowed"),
    (FAILED, "the run fails: TOOL_TIMEOUT: Timeout after 5 ms"),
    (CANCELLED, "the run is cancelled: enough"),
    (ANNOTATED, "a remark: The disk was full."),
    (PINNED, "the run is now the golden run daily"),
    (UNPINNED, "the run is no longer the golden run daily"),
    (RESUMED, "the run is resumed at execute: the disk is back"),
    (RECOVERED, "the run is taken over at execute, for host-1/7/1.5 was lost"),
    (RunRecovered(from_stage=Stage.VALIDATE), "the run is taken over at validate"),
]


@pytest.mark.parametrize(("event", "sentence"), SENTENCES, ids=[line for _, line in SENTENCES])
def test_an_event_says_what_happened(event: RunEvent, sentence: str) -> None:
    assert sentence_of(event) == sentence


@given(EVENTS)
def test_every_event_is_said_in_one_short_line(event: RunEvent) -> None:
    sentence = sentence_of(event)
    assert len(sentence.splitlines()) == 1
    assert len(sentence) <= 203


def test_a_long_text_is_cut() -> None:
    sentence = sentence_of(ResponseComposed(answer="word\n" * 100, blocks=[]))
    assert sentence.startswith("the answer: word word")
    assert sentence.endswith("...")
