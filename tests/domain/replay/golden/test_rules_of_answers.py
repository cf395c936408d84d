"""The rules about the answer of a run: its text, blocks, values and references."""

from decimal import Decimal

import pytest

from domain.json import JsonMap
from domain.replay.golden.rules_of_runs import numbers_in
from domain.views.golden import Grade, Mode
from tests.domain.replay.golden.judging import answering, judged, rules, table

TEN = table(*((f"srv-{number}", number) for number in range(5)), title="Ten cells")


def with_cpu(value: float) -> JsonMap:
    """Return the table with one of its ten cells, of twelve with the head, changed."""
    return table(
        ("srv-0", value), *((f"srv-{number}", number) for number in range(1, 5)), title="Ten cells"
    )


def blocks(count: int, *, first: int = 0) -> list[JsonMap]:
    return [
        {"type": "text", "title": f"Part {number}", "text": "As it is."}
        for number in range(first, first + count)
    ]


def cited(*ids: str) -> list[JsonMap]:
    return [{"kind": "ci", "id": each} for each in ids]


@pytest.mark.parametrize("mode", Mode)
def test_another_answer_fails(mode: Mode) -> None:
    judgement = judged(answering(), answering(answer="Three servers."), mode=mode)
    assert rules(judgement) == ["FAIL answer"]
    assert judgement.reasons[0].sentence == (
        "another answer: 'Three servers.', the golden one says 'Two servers.'"
    )


def test_of_long_answers_the_place_where_they_differ_is_shown() -> None:
    long = "All servers are as they were. " * 30
    before, after = (answering(answer=f"{long}CPU is {cpu} %. {long}") for cpu in (40, 41))
    sentence = judged(before, after).reasons[0].sentence
    assert ("CPU is 41 %" in sentence, "CPU is 40 %" in sentence) == (True, True)
    assert len(sentence) < 200
    numbers = judged(before, after, answer="numbers").reasons[0].sentence
    assert numbers == "other numbers in the answer: 41, the golden one has 40"


def test_white_space_makes_no_other_answer() -> None:
    assert judged(answering(), answering(answer="Two \n servers. ")).grade is Grade.PASS


@pytest.mark.parametrize(
    ("before", "after", "grade"),
    [
        ("CPU is 40.0 % of 1,200.", "1200.00? No: the CPU is 40.", Grade.FAIL),
        ("CPU is 40.0 % of 1,200.", "The CPU has 40 per cent of 1200.00.", Grade.WARN),
        ("CPU is 40.0 %", "CPU is 40.1 %", Grade.FAIL),
        ("CPU is 40.0 %", "CPU is high", Grade.FAIL),
        ("It is -4.", "It is 4.", Grade.FAIL),
    ],
)
def test_only_the_numbers_of_an_answer_may_count(before: str, after: str, grade: Grade) -> None:
    judgement = judged(answering(answer=before), answering(answer=after), answer="numbers")
    assert judgement.grade is grade
    assert judgement.reasons[0].rule == ("answer" if grade is Grade.FAIL else "events")


def test_the_answer_may_not_count_at_all() -> None:
    judgement = judged(answering(), answering(answer="Three servers."), answer="off")
    assert rules(judgement) == ["WARN events"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (blocks(4), blocks(2)),
        (blocks(4), blocks(6)),
        (blocks(4), blocks(4, first=2)),
        ([], blocks(1)),
        (blocks(1), []),
    ],
    ids=["half removed", "half added", "half replaced", "from none", "to none"],
)
def test_half_of_the_blocks_changed_fails(before: list[JsonMap], after: list[JsonMap]) -> None:
    judgement = judged(answering(*before), answering(*after))
    assert set(rules(judgement)) == {"FAIL blocks"}


@pytest.mark.parametrize("after", [blocks(3), blocks(5), blocks(4, first=1)])
def test_fewer_blocks_changed_warns(after: list[JsonMap]) -> None:
    judgement = judged(answering(*blocks(4)), answering(*after))
    assert set(rules(judgement)) == {"WARN some-blocks"}


def test_a_changed_block_is_named() -> None:
    judgement = judged(answering(), answering(*blocks(1), {"type": "text", "text": "New."}))
    assert [reason.sentence for reason in judgement.reasons] == [
        "a block was added: text 'Part 0'",
        "a block was added: text",
    ]


def test_of_equal_blocks_each_counts() -> None:
    same: JsonMap = {"type": "text", "title": "Part", "text": "As it is."}
    assert rules(judged(answering(same, same), answering(same))) == ["FAIL blocks"]


def test_a_threshold_says_how_many_blocks_fail() -> None:
    golden, candidate = answering(*blocks(4)), answering(*blocks(3))
    assert rules(judged(golden, candidate, blocks_percent=25)) == ["FAIL blocks"]
    assert rules(judged(golden, answering(*blocks(2)), blocks_percent=51)) == [
        "WARN some-blocks",
        "WARN some-blocks",
    ]


@pytest.mark.parametrize(
    ("mode", "rule"), [(Mode.VERIFY, "FAIL values"), (Mode.RERUN, "WARN some-values")]
)
def test_a_changed_value_fails_in_a_verification_and_warns_in_a_rerun(
    mode: Mode, rule: str
) -> None:
    judgement = judged(answering(TEN), answering(with_cpu(99)), mode=mode)
    assert rules(judgement) == [rule]
    assert judgement.reasons[0].sentence == "1 of 12 cells differ (8.33 %), in: Ten cells"


@pytest.mark.parametrize("mode", Mode)
def test_a_threshold_says_how_many_values_may_differ(mode: Mode) -> None:
    golden, candidate = answering(TEN), answering(with_cpu(99))
    assert rules(judged(golden, candidate, mode=mode, values_percent=8)) == ["FAIL values"]
    assert rules(judged(golden, candidate, mode=mode, values_percent=9)) == ["WARN events"]


@pytest.mark.parametrize("mode", Mode)
def test_none_may_differ_when_the_threshold_is_zero(mode: Mode) -> None:
    golden, candidate = answering(TEN), answering(with_cpu(99))
    assert rules(judged(golden, candidate, mode=mode, values_percent=0)) == ["FAIL values"]


def test_a_number_written_otherwise_is_no_other_value() -> None:
    golden, candidate = (answering({"type": "number", "value": value}) for value in (2, 2.0))
    judgement = judged(golden, candidate, mode=Mode.VERIFY)
    assert "FAIL values" not in rules(judgement)


def test_rows_in_another_order_are_no_other_values() -> None:
    golden, candidate = table(("a", 1), ("b", 2)), table(("b", 2), ("a", 1))
    assert judged(answering(golden), answering(candidate)).grade is Grade.PASS


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (cited(), cited("a"), "references changed by 100 %: 1 added, 0 removed"),
        (cited("a"), cited(), "references changed by 100 %: 0 added, 1 removed"),
        (
            cited("a", "b", "c"),
            cited("a", "b", "d"),
            "references changed by 33.3 %: 1 added, 1 removed",
        ),
    ],
)
def test_many_other_references_warn(
    before: list[JsonMap], after: list[JsonMap], sentence: str
) -> None:
    judgement = judged(answering(references=before), answering(references=after))
    assert rules(judgement) == ["WARN references"]
    assert judgement.reasons[0].sentence == sentence


def test_a_few_other_references_are_left_to_the_events() -> None:
    before, after = cited("a", "b", "c", "d", "e"), cited("a", "b", "c", "d", "f")
    judgement = judged(answering(references=before), answering(references=after))
    assert rules(judgement) == ["WARN events"]


def test_a_threshold_says_how_many_references_may_change() -> None:
    before, after = answering(references=cited("a", "b")), answering(references=cited("a"))
    assert rules(judged(before, after, references_percent=49)) == ["WARN references"]
    assert rules(judged(before, after, references_percent=50)) == ["WARN events"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("no number", []),
        ("2 servers, 40.50 %", ["2", "40.5"]),
        ("1,200.5 and 1200.50", ["1200.5", "1200.5"]),
        ("1,2", ["1", "2"]),
        ("-4 (-5)", ["-4", "-5"]),
        ("srv-01", ["1"]),
        ("10-20", ["10", "20"]),
        ("The end is 3.", ["3"]),
    ],
)
def test_numbers_are_found_by_their_values(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == [Decimal(number) for number in numbers]
