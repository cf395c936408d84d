"""Kinds of questions that were once answered with another question's answer."""

import pytest

from domain.plan.planner import QuestionNotUnderstood
from domain.query.model import Ask
from domain.query.sets import FieldCondition, Has, Related, SetKind
from tests.adapters.planners.asking import ask, query_of, reading_of
from tests.adapters.planners.vocabularies import machine


def read_or_refused(question: str) -> Ask | None:
    """The only ask of the query; None where the question is refused."""
    try:
        ask(question)
    except QuestionNotUnderstood:
        return None
    (only,) = query_of(question).asks
    return only


def test_which_class_had_what_history_asks_for_items_of_the_class_that_have_it() -> None:
    (only,) = query_of("which servers had failed work").asks
    kinds = {type(each) for each in only.of[0].where}
    assert only.of[0].kind is SetKind.ITEM
    assert kinds == {FieldCondition, Has}


@pytest.mark.parametrize(
    "question",
    [
        "Show documents about backup on the moon frobnicated",
        "documents about backup and how many servers are xyzzy",
    ],
)
def test_documents_do_not_swallow_the_rest_of_the_sentence(question: str) -> None:
    found = read_or_refused(question)
    said = str(found)
    assert found is None or all(word in said for word in question.split()[-1:])


@pytest.mark.parametrize(("word", "do"), [("all", "all"), ("any", "exists"), ("none of", "none")])
def test_yes_or_no_over_a_set_asks_of_the_whole_set(word: str, do: str) -> None:
    (only,) = query_of(f"Are {word} the servers in zone-a active?").asks
    assert only.want.do == do


def test_what_an_item_has_is_told_from_what_it_uses() -> None:
    (has,) = query_of("how much memory does srv-erp-01 have").asks
    (uses,) = query_of("how much memory does srv-erp-01 use").asks
    assert (has.want.do, has.of[0].kind) == ("field", SetKind.ITEM)
    assert uses.of[0].kind is SetKind.POINT


@pytest.mark.parametrize(
    "question", ["What is connected to ERP System?", "List everything related to ERP."]
)
def test_a_relation_that_is_not_named_is_any(question: str) -> None:
    (only,) = query_of(question).asks
    (related,) = [each for each in only.of[0].where if isinstance(each, Related)]
    assert (related.related.types, related.related.direction) == (None, "either")


def test_two_classes_side_by_side_are_related_and_not_both_at_once() -> None:
    found = read_or_refused("databases of the application servers")
    assert found is None or "'related'" in str(found.model_dump())


@pytest.mark.parametrize("question", ["How many zones?", "How many sites are there?"])
def test_the_number_of_places_is_not_that_of_all_items(question: str) -> None:
    found = read_or_refused(question)
    assert found is None or getattr(found.want, "distinct", None) == "location"


def test_an_impact_goes_as_far_as_it_can() -> None:
    (only,) = query_of("What is affected if srv-erp-01 fails?").asks
    assert only.want.do == "impact"
    assert only.want.hops is None or only.want.hops >= 6


@pytest.mark.parametrize("day", ["2025-02-30", "2025-13-01", "31 February"])
def test_a_day_that_there_is_not_is_refused(day: str) -> None:
    with pytest.raises(QuestionNotUnderstood):
        ask(f"How many events happened on {day}?")


@pytest.mark.parametrize(
    "question",
    [
        "packages never installed",
        "packages that were not installed",
        "was libc6 ever installed",
        "has anyone installed libc6",
        "what is installed",
    ],
)
def test_what_is_there_is_installed_though_no_event_tells_of_it(question: str) -> None:
    with pytest.raises(QuestionNotUnderstood):
        ask(question, machine())


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        ("is libc6 installed", "libc6; whether there are any"),
        ("isn't libc6 installed", "libc6; whether there are any"),
        ("is libc6 installed and which version", "libc6; their version"),
        ("is libc6 installed, which version", "libc6; their version"),
        ("which version of libc6", "libc6; their version"),
        ("what kernel is running", "configuration items with any kernel; their kernel"),
        ("packages not installed today", "packages, with no events with event type install on"),
        ("when was libc6 installed", "events with event type install of libc6; no. 1"),
        ("what are the installed packages", "packages; which"),
        ("last installed package", "events with event type install of packages; no. 1"),
    ],
)
def test_of_a_machine_it_is_asked_what_it_has(question: str, reading: str) -> None:
    assert (reading_of(question, machine()) or "").startswith(reading)


def test_more_things_than_one_answer_has_room_for_are_refused_with_their_number() -> None:
    question = " and ".join(["how many servers", "how many databases", "how many apps"] * 4)
    with pytest.raises(QuestionNotUnderstood, match="asks 12 things at once, of which 10 can be"):
        ask(question)
