"""Questions as people type them are read into queries, which say in words what was read."""

import asyncio
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from adapters.planners.reader.planner import ReaderPlanner, planned
from domain.estate.looked_up import LookedUp
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.query.in_words import in_words
from domain.replay.record.recorded_look_ups import RecordedLookUps
from infrastructure.estate.sql_estate import SqlEstate
from tests.adapters.planners.reader.conftest import Read
from tests.adapters.planners.vocabularies import NOW

LINES = Path(__file__).with_name("readings.txt").read_text().splitlines()
READINGS = {line: words.strip() for line, words in pairwise(LINES) if not line.startswith(" ")}
MOST_BYTES = 2_000


@pytest.mark.parametrize("question", READINGS)
def test_a_question_is_read_into_a_query(question: str, read: Read) -> None:
    assert in_words(read(question)) == READINGS[question]


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("how many servers are there", "count of servers pls"),
        ("servers in zone-a", "which servers are located in zone-a?"),
        ("servers with more than 128 GB of RAM", "servers that have > 128gb memory"),
        ("databases without failed maintenance", "dbs that never had failed maintenance"),
        ("who owns srv-erp-01", "srv-erp-01's owner"),
        ("failed work yesterday", "yesterdays failed work"),
        ("how many events today", "today, how many events happened"),
        ("servers in zone-a and zone-b", "zone-a or zone-b servers"),
        ("severity 5 events", "sev-5 events"),
        ("32-core servers", "servers with 32 cores"),
        ("events between 10 and 11 yesterday", "events yesterday from 10:00 to 11:00"),
        ("which servers were rebooted yesterday", "servers that had reboots yesterday"),
        ("top 3 servers by cpu", "which 3 servers have the highest cpu"),
        ("how many databases in production", "quick: how many dbs in prod"),
        ("severity 5 alarms today", "sev5 alarms today"),
        ("critical alarms today", "crit alarms today"),
        ("apps that are not in prod", "non-prod apps"),
        ("3 hottest servers today", "hottest servers today, top 3"),
        ("databases that no app uses", "dbs no app uses"),
        ("apps using db-erp-01", "apps talking to db-erp-01"),
        ("are there more alarms this week than last week", "did alarms go up this week vs last"),
        ("when was peak cpu of srv-erp-01", "peak cpu of srv-erp-01 and when"),
        ("is there a runbook for storage", "got a runbook for storage?"),
        ("how many servers are installed", "how many servers installed"),
        ("who owns the erp system", "who runs the erp system"),
        ("who owns srv-erp-01", "who do I call if srv-erp-01 goes down"),
        ("which database engines are there", "db engines in use"),
        ("are there any servers in staging", "any servers left in staging"),
    ],
)
def test_other_words_ask_the_same(question: str, other: str, read: Read) -> None:
    assert read(question) == read(other)


@pytest.mark.parametrize("question", READINGS)
def test_the_record_gives_the_same_plan(question: str, vocabulary: Vocabulary) -> None:
    look_ups = EstateLookUps(vocabulary, question)
    made = planned(question, PlanningContext("acme", look_ups, NOW))
    stored = msgspec.json.encode(look_ups.looked_up)
    again = RecordedLookUps(msgspec.json.decode(stored, type=LookedUp), question)
    assert planned(question, PlanningContext("acme", again, NOW)) == made
    assert len(stored) < MOST_BYTES


def test_the_plan_holds_the_query_and_says_what_was_chosen(vocabulary: Vocabulary) -> None:
    question = "busiest servr"
    context = PlanningContext("acme", EstateLookUps(vocabulary, question), NOW)
    output = asyncio.run(ReaderPlanner().plan(question, context))
    assert output.plan is not None
    assert output.plan.query is not None
    assert output.plan.choices == [
        "'servr' is read as 'server'",
        "no time was said: taken of the last 24 hours",
    ]
    assert output.confidence < 1


def test_two_meanings_are_asked_back(vocabulary: Vocabulary) -> None:
    question = "events on 11/12"
    context = PlanningContext("acme", EstateLookUps(vocabulary, question), NOW)
    with pytest.raises(QuestionNotUnderstood, match=r"12 November 2025.*11 December 2025"):
        planned(question, context)


def test_what_work_and_events_share_is_asked_back(read: Read) -> None:
    with pytest.raises(QuestionNotUnderstood, match="work items with work type deployment") as no:
        read("deployments today")
    assert len(no.value.nearest) == 2


def test_what_only_work_can_be_is_not_asked_back(read: Read) -> None:
    assert in_words(read("failed deployments")) == (
        "work items with result failed with work type deployment; which"
    )


def test_a_value_of_what_is_not_related_is_refused(read: Read) -> None:
    with pytest.raises(QuestionNotUnderstood, match="none is related to what has it"):
        read("paloalto databases")


def test_a_value_is_found_by_how_it_begins(estate: SqlEstate) -> None:
    look_ups = EstateLookUps(estate.vocabulary("acme"), "any security today")
    assert look_ups.near("threshold") == ["threshold_alarm"]


def test_what_happened_has_no_present(read: Read) -> None:
    with pytest.raises(QuestionNotUnderstood):
        read("servers with alarms right now")
