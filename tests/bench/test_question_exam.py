"""The exam's truths can be computed, and its judge tells right answers from wrong ones."""

from datetime import datetime
from pathlib import Path

import pytest

from adapters.estates.demo.dataset import demo_estate
from adapters.estates.files.dataset import read_files
from bench.questions.exam import DEMO_ANCHOR, EXAMS, TRUTHS, questions
from bench.questions.judging import verdict
from bench.questions.other_estate import write_other_estate
from bench.questions.reading_estates import Estate
from bench.questions.shown import Block, Shown
from bench.questions.truth_kinds import (
    AskBack,
    Both,
    Buckets,
    Either,
    Facts,
    Groups,
    Hops,
    Items,
    Labels,
    Moment,
    Number,
    Ranking,
    Records,
    Refusal,
    Truth,
    Value,
    YesNo,
)
from domain.estate.port import EstateDataset
from tests.estate_fixture import small_estate


def dataset_of(name: str, folder: Path) -> EstateDataset:
    if name == "demo":
        return demo_estate(anchor=datetime.fromisoformat(DEMO_ANCHOR), days=1)
    write_other_estate(folder / "files")
    return read_files([folder / "files"])


@pytest.mark.parametrize("name", list(TRUTHS))
def test_every_truth_of_an_estate_is_computed(name: str, tmp_path: Path) -> None:
    with small_estate(tmp_path, dataset=dataset_of(name, tmp_path)):
        estate = Estate(tmp_path / "estate.db")
        every = [each for exam in EXAMS for each in questions(exam)]
        asked = [each for each in every if each.estate == name and each.kind != "runs"]
        truths = {each.truth: TRUTHS[name][each.truth](estate) for each in asked}
        estate.close()
    assert len(truths) == len(asked) > 60


def test_the_exams_have_questions_of_their_own_and_each_a_truth() -> None:
    asked = [each for exam in EXAMS for each in questions(exam)]
    assert [len(questions(exam)) for exam in EXAMS] == [200, 70]
    assert len({each.id for each in asked}) == len({each.question for each in asked}) == 270
    assert {each.truth for each in asked} == {name for of in TRUTHS.values() for name in of}


def table(columns: list[str], *rows: list[object]) -> Block:
    return {"type": "table", "columns": columns, "rows": list(rows), "meta": {}}


def answer(sentence: str, *blocks: Block, exit_code: int = 0, question: str = "") -> Shown:
    said = {"status": "success" if exit_code == 0 else "failed", "answer": sentence}
    names = {"pump 1": "P-1", "pump 2": "P-2", "fan": "F-1"}
    return Shown(
        question, exit_code, {**said, "blocks": list(blocks)}, frozenset(names.values()), names
    )


def figure(value: float) -> Block:
    return {"type": "number", "label": "pumps", "value": value}


def path(*codes: str) -> Block:
    return {"type": "path", "nodes": [{"code": code} for code in codes]}


RANKED = (("P-1", 5.0), ("P-2", 3.0), ("F-1", 3.0))
DAYS = (("2026-11-25", 4.0), ("2026-11-26", 0.0))
NIGHT = "2026-11-25T22:30:00"

CASES: dict[str, tuple[Truth, Shown, Shown]] = {
    "a number": (Number(12), answer("12 pumps.", figure(12)), answer("13 pumps.", figure(13))),
    "a rounded number": (Number(43.8167), answer("43.8 %"), answer("43.9 %")),
    "none": (Number(0), answer("No pumps."), answer("1 pump.")),
    "items": (
        Items(frozenset({"P-1", "P-2"})),
        answer("2 items.", table(["name"], ["Pump 2"], ["Pump 1"])),
        answer("1 item.", table(["code"], ["P-1"])),
    ),
    "no items": (Items(frozenset()), answer("None."), answer("Pump 1.")),
    "labels": (
        Labels(frozenset({"ops", "lab"})),
        answer("", table(["owner"], ["lab"], ["ops"])),
        answer("", table(["owner"], ["lab"], ["it"])),
    ),
    "a value": (
        Value(("ops",), "owner"),
        answer("", table(["field", "value"], ["owner", "ops"])),
        answer("", table(["field", "value"], ["source", "ops"])),
    ),
    "a ranking": (Ranking(RANKED, 2), answer("P-1 5, F-1 3"), answer("P-2 3, P-1 5")),
    "groups": (
        Groups((("a", 1.0), ("b", 2.0))),
        answer("", table(["key", "count"], ["b", 2], ["a", 1])),
        answer("", table(["key", "count"], ["b", 1], ["a", 2])),
    ),
    "buckets": (
        Buckets(DAYS),
        answer("", table(["day", "count"], ["2026-11-25T00:00:00Z", 4])),
        answer("", table(["day", "count"], ["2026-11-25", 4], ["2026-11-26", 1])),
    ),
    "yes": (YesNo(is_yes=True), answer("Yes, it is."), answer("No.")),
    "a counter-example": (
        YesNo(is_yes=False, proofs=frozenset({"P-1"})),
        answer("Pump 1 is not."),
        answer("Pump 2 is not."),
    ),
    "a moment": (Moment(NIGHT), answer("At 2026-11-25 22:30 UTC"), answer("At 2026-11-25 22:31")),
    "records": (
        Records((NIGHT,)),
        answer("", table(["occurred_at"], [f"{NIGHT}+00:00"])),
        answer("", table(["occurred_at"], [f"{NIGHT}+00:00"], ["2026-11-25T22:40:00"])),
    ),
    "hops": (
        Hops(frozenset({"P-1", "F-1"}), 2),
        answer("", path("P-1", "P-2", "F-1")),
        answer("", path("P-1", "F-1")),
    ),
    "facts": (Facts((("3.2.0",),)), answer("Release 3.2.0 came."), answer("Unknown.")),
    "a refusal": (
        Refusal(("P-9",)),
        answer("no item matches 'P-9'", exit_code=4),
        answer("3 items.", figure(3)),
    ),
    "asking back": (
        AskBack(("pump 1", "pump 2")),
        answer("can be 'Pump 1' or 'Pump 2'; say which", exit_code=2),
        answer("Pump 1 is up."),
    ),
    "either": (Either((Number(1), Number(2))), answer("2 pumps"), answer("3 pumps")),
    "both": (Both((Number(1), Number(2))), answer("1 fan, 2 pumps"), answer("2 pumps")),
}


@pytest.mark.parametrize("case", CASES)
def test_the_judge_knows_a_right_answer(case: str) -> None:
    truth, right, _ = CASES[case]
    assert verdict(truth, right) == "right"


@pytest.mark.parametrize("case", CASES)
def test_the_judge_knows_a_wrong_answer(case: str) -> None:
    truth, _, wrong = CASES[case]
    assert verdict(truth, wrong) == "wrong"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (answer("did you mean pumps?", exit_code=2), "hint"),
        (
            answer("I do not understand. Questions that work here: which one?", exit_code=2),
            "refused",
        ),
        (answer("12", exit_code=1), "error"),
    ],
)
def test_what_was_not_answered_is_a_hint_a_refusal_or_an_error(
    shown: Shown, expected: str
) -> None:
    assert verdict(Number(12), shown) == expected


def test_a_figure_in_a_name_is_no_answer() -> None:
    assert verdict(Number(2), answer("Pump 2 took 40 W.")) == "wrong"


def test_a_figure_that_the_question_has_is_no_answer() -> None:
    shown = answer("40 pumps, of which 16 are over 12.", question="how many pumps are over 12?")
    assert verdict(Number(12), shown) == "wrong"
