"""The chart combines senses by rules, and the rules and the words fit together."""

from collections.abc import Callable

import pytest

from adapters.planners.reader.chart import Chart, Costly, Grammar, TooManyMeanings, rules_of
from adapters.planners.reader.grammar.rules import RULES
from adapters.planners.reader.senses import Sense
from adapters.planners.reader.words import words_of

FROM_THE_ESTATE = {"NAME", "COND", "N0", "FIELD", "METRIC", "METRICAL", "METRICHOW", "DONE"} | {
    "METRICTHAN",
    "SIZED",
    "LEASTSIZED",
    "UNITFIELD",
    "VALUE",
    "PASSING",
    "RULE",
}
OF_TOKENS = {"TIME", "AGE", "COMING", "AHEAD", "INSTANT", "NUMBER", "TEXT", "LITERAL"}


def joined(*values: str | None) -> str:
    return "".join(value or "-" for value in values)


def meanings(forms: str, build: Callable[..., object], *senses: Sense) -> list[object]:
    length = max(sense.end for sense in senses)
    chart = Chart(Grammar(rules_of("ALL", forms, build)), length)
    chart.fill(senses)
    return [edge.value for edge in chart.meanings("ALL", 0, length)]


A, B, C = (Sense(name, at, at + 1, name.lower()) for at, name in enumerate("ABC"))


@pytest.mark.parametrize(
    ("forms", "senses", "value"),
    [
        ("A B C", (A, B, C), "abc"),
        ("A.2 B.0 C.1", (A, B, C), "bca"),
        ("A B C?", (A, B), "ab-"),
        ("A.1 B.0 C.2?", (A, B), "ba-"),
    ],
)
def test_values_are_given_in_the_order_that_a_form_says(
    forms: str, senses: tuple[Sense, ...], value: str
) -> None:
    assert meanings(forms, joined, *senses) == [value]


def test_what_does_not_cover_all_tokens_means_nothing() -> None:
    assert meanings("A B", joined, A, B, C) == []


def test_the_cheapest_meaning_comes_first() -> None:
    dear = Sense("A", 0, 1, "dear", cost=1)
    assert meanings("A", joined, A, dear) == ["a", "dear"]


def test_a_rule_that_returns_none_does_not_apply() -> None:
    assert meanings("A B", lambda *_: None, A, B) == []


def test_costs_of_values_add_up() -> None:
    chart = Chart(Grammar(rules_of("ALL", "A B", lambda *_: Costly("x", 2.0, ("why",)))), 2)
    chart.fill([A, Sense("B", 1, 2, "b", cost=0.5)])
    (edge,) = chart.meanings("ALL", 0, 2)
    assert (edge.cost, edge.notes) == (2.5, ("why",))


def test_a_question_with_too_many_meanings_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.planners.reader.chart._MOST_EDGES", 500)
    numbers = iter(range(10**6))
    grammar = Grammar(rules_of("A", "A A", lambda *_: next(numbers)))
    chart = Chart(grammar, 40)
    senses = [Sense("A", at, at + 1, f"{at}") for at in range(40)]
    with pytest.raises(TooManyMeanings):
        chart.fill(senses)


def test_every_part_of_a_rule_can_be_made() -> None:
    words = words_of("en")
    made = {category for senses in words.phrases.values() for category, _ in senses}
    made |= {rule.category for rule in RULES} | FROM_THE_ESTATE | OF_TOKENS
    assert {part for rule in RULES for part in rule.parts} <= made


def test_every_category_that_a_rule_makes_is_used() -> None:
    used = {part for rule in RULES for part in rule.parts}
    used |= {"QUERY", "HOWMANYSO"}  # what a question is, and a follow-up
    assert {rule.category for rule in RULES} <= used


def test_every_word_of_the_grammar_is_used() -> None:
    words = words_of("en")
    said = {category for senses in words.phrases.values() for category, _ in senses}
    assert said - {part for rule in RULES for part in rule.parts} == set()
