"""A reading uses every word, or there is none: another question is never answered."""

import pytest

from domain.plan.planner import QuestionNotUnderstood
from domain.query.in_words import in_words
from tests.adapters.planners.reader.conftest import Read

QUESTIONS = (
    "how many servers are in zone-a",
    "failed work on databases last week",
    "which zone has the most servers",
    "avg cpu of srv-erp-01 yesterday",
    "is every os on 9.3",
    "what share of events is severity 5",
    "documents about backup",
    "what breaks if srv-erp-01 fails",
)
NONSENSE = "frobnicated"


def with_nonsense(question: str) -> list[str]:
    words = question.split()
    return [" ".join([*words[:at], NONSENSE, *words[at:]]) for at in range(len(words) + 1)]


@pytest.mark.parametrize(
    "question",
    [
        each
        for question in QUESTIONS
        for each in with_nonsense(question)
        if "about" not in question or each.split()[2] == NONSENSE or each.split()[0] == NONSENSE
    ],
)
def test_a_word_that_nobody_knows_is_never_left_out(question: str, read: Read) -> None:
    if f"about {NONSENSE}" in question:
        assert NONSENSE in in_words(read(question))
        return
    with pytest.raises(QuestionNotUnderstood):
        read(question)


@pytest.mark.parametrize(
    "question",
    [
        "racks of the core switches",
        "how much did srv-erp-01 cost",
        "what is the hostname",
        "servers in frankfurt",
        "how many events tomorrow",
        "events on february 30",
        "documents in pdf format purple",
        "events of severity 7",
        "servers with 128 minutes of memory",
        "how many kubernetes pods are running",
    ],
)
def test_what_cannot_be_is_refused(question: str, read: Read) -> None:
    with pytest.raises(QuestionNotUnderstood):
        read(question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("how much memory does srv-erp-01 have", "srv-erp-01; their memory gb"),
        (
            "how much memory does srv-erp-01 use",
            "metric points with metric memory_usage of srv-erp-01 in the last 24 h; average value",
        ),
        (
            "percentage of failed upgrades that were requested by bob",
            "work items with result failed with work type upgrade; which part of them is "
            "with requested by bob",
        ),
        ("security alerts on srv-apm-05", "events with event type security_alert of srv-apm-05"),
        ("names of all servers", "servers; their name"),
        ("was srv-erp-01 rebooted", "maintenance items with maint type reboot of srv-erp-01"),
        ("how many was cis are there", "wases; how many"),
        ("which servers had work", "servers, with work items; which"),
        ("servers in production but not in zone-a", "servers with environment production not in"),
    ],
)
def test_what_was_once_read_wrong_is_read_right(question: str, words: str, read: Read) -> None:
    assert in_words(read(question)).startswith(words)
