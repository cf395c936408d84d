"""How questions are read, over the demo estate and over a machine."""

import pytest

from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import ask, query_of, reading_of
from tests.adapters.planners.vocabularies import machine

COUNTED = "configuration items; how many, and which part, per"
SAME = {
    "How many active servers are in zone-a?": "servers in zone-a with status active; how many",
    "count the active servers of zone a": "servers in zone-a with status active; how many",
    "Show how CI types (or states) are distributed.": f"{COUNTED} type | {COUNTED} status",
    "How many events have severity 5 (or 1)?": (
        "events of severity 5; how many | events of severity 1; how many"
    ),
    "How many events happened in the last 24 hours / today?": (
        "events in the last 24 h; how many | events on 2026-01-01; how many"
    ),
    "Compare the servers of production and staging.": (
        "servers with environment production compared with servers with environment staging;"
        " how many"
    ),
    "Show the components of ERP System with their disk io.": (
        "configuration items, with COMPOSED_OF relations from sys-erp; which | metric points with"
        " metric disk_io of (configuration items, with COMPOSED_OF relations from sys-erp) in the"
        " last 24 h; average value per code"
    ),
}


@pytest.mark.parametrize(("question", "reading"), SAME.items())
def test_a_question_is_read_whole(question: str, reading: str) -> None:
    assert reading_of(question) == reading


def test_letters_share_the_word_before_them() -> None:
    said = reading_of("list active servers of zones a, b and c separately, and the total")
    assert said == " | ".join(
        [
            *(f"servers in zone-{zone} with status active; which" for zone in "abc"),
            "servers in zone-a or zone-b or zone-c with status active; how many",
        ]
    )


def test_what_is_asked_further_is_asked_of_the_same_set() -> None:
    kinds, best = query_of("Success rate of maintenance; which kind is the best?").asks
    assert kinds.of == best.of
    assert (kinds.want.do, best.want.do) == ("measure", "top")


def test_an_overview_asks_for_the_parts_that_are_named_only() -> None:
    whole = query_of("Give me an overview of ERP System")
    some = query_of("Overview of ERP System: state, recent events")
    assert (len(whole.asks), len(some.asks)) == (5, 2)


def test_a_path_to_a_class_is_refused_for_one_of_it_has_to_be_named() -> None:
    with pytest.raises(QuestionNotUnderstood, match="Say to which of the"):
        ask("Find the path from ERP System to a database server.")


OF_A_MACHINE = {
    "How many packages are installed?": "packages; how many",
    "List the disks": "disks; which",
    "What is affected if libssl3 fails?": "libssl3; what fails with them",
    "Impact of patch": "patch; what fails with them",
    "How many servers are there?": "hosts; how many",
}


@pytest.mark.parametrize(("question", "reading"), OF_A_MACHINE.items())
def test_a_question_about_a_machine_is_read_by_its_own_words(question: str, reading: str) -> None:
    assert reading_of(question, machine()) == reading
