"""Whatever is asked: the planner answers exactly that, or says that it does not understand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docs.question_kinds import EXAMPLES as KINDS
from domain.plan.calls import planned_calls
from domain.plan.plan import PlanOutput
from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import ask

FACTS = {
    "srv-erp-01": "srv-erp-01",
    "erp system": "erp",
    "storage-erp": "storage-erp",
    "zone-a": "zone-a",
    "staging": "staging",
    "monitoring": "monitoring",
    "erp-platform": "erp-platform",
    "security alerts": "security_alert",
    "reboots": "reboot",
    "temperature": "temperature",
    "in december": "2025-12",
    "in the last 24 hours": "last_24h",
    "top 7": "7",
    "severity 3": "severity",
    "degraded": "degraded",
}
WORDS = [
    *("how many", "which", "what", "show", "list", "the", "of", "and", "is", "are", "affected"),
    *("if", "fails", "needs", "average", "highest", "most", "by", "per", "with", "type", "state"),
    *("owner", "servers", "databases", "CIs", "events", "work", "maintenance", "documents"),
    *("distribution", "health", "path", "between", "related", "history", "components", "latest"),
    *("their", "in", "on", "does", "consist", "need", "then", "only", "total", "compare"),
    *("separately", "or"),
]
CHOSEN = st.lists(st.sampled_from([*FACTS, *WORDS]), min_size=1, max_size=8)
NONSENSE = st.text("bcdfghjklmnpqrstvwxz", min_size=7, max_size=12)
EXAMPLES = [example for examples in KINDS.values() for example in examples]


def answered(question: str) -> PlanOutput | None:
    try:
        return ask(question)
    except QuestionNotUnderstood:
        return None


@given(st.text(max_size=80))
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_the_planner(text: str) -> None:
    output = answered(text)
    assert output is None or output.metadata["kind"]


@given(CHOSEN)
@settings(max_examples=100, deadline=None)
def test_every_fact_of_an_understood_question_is_in_its_plan(words: list[str]) -> None:
    output = answered(" ".join(words))
    if output is None or output.plan is None or "documents" in words:
        return
    plan = output.plan.model_copy(update={"normalized_from": None}).model_dump_json()
    assert all(FACTS[word] in plan for word in words if word in FACTS)
    assert planned_calls(output.plan)


@given(st.sampled_from(EXAMPLES), NONSENSE, st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_a_word_that_nobody_knows_is_never_ignored(example: str, word: str, place: int) -> None:
    words = example.split()
    words.insert(place % (len(words) + 1), word)
    output = answered(" ".join(words))
    # Documents can be searched for any word.
    assert output is None or (
        output.plan and word in output.plan.model_dump_json(include={"query"})
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_page_is_understood(example: str) -> None:
    assert ask(example).plan is not None


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_same_question_gives_the_same_plan(example: str) -> None:
    assert answered(example) == answered(example)


@pytest.mark.parametrize("example", EXAMPLES)
def test_capitals_do_not_matter(example: str) -> None:
    small, large = answered(example.lower()), answered(example.upper())
    queries = [each and each.plan and each.plan.query for each in (small, large)]
    assert queries[0] == queries[1]
