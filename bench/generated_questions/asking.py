"""Asks questions in warm processes, two at most, through the operation behind `opstrail ask`."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from adapters.bootstrap import Opstrail
from adapters.cli.text.answers import exit_code_of_response
from bench.generated_questions.estates import url_of
from bench.generated_questions.judging import verdict
from bench.generated_questions.kinds import Question
from bench.questions.shown import Shown
from domain.aggregate.envelope import Actor
from domain.operations.operation import Caller
from domain.operations.requests import ASK, AskParams
from domain.views.response import RESPONSE
from domain.writer import Authorship

Json = dict[str, Any]
Names = tuple[frozenset[str], dict[str, str]]
_AT_ONCE: Final = 2
_EACH: Final = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the verdict on what was said, and that in short."""

    question: Question
    verdict: str
    exit_code: int
    said: str
    blocks: str
    reading: Any


def asked(
    path: Path, names: Names, questions: Sequence[Question], *, judge: Callable[..., str] = verdict
) -> Iterator[Judged]:
    """Ask questions of one estate and judge what is said."""
    parts = [questions[start : start + _EACH] for start in range(0, len(questions), _EACH)]
    with ProcessPoolExecutor(_AT_ONCE, mp_context=get_context("spawn")) as pool:
        for part in pool.map(
            _judged, *zip(*((path, names, part, judge) for part in parts), strict=True)
        ):
            yield from part


def _judged(
    path: Path, names: Names, questions: Sequence[Question], judge: Callable[..., str]
) -> list[Judged]:
    logging.getLogger("opstrail").addHandler(logging.NullHandler())
    with closing(Opstrail(url_of(path), tell=lambda _: None)) as opstrail:
        return [_one(opstrail, names, each, judge) for each in questions]


def _one(
    opstrail: Opstrail, names: Names, question: Question, judge: Callable[..., str]
) -> Judged:
    exit_code, answer = _said(opstrail, question)
    said = judge(question.truth, Shown(question.question, exit_code, answer, *names))
    plan = answer.get("meta", {}).get("reading")
    blocks = str(answer.get("blocks"))[:600]
    return Judged(question, said, exit_code, str(answer.get("answer"))[:600], blocks, plan)


def _said(opstrail: Opstrail, question: Question) -> tuple[int, Json]:
    caller = Caller(Authorship(question.estate, Actor("person", "examiner")))
    params = AskParams(question=question.question, anchor="data")
    try:
        response = asyncio.run(ASK.carried_out(opstrail, caller, params))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no answer
        return 70, {"answer": f"{type(error).__name__}: {error}"}
    answer: Json = json.loads(json.dumps(RESPONSE.to_json(response)))
    return int(exit_code_of_response(response)), answer
