"""Questions about a discovered machine."""

import pytest

from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import ask, plan_of
from tests.adapters.planners.vocabularies import machine

MEANINGS = {
    "How many packages are installed?": "count configuration items where ci_subtype = package",
    "Which processes are running?": "list configuration items where ci_subtype = process",
    "Which ports are listening?": "list configuration items where ci_subtype = port",
    "List the disks": "list configuration items where ci_subtype = disk",
    "Show the network interfaces": "list configuration items where ci_subtype = interface",
    "What is affected if libssl3 fails?": "what is affected when libssl3 fails",
    "What does bash depend on?": "what bash needs",
    "What depends on file?": "what is affected when file fails",
    "Impact of patch": "what is affected when patch fails",
    "Packages installed in the last 30 days": "newest installations of packages during last_30d",
    "How many packages were installed today?": "count the packages installed during today",
    "CPU usage of the host": (
        "average cpu_usage of configuration items where ci_subtype = host during last_24h"
    ),
    "Show the busiest processes": (
        "configuration items where ci_subtype = process by average cpu_usage "
        "during last_24h, highest first"
    ),
}


@pytest.mark.parametrize(("question", "meaning"), MEANINGS.items())
def test_a_question_about_a_machine_is_understood(question: str, meaning: str) -> None:
    assert plan_of(question, machine()).normalized_to == meaning


def test_a_server_is_a_host_where_there_are_only_hosts() -> None:
    filters = plan_of("How many servers are there?", machine()).aggregate.filters
    assert [spec.value for spec in filters] == ["host"]


def test_running_is_a_condition_that_a_server_may_not_meet() -> None:
    with pytest.raises(QuestionNotUnderstood):
        ask("How many servers are running?", machine())


def test_a_word_of_questions_that_is_also_a_package_stays_a_word_where_that_makes_sense() -> None:
    assert ask("list the disks", machine("list")).metadata["kind"] == "list"
