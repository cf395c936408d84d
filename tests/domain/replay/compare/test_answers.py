"""The answers of two runs side by side: text, blocks and references."""

import pytest

from domain.json import JsonMap
from domain.replay.compare.answers import text_parts
from domain.views.comparison import Mark, TextPart
from tests.domain.replay.compare.comparing import call, compared, composed, run_of
from tests.domain.views.histories import PARTIAL, STOPPED


def test_a_run_without_an_answer_is_compared_with_an_empty_one() -> None:
    answers = compared(STOPPED, PARTIAL).answers
    assert answers.text == [TextPart("added", "One.")]


@pytest.mark.parametrize(
    ("a", "b", "parts"),
    [
        ("One.", "One.", []),
        ("One  row.", "One\nrow.", []),
        (
            "There are 3 servers.",
            "There are 4 servers.",
            [
                TextPart("same", "There are "),
                TextPart("removed", "3 "),
                TextPart("added", "4 "),
                TextPart("same", "servers."),
            ],
        ),
        ("", "New.", [TextPart("added", "New.")]),
        ("Old.", "", [TextPart("removed", "Old.")]),
    ],
)
def test_texts_are_compared_word_by_word(a: str, b: str, parts: list[TextPart]) -> None:
    assert text_parts(a, b) == parts


def test_blocks_are_compared_by_kind_and_title() -> None:
    text: JsonMap = {"type": "text", "text": "x"}
    number: JsonMap = {"type": "number", "title": "n", "value": 1}
    gone: JsonMap = {"type": "table", "title": "old"}
    new: JsonMap = {"type": "table", "title": "new"}
    a = composed(blocks=[text, number, gone])
    b = composed(blocks=[text, {**number, "value": 2}, new])
    found = compared(run_of(answer=a), run_of(answer=b)).answers.blocks
    assert [(each.mark, each.kind, each.title) for each in found] == [
        (Mark.SAME, "text", None),
        (Mark.DIFFERENT, "number", "n"),
        (Mark.REMOVED, "table", "old"),
        (Mark.ADDED, "table", "new"),
    ]
    assert found[1].patch == [{"op": "replace", "path": "/value", "value": 2}]


def test_blocks_of_one_title_are_compared_in_their_order() -> None:
    one, two, three = (JsonMap({"type": "text", "text": text}) for text in ("1", "2", "3"))
    answers = compared(
        run_of(answer=composed(blocks=[one, two])), run_of(answer=composed(blocks=[one, three]))
    ).answers
    assert [each.mark for each in answers.blocks] == [Mark.SAME, Mark.DIFFERENT]


def test_the_order_of_rows_in_a_block_is_cosmetic_and_that_of_blocks_is_not() -> None:
    table: JsonMap = {"type": "table", "rows": [["a", 1], ["b", 2]]}
    turned: JsonMap = {"type": "table", "rows": [["b", 2], ["a", 1]]}
    text: JsonMap = {"type": "text", "text": "x"}
    a = run_of(answer=composed(blocks=[table, text]))
    assert compared(a, run_of(answer=composed(blocks=[turned, text]))).divergence is None
    assert compared(a, run_of(answer=composed(blocks=[text, table]))).divergence is not None


def test_references_that_only_one_answer_has_are_listed() -> None:
    a = composed(references=[{"id": "ci:1"}, {"id": "ci:2"}])
    b = composed(references=[{"id": "ci:2"}, {"id": "ci:3"}])
    answers = compared(run_of(answer=a), run_of(answer=b)).answers
    assert (answers.references_removed, answers.references_added) == (["ci:1"], ["ci:3"])


def table_of(call_id: str) -> JsonMap:
    return {"type": "table", "id": f"{call_id}-table", "rows": [["x", 1]]}


def test_blocks_of_one_title_are_those_of_one_id_when_one_is_dropped() -> None:
    blocks = [table_of(call_id) for call_id in "abc"]
    a, b = composed(blocks=blocks), composed(blocks=[blocks[0], blocks[2]])
    found = compared(run_of(answer=a), run_of(answer=b)).answers.blocks
    assert [each.mark for each in found] == [Mark.SAME, Mark.REMOVED, Mark.SAME]


def test_a_block_that_is_named_by_a_call_has_the_name_that_this_has_in_the_other_run() -> None:
    a = run_of(call("a", data=1), answer=composed(blocks=[table_of("a")]))
    b = run_of(call("a-1", data=1), answer=composed(blocks=[table_of("a-1")]))
    comparison = compared(a, b)
    assert [each.mark for each in comparison.answers.blocks] == [Mark.SAME]
    assert comparison.verdict == "same"
