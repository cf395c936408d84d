"""Everyday phrases, by how they are read over the demo estate."""

import pytest

from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import reading_of

REBOOTS = "maintenance items with maint type reboot"
SAME = {
    "is srv-erp-01 still active?": (
        "configuration items with code srv-erp-01 with status active; whether there are any"
    ),
    "is it true that no server is inactive": "servers; whether none are with status inactive",
    "can you tell me if srv-erp-01 was rebooted": (
        f"{REBOOTS} of srv-erp-01; whether there are any"
    ),
    "did alice approve anything": "work items with approved by alice; whether there are any",
    "reboots so far this month": f"{REBOOTS} in 2026-01; which",
    "reboots month to date": f"{REBOOTS} in 2026-01; which",
    "reboots the week before last": f"{REBOOTS} from 2025-12-15 to 2025-12-21; which",
    "reboots in the last fortnight": f"{REBOOTS} in the last 14 days; which",
    "reboots in the last couple of hours": f"{REBOOTS} in the last 2 h; which",
    "events from 6 to 8 this morning": "events from 2026-01-01T06:00 to 2026-01-01T08:00; which",
    "when did we last reboot the erp servers": (
        f"{REBOOTS} of servers with system erp; no. 1 by started at, from the highest on,"
        " with started at"
    ),
    "owner of whatever runs on srv-erp-01": (
        "configuration items, with DEPLOYED_ON or RUNS_ON relations to srv-erp-01; their owner"
    ),
    "owner of the box db-erp-01 runs on": (
        "servers, with DEPLOYED_ON or RUNS_ON relations from db-erp-01; their owner"
    ),
    "maintenance that wasn't a patch": "maintenance items with maint type other than patch; which",
    "why was cpu high on srv-erp-01": "srv-erp-01; why they are so",
    "list changes on srv-erp-01": "srv-erp-01; what changed",
    "how long did the last run take": (
        "earlier runs; no. 1 by started, from the highest on, with duration in milliseconds"
    ),
    "where does db-erp-01 run": (
        "configuration items, with DEPLOYED_ON or RUNS_ON relations from db-erp-01; which"
    ),
    "servers neither patched nor rebooted this month": (
        "servers, with no maintenance items with maint type patch in 2026-01, with no"
        f" {REBOOTS} in 2026-01; which"
    ),
    "servers that were patched or rebooted this month": (
        "servers, (with maintenance items with maint type patch in 2026-01 or with"
        f" {REBOOTS} in 2026-01); which"
    ),
    "how many alarms fired today": (
        "events with event type threshold_alarm on 2026-01-01; how many"
    ),
    "weekly maintenance counts": "maintenance items; number per week",
}


@pytest.mark.parametrize(("question", "reading"), SAME.items())
def test_an_everyday_phrase_is_read(question: str, reading: str) -> None:
    assert reading_of(question) == reading


@pytest.mark.parametrize(
    "question",
    [
        "boxes that were rebooted but still had alarms",
        "when did srv-erp-01 and srv-erp-02 last get patched",
        "how many servers fired",
        "servers never worked on",
        "servers and apps that depend on databases",  # one list, or two
        "servers where a db runs and an alarm fired",
        "more java in zone-a or zone-b",
    ],
)
def test_what_would_lose_a_word_is_refused(question: str) -> None:
    with pytest.raises(QuestionNotUnderstood):
        reading_of(question)
