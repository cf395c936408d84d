"""What is told by how few items there are, what they are called, or what none of them says."""

from functools import cache

import pytest

from adapters.planners.reader.planner import meant
from domain.estate.port import EstateDataset
from domain.estate.queries import Vocabulary
from domain.estate.records import ConfigurationItem
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import QuestionNotUnderstood
from domain.query.in_words import in_words
from tests.adapters.planners.vocabularies import NOW, vocabulary_of


def item(code: str, name: str, subtype: str, **attributes: int) -> ConfigurationItem:
    return ConfigurationItem(
        ci_id=code, ci_code=code, ci_name=name, ci_type="HW", ci_subtype=subtype,
        attributes=dict(attributes),
    )  # fmt: skip


@cache
def store() -> Vocabulary:
    cis = [
        item("box-1", "Box", "host"),
        item("scn-1", "Handheld Scanner 1", "scanner"),
        item("scn-2", "Handheld Scanner 2", "scanner"),
        item("scn-3", "Desk Scanner 3", "scanner"),
        item("tcp-80", "Port 80/tcp", "port", port=80),
        item("nginx", "nginx", "process"),
    ]
    return vocabulary_of(EstateDataset(source="test", cis=cis))


def read(question: str) -> str:
    return in_words(meant(question, EstateLookUps(store(), question), NOW).query)


@pytest.mark.parametrize(
    "question", ["why is the host slow", "why is host slow", "why is this machine slow"]
)
def test_the_only_item_of_a_class_is_meant_by_the_class(question: str) -> None:
    assert read(question) == "box-1; why they are so"


def test_one_of_several_has_to_be_named() -> None:
    with pytest.raises(QuestionNotUnderstood):
        read("why is the scanner slow")


def test_a_word_that_begins_names_of_a_class_stands_for_these() -> None:
    question = "how many handheld scanners are there"
    meaning = meant(question, EstateLookUps(store(), question), NOW)
    assert in_words(meaning.query) == "scanners with name containing handheld; how many"
    assert meaning.notes == ("'handheld' is in their names",)


def test_a_part_of_a_word_in_names_stands_for_nothing() -> None:
    with pytest.raises(QuestionNotUnderstood):
        read("how many hand scanners are there")


def test_a_class_is_no_number_that_is_called_so() -> None:
    assert read("which ports have no process") == (
        "ports, without any relations to or from processes; which"
    )


@pytest.mark.parametrize(
    "question", ["scanners older than 1 year", "are all scanners older than 1 year"]
)
def test_ages_that_nobody_recorded_are_not_compared(question: str) -> None:
    with pytest.raises(QuestionNotUnderstood, match="Created at is known of none of the scanners"):
        read(question)
