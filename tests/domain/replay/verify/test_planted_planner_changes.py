"""Changes of the planner, planted one at a time: each is found, with the value that changed."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.planners.rules import (
    catalogue,
    direct_answers,
    lexicon,
    mentions,
    misunderstanding,
    planner,
    rankings,
    synonyms,
    times,
)
from domain.plan.plan import PlanOutput
from domain.replay.verify.planning import DrivenPlanning
from domain.views.verdict import DivergenceClass
from tests.domain.replay.verify.planning import asked, driven, the_one

Patch = pytest.MonkeyPatch


def other_default_limit(patch: Patch) -> None:
    patch.setattr(rankings, "_TOP", 5)


def other_default_time(patch: Patch) -> None:
    patch.setattr(rankings, "LAST_DAY", "last_7d")


def other_synonym(patch: Patch) -> None:
    patch.setitem(synonyms.ENVIRONMENTS, "prod", "staging")


def new_synonym(patch: Patch) -> None:
    patch.setitem(synonyms.CLASSES, "box", ("server",))


def other_month(patch: Patch) -> None:
    months = times._MONTHS[1:] + times._MONTHS[:1]
    patch.setattr(times, "_MONTHS", months)


def weeks_from_sunday(patch: Patch) -> None:
    monday = times._monday
    patch.setattr(times, "_monday", lambda now: monday(now).replace(day=monday(now).day - 1))


def other_item(patch: Patch) -> None:
    longest_at = lexicon.Lexicon.longest_at

    def items_first(
        self: lexicon.Lexicon, text: str, at: int, *, items_first: bool
    ) -> tuple[int, mentions.Mention] | None:
        found = longest_at(self, text, at, items_first=items_first)
        if found and found[1].slot is mentions.Slot.CI:
            return found[0], replace(found[1], value=f"{found[1].value}-standby")
        return found

    patch.setattr(lexicon.Lexicon, "longest_at", items_first)


def other_class_of_a_word(patch: Patch) -> None:
    patch.setitem(synonyms.CLASSES, "application", ("business_system", "system"))


def fewer_health_metrics(patch: Patch) -> None:
    patch.setattr(rankings, "_HEALTH", ("cpu_usage", "temperature"))


def another_health_metric(patch: Patch) -> None:
    patch.setattr(rankings, "_HEALTH", ("cpu_usage", "power_draw"))


def without_a_kind_of_question(patch: Patch) -> None:
    kinds = tuple(kind for kind in catalogue.KINDS if kind.name != "metric ranking")
    patch.setattr(planner, "KINDS", kinds)


def a_word_less(patch: Patch) -> None:
    patch.setattr(lexicon, "_fixed_words", lexicon._fixed_words.__wrapped__)
    patch.setitem(lexicon._CUES, "HIGHEST", "largest|maximum")


def a_word_more(patch: Patch) -> None:
    patch.setattr(lexicon, "_fixed_words", lexicon._fixed_words.__wrapped__)
    patch.setattr(lexicon, "_FILL", f"{lexicon._FILL}|pretty")


def stricter_policy(patch: Patch) -> None:
    patch.setattr(direct_answers, "_SECRETS", re.compile("(?:owner)s?"))


def milder_policy(patch: Patch) -> None:
    patch.setattr(planner, "refusal", lambda *_, **__: None)


def other_examples(patch: Patch) -> None:
    patch.setattr(misunderstanding, "_MOST", 2)


def other_small_talk(patch: Patch) -> None:
    patch.setattr(planner, "small_talk", lambda text: "Ahoy." if text == "hello" else None)


def no_small_talk(patch: Patch) -> None:
    patch.setattr(planner, "small_talk", lambda _: None)


def less_sure(patch: Patch) -> None:
    patch.setattr(planner, "_SURE", 0.9)


def a_crash(patch: Patch) -> None:
    def broken(*_: object, **__: object) -> PlanOutput:
        slots: dict[str, PlanOutput] = {}
        return slots["slot"]

    patch.setattr(planner, "_planned", broken)


TOP = "Which servers have the highest CPU usage?"
"""A ranking."""
EVERYTHING = "Overview of ERP System: state, related CIs, recent events, metrics."
PLANTED: dict[Callable[[Patch], None], tuple[str, str]] = {
    other_default_limit: (TOP, "makes another plan: aggregate.top_n 10 -> 5"),
    other_default_time: (TOP, 'metric.time_range "last_24h" -> "last_7d"'),
    other_synonym: ("prod servers", "looks up a ci.environment called 'staging', which is not"),
    new_synonym: ("How many boxes are there?", "looks up a ci.ci_subtype called 'server'"),
    other_month: ("events in December", 'history.time_range "2025-12" -> "2025-11"'),
    weeks_from_sunday: ("events last week", '2026-02-22" -> "2026-02-15..2026-02-21"'),
    other_item: ("state of srv-erp-01", 'keywords[0] "srv-erp-01" -> "srv-erp-01-standby"'),
    other_class_of_a_word: ("How many applications are there?", "called 'business_system'"),
    fewer_health_metrics: (EVERYTHING, "-> ...ntenance, and cpu_usage, temperature of both"),
    another_health_metric: (EVERYTHING, "looks up a metric called 'power_draw'"),
    without_a_kind_of_question: (TOP, "now gives no plan: QUESTION_NOT_UNDERSTOOD: I know these"),
    a_word_less: (TOP, "I do not understand 'highest'"),
    a_word_more: ("How many pretty servers are there?", "now makes a plan (count configuration"),
    stricter_policy: (
        "Who is the owner of srv-erp-01?",
        "now refuses the question (Quest",
    ),
    milder_policy: ("Show the passwords", "on the record it refuses the question (Questions for"),
    other_small_talk: ("hello", '-> "Ahoy."'),
    no_small_talk: ("hello", "looks up the words of the question, which is not on the record"),
    less_sure: (TOP, "confidence 1.0 -> 0.9"),
    other_examples: ("Show the moon", "says otherwise"),
    a_crash: (TOP, "now gives no plan: INTERNAL_ERROR: KeyError: 'slot'; on the record it makes"),
}


@pytest.mark.parametrize("change", PLANTED, ids=lambda change: change.__name__)
def test_a_changed_planner_is_found_and_the_change_is_in_view(
    monkeypatch: Patch, change: Callable[[Patch], None]
) -> None:
    asks, said = PLANTED[change]
    history = asked(asks)
    assert driven(history) == DrivenPlanning()
    change(monkeypatch)
    divergence = the_one(driven(history))
    assert divergence.kind is DivergenceClass.PLAN
    assert said in divergence.sentence
