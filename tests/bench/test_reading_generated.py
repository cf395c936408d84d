"""Generated questions of an estate are read or refused, and nothing else."""

import asyncio
from collections.abc import Iterator
from itertools import islice

import pytest

from adapters.estates.files.dataset import read_files
from adapters.planners.reader.planner import ReaderPlanner
from bench.generated_questions.estates import write_files
from bench.generated_questions.kinds import Question, generated
from bench.generated_questions.tables import Tables
from bench.generated_questions.vocabulary import vocabulary
from bench.questions.truth_kinds import Refusal
from domain.plan.look_ups import EstateLookUps
from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from infrastructure.estate.sql_estate import SqlEstate
from tests.estate_fixture import NOW, TENANT, small_estate

Read = tuple[Question, PlanOutput | None]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Read]]:
    folder = tmp_path_factory.mktemp("other")
    with small_estate(folder, dataset=read_files([write_files("other", folder)])) as estate:
        tables = Tables(folder / "estate.db")
        asked = [*islice(generated("other", tables, vocabulary("other"), seed=1), 480)]
        tables.close()
        yield [*_planned(estate, asked)]


def _planned(estate: SqlEstate, asked: list[Question]) -> Iterator[Read]:
    words = estate.vocabulary(TENANT)
    for each in asked:
        context = PlanningContext(TENANT, EstateLookUps(words, each.question), NOW)
        try:
            yield each, asyncio.run(ReaderPlanner().plan(each.question, context))
        except QuestionNotUnderstood:
            yield each, None


def test_most_are_understood(read: list[Read]) -> None:
    due = [found is not None for each, found in read if each.truth != Refusal()]
    assert sum(due) > len(due) * 0.85


def test_what_means_nothing_is_never_understood(read: list[Read]) -> None:
    assert [
        each.question for each, found in read if found and found.plan and each.truth == Refusal()
    ] == []
