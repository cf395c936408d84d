"""Generated questions are the same each time, have their truths, and find a wrong answer."""

from collections.abc import Iterator
from itertools import islice

import pytest

from adapters.estates.files.dataset import read_files
from bench.generated_questions.estates import write_files
from bench.generated_questions.judging import verdict
from bench.generated_questions.kinds import ASKINGS, Question, generated
from bench.generated_questions.tables import Tables
from bench.generated_questions.vocabulary import vocabulary
from bench.questions.shown import Shown
from bench.questions.truth_kinds import Both, Number, Refusal
from tests.estate_fixture import small_estate


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    folder = tmp_path_factory.mktemp("other")
    with small_estate(folder, dataset=read_files([write_files("other", folder)])):
        opened = Tables(folder / "estate.db")
        yield opened
        opened.close()


def asked(tables: Tables, count: int, *, seed: int = 1, only: str | None = None) -> list[Question]:
    return list(
        islice(generated("other", tables, vocabulary("other"), seed=seed, only=only), count)
    )


def answer(question: Question, value: float) -> Shown:
    block = {"type": "number", "label": "items", "value": value}
    return Shown(question.question, 0, {"answer": f"{value}", "blocks": [block]}, frozenset(), {})


def test_the_same_seed_makes_the_same_questions(tables: Tables) -> None:
    assert asked(tables, 60) == asked(tables, 60)


def test_another_seed_makes_other_questions(tables: Tables) -> None:
    assert {each.question for each in asked(tables, 60)} - {
        each.question for each in asked(tables, 60, seed=2)
    }


def test_no_question_is_asked_twice(tables: Tables) -> None:
    questions = [each.question.lower() for each in asked(tables, 300)]
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("kind", sorted(ASKINGS.keys() - {"find", "metric-set", "metric-top"}))
def test_every_kind_of_question_has_a_truth(tables: Tables, kind: str) -> None:
    question = asked(tables, 1, only=kind)[0]
    assert question.truth != Refusal()


def test_a_nonsense_word_has_to_be_refused(tables: Tables) -> None:
    changed = [each for each in asked(tables, 300) if each.change in {"nonsense", "strange"}]
    assert {each.truth for each in changed} == {Refusal()}


def test_a_planted_wrong_answer_is_found(tables: Tables) -> None:
    question = next(
        each for each in asked(tables, 100, only="count") if isinstance(each.truth, Number)
    )
    assert isinstance(question.truth, Number)
    said = [verdict(question.truth, answer(question, question.truth.value + by)) for by in (0, 1)]
    assert said == ["right", "wrong"]


def test_a_figure_beside_the_right_one_is_not_enough_where_two_are_asked(tables: Tables) -> None:
    question = asked(tables, 1, only="several")[0]
    shown = answer(question, 99_999)
    assert verdict(Both((Number(99_999), Number(7))), shown) == "wrong"
