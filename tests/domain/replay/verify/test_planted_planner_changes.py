"""Changes of the planner, planted one at a time: each is found, with the value that changed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.planners.reader import choosing, direct_answers, planner, words
from adapters.planners.reader.planner import ReaderPlanner
from domain.plan.plan import PlanOutput
from domain.replay.verify.planning import DrivenPlanning
from domain.views.verdict import DivergenceClass
from tests.domain.replay.verify.planning import asked, driven, the_one

Patch = pytest.MonkeyPatch
TOP = "Which servers have the highest CPU usage?"
"""A ranking."""


@pytest.fixture(autouse=True)
def _words_are_read_anew() -> Iterator[None]:
    yield
    words.words_of.cache_clear()


def other_words(patch: Patch, folder: Path, *, before: str, after: str) -> None:
    """Let the planner read a file of words in which one text is another."""
    text = (words._FOLDER / "en.toml").read_text("utf-8")
    assert text.count(before) == 1
    (folder / "en.toml").write_text(text.replace(before, after), encoding="utf-8")
    patch.setattr(words, "_FOLDER", folder)
    words.words_of.cache_clear()


WORDS = {
    "a class means another": (
        *('"box" = "server|host"', '"box" = "db|database"'),
        *("How many boxes are there?", "looks up what 'db' names, which is not on the record"),
    ),
    "a word less": (
        *('howmany = "how many of|how many times|how many time|hw many|how many|', 'howmany = "'),
        *("How many servers are there?", "now gives no plan: QUESTION_NOT_UNDERSTOOD"),
    ),
    "a word more": (
        *('free = "the|a|an"', 'free = "pretty|the|a|an"'),
        *("How many pretty servers are there?", "now makes a plan (servers; how many)"),
    ),
}


@pytest.mark.parametrize("change", WORDS)
def test_a_changed_file_of_words_is_found(monkeypatch: Patch, tmp_path: Path, change: str) -> None:
    before, after, question, said = WORDS[change]
    history = asked(question)
    assert driven(history) == DrivenPlanning()
    other_words(monkeypatch, tmp_path, before=before, after=after)
    divergence = the_one(driven(history))
    assert divergence.kind is DivergenceClass.PLAN
    assert said in divergence.sentence


def other_default_time(patch: Patch) -> None:
    patch.setattr(choosing, "_RECENT", "last_7d")


def stricter_policy(patch: Patch) -> None:
    patch.setattr(direct_answers, "_SECRETS", re.compile("(?:owner)s?"))


def milder_policy(patch: Patch) -> None:
    patch.setattr(planner, "refusal", lambda *_, **__: None)


def other_small_talk(patch: Patch) -> None:
    patch.setattr(planner, "small_talk", lambda text: "Ahoy." if text == "hello" else None)


def less_sure(patch: Patch) -> None:
    patch.setattr(planner, "_confidence", lambda _: 0.6)


def a_crash(patch: Patch) -> None:
    def broken(*_: object, **__: object) -> PlanOutput:
        slots: dict[str, PlanOutput] = {}
        return slots["slot"]

    patch.setattr(planner, "_read", broken)


PLANTED: dict[Callable[[Patch], None], tuple[str, str]] = {
    other_default_time: (TOP, "last_7d"),
    stricter_policy: ("Who is the owner of srv-erp-01?", "now refuses the question (Quest"),
    milder_policy: ("Show the passwords", "which is not on the record"),
    other_small_talk: ("hello", '-> "Ahoy."'),
    less_sure: (TOP, "-> 0.6"),
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


def test_another_version_of_the_planner_is_driven_too(monkeypatch: Patch) -> None:
    history = asked(TOP)
    monkeypatch.setattr(ReaderPlanner, "version", "newer")
    assert driven(history) == DrivenPlanning()
    other_default_time(monkeypatch)
    assert the_one(driven(history)).kind is DivergenceClass.PLAN


def test_what_another_version_looks_up_besides_is_no_divergence(
    monkeypatch: Patch, tmp_path: Path
) -> None:
    history = asked("How many boxes are there?")
    monkeypatch.setattr(ReaderPlanner, "version", "newer")
    other_words(
        monkeypatch, tmp_path, before='"box" = "server|host"', after='"box" = "db|database"'
    )
    found = driven(history)
    assert found.divergences == ()
    assert found.why_not is not None
    assert "here plans reader newer and looks up what 'db' names" in found.why_not
