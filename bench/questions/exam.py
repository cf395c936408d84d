"""The questions of the exam, and what is made before they are asked."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.questions.asking import Asked, run, run_all, warm_up
from bench.questions.judging import verdict
from bench.questions.other_estate import write_other_estate
from bench.questions.reading_estates import Estate
from bench.questions.shown import Shown
from bench.questions.truth_kinds import Truth
from bench.questions.truth_makers import Maker
from bench.questions.truths_demo import DEMO_TRUTHS
from bench.questions.truths_other import OTHER_TRUTHS
from bench.questions.truths_second_other import SECOND_OTHER_TRUTHS

EXAMS: Final = {"first": "exam.jsonl", "second": "second_other.jsonl"}
"""The exams by name. The failures of the first one are known to those who write the grammar."""
TRUTHS: Final[Mapping[str, Mapping[str, Maker]]] = {
    "demo": DEMO_TRUTHS,
    "other": {**OTHER_TRUTHS, **SECOND_OTHER_TRUTHS},
}
DEMO_ANCHOR: Final = "2026-11-26T10:17:00Z"
_DEMO: Final = ("estate", "demo", "--anchor", DEMO_ANCHOR, "--seed", "42")
_EARLIER_RUNS: Final = (
    "How many servers are there?",
    "blorb the frobnicator",
    "What is the state of srv-erp-01?",
    "How many events have severity 5?",
    "xyzzy plugh",
)
"""What was asked before, for the questions about runs: two of them mean nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of exam.jsonl; `truth` names an entry of `TRUTHS` of its estate."""

    id: str
    estate: str
    kind: str
    question: str
    truth: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its truth, what was said, and the verdict."""

    question: Question
    truth: Truth
    asked: Asked
    verdict: str


def questions(exam: str = "first") -> list[Question]:
    """Return an exam in order."""
    lines = (Path(__file__).parent / EXAMS[exam]).read_text(encoding="utf-8").splitlines()
    return [Question(**json.loads(line)) for line in lines]


def sit(folder: Path, chosen: Sequence[Question]) -> list[Judged]:
    """Make the estates in a folder, ask the questions and judge the answers."""
    os.environ.update(NO_COLOR="1", OPSTRAIL_TIME_ZONE="UTC")
    judged: list[Judged] = []
    for name in TRUTHS:
        of_it = [each for each in chosen if each.estate == name]
        if of_it:
            path = _make(name, folder)
            judged += _ask_of(path, name, of_it)
    return judged


def _make(name: str, folder: Path) -> Path:
    path = folder / f"{name}.db"
    path.unlink(missing_ok=True)
    making: tuple[str, ...] = _DEMO
    if name == "other":
        write_other_estate(folder / "files")
        making = ("estate", "import", str(folder / "files"))
    made = run([*_where(path, name), *making], folder)
    if made.exit_code:
        raise RuntimeError(made.errors)
    return path


def _where(path: Path, tenant: str) -> list[str]:
    return ["--database", f"sqlite:///{path}", "--tenant", tenant]


def _ask_of(path: Path, name: str, asked: Sequence[Question]) -> list[Judged]:
    """Ask about runs first, one after the other, as each question is a run itself."""
    where = _where(path, name)
    warm_up([*where, "ask", "How many items are there?", "-o", "json"], path.parent)
    about_runs = [each for each in asked if each.kind == "runs"]
    if about_runs:
        run_all([[*where, "ask", each] for each in _EARLIER_RUNS], path.parent)
    judged = [each for one in about_runs for each in _ask(path, where, [one])]
    return judged + _ask(path, where, [each for each in asked if each.kind != "runs"])


def _ask(path: Path, where: Sequence[str], asked: Sequence[Question]) -> list[Judged]:
    estate = Estate(path)
    truths = [TRUTHS[each.estate][each.truth](estate) for each in asked]
    options = ("--anchor", "data", "-o", "json")
    said = run_all([[*where, "ask", *options, "--", each.question] for each in asked], path.parent)
    estate.close()
    return [
        Judged(question, truth, one, judge(question.question, truth, one, estate))
        for question, truth, one in zip(asked, truths, said, strict=True)
    ]


def judge(question: str, truth: Truth, said: Asked, estate: Estate) -> str:
    """Return the verdict of one answer."""
    names = estate.codes, estate.codes_by_name
    return verdict(truth, Shown(question, said.exit_code, said.answer, *names))
